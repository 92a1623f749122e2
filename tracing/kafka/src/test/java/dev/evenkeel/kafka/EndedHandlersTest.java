package dev.evenkeel.kafka;

import static dev.evenkeel.kafka.StandInConsumer.await;
import static dev.evenkeel.kafka.StandInConsumer.headers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Pipeline;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers that do not return by themselves: their record is settled, and the next one goes on. */
@Timeout(120)
class EndedHandlersTest {

  private static final String HANGS = "0";

  private final StandInConsumer kafka = new StandInConsumer();
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final AtomicReference<Throwable> ended = new AtomicReference<>();

  private EvenkeelConsumerBuilder<String, String> consumer(Pipeline pipeline) {
    kafka.assign(0);
    EvenkeelConsumerBuilder<String, String> builder =
        EvenkeelConsumer.over(kafka, StandInConsumer.TOPIC);
    return builder
        .handler(record -> {
          if (record.value().equals(HANGS)) {
            hang();
          }
          handled.add(record.value());
        })
        .pipeline(pipeline)
        .onFailure(FailureAction.SKIP)
        .onExpired(ExpiredAction.DROP)
        .maxFailures(1);
  }

  private void hang() throws InterruptedException {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException stop) {
      ended.set(stop);
      throw stop;
    }
  }

  @Test
  void handlerThatHangs_isCutByTheTimeout_andIsAFailureOfItsRecord() {
    Pipeline database = Pipeline.of("database", dev.evenkeel.core.Timeout.ofMillis(200));
    try (var consumer = consumer(database).build().start()) {
      kafka.put(0, 0, 3);
      await("committed", () -> kafka.committed(0) == 3);
      assertThat(handled).containsExactly("1", "2");
      assertThat(ended.get()).isNotNull();
      assertThat(consumer.figures().failed()).isOne();
      assertThat(consumer.figures().skipped()).isOne();
      assertThat(consumer.figures().expired()).isZero();
    }
  }

  @Test
  void handlerThatIsCutByTheRecordsDeadline_isExpiredAndNoFailure() {
    try (var consumer = consumer(
            Pipeline.of("database", dev.evenkeel.core.Timeout.ofMillis(60_000)))
        .build()
        .start()) {
      kafka.put(0, List.of(HANGS), headers("evenkeel-timeout-ms", "500"), 0);
      kafka.put(0, 1, 3);
      await("committed", () -> kafka.committed(0) == 3);
      assertThat(handled).containsExactly("1", "2");
      assertThat(consumer.figures().expired()).isOne();
      assertThat(consumer.figures().failed()).isZero();
    }
  }
}
