package dev.evenkeel.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/guide/rabbitmq.md shows is what the build compiles and runs. */
class GuideTest {

  static EvenkeelPublisher publisher(Connection connection) {
    return EvenkeelPublisher.builder(connection)
        .pipeline(Pipeline.of(
            "broker",
            Timeout.total(Duration.ofSeconds(3)),
            Timeout.ofMillis(500),
            Retry.jittered(3),
            CircuitBreaker.standard()))
        .mandatory(true) // a message without a queue comes back
        .build();
  }

  static void placed(EvenkeelPublisher publisher, String order, byte[] body) throws Exception {
    CallContext.current()
        .withIdempotencyKey(order) // the consumer recognises a repeat, so it may be retried
        .<Exception>run(() -> publisher.publish("", "orders", null, body));
  }

  static EvenkeelConsumer shipping(Connection connection, MessageHandler handler) {
    return EvenkeelConsumer.builder(connection, "orders", handler)
        .pipeline(Pipeline.of("database", Timeout.ofMillis(2_000), CircuitBreaker.standard()))
        .prefetch(50)
        .build()
        .start();
  }

  @Test
  void codeOfTheGuide_isCodeOfThisClass() throws Exception {
    String source =
        squeezed(Files.readString(Path.of("src/test/java/dev/evenkeel/rabbitmq/GuideTest.java")));
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Path.of("../../docs/guide/rabbitmq.md")));
    int blocks = 0;
    while (block.find()) {
      assertThat(source).contains(squeezed(block.group(1)));
      blocks++;
    }
    assertThat(blocks).isEqualTo(2);
  }

  /** Lines are broken where the page wants it. */
  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void whatTheGuideShows_works() throws Exception {
    List<String> keys = new CopyOnWriteArrayList<>();
    try (StandInBroker broker = new StandInBroker()) {
      broker.queue("orders");
      Connection connection = broker.connect();
      try (EvenkeelPublisher publisher = publisher(connection);
          EvenkeelConsumer consumer =
              shipping(connection, message -> keys.add(message.idempotencyKey()))) {
        placed(publisher, "order-17", "two boxes".getBytes(StandardCharsets.UTF_8));
        StandInBroker.await("it is shipped", () -> consumer.figures().handled() == 1);
        assertThat(keys).containsExactly("order-17");
      }
    }
  }
}
