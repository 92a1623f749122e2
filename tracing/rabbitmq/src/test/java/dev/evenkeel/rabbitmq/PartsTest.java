package dev.evenkeel.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.tracing.messaging.JitteredWaits;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The parts of a consumer that need no broker. */
class PartsTest {

  private static Message message(String id, String body) {
    return new Message(
        "orders",
        new Envelope(1, false, "", "orders"),
        new BasicProperties.Builder().messageId(id).build(),
        body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void waits_doubleWithJitterUpToTheLongest() {
    JitteredWaits waits = new JitteredWaits(ManualKernel.withSeed(7), 100, 1_000);
    long whole = 100;
    for (int i = 0; i < 100; i++) {
      assertThat(waits.nextNanos())
          .isBetween(
              TimeUnit.MILLISECONDS.toNanos(whole) / 2, TimeUnit.MILLISECONDS.toNanos(whole));
      whole = Math.min(1_000, whole * 2);
    }
    waits.reset();
    assertThat(waits.nextNanos()).isLessThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
  }

  @Test
  void waits_ofAFleetDiffer() {
    long distinct = IntStream.range(0, 100)
        .mapToLong(
            seed -> new JitteredWaits(ManualKernel.withSeed(seed), 1_000, 30_000).nextNanos())
        .distinct()
        .count();
    assertThat(distinct).isGreaterThan(90);
  }

  @Property
  void steps_growWithTheShareAndAreAtMostFour(
      @ForAll @IntRange(min = 1, max = 65_535) int full,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    int step = Steps.prefetch(full, share);
    assertThat(step).isBetween(1, full);
    assertThat(Steps.prefetch(full, Math.min(1, share + 0.1))).isGreaterThanOrEqualTo(step);
  }

  @Test
  void steps_areFourBeforeTheFullPrefetch() {
    assertThat(IntStream.rangeClosed(0, 100)
            .map(i -> Steps.prefetch(80, i / 100.0))
            .distinct())
        .containsExactly(1, 10, 20, 40);
  }

  @Test
  void suspects_areKnownByIdElseByContent() {
    Suspects suspects = new Suspects();
    assertThat(suspects.failed(message("a", "1"))).isOne();
    assertThat(suspects.failed(message("a", "2"))).isEqualTo(2);
    assertThat(suspects.failed(message(null, "1"))).isOne();
    assertThat(suspects.failed(message(null, "1"))).isEqualTo(2);
    assertThat(suspects.failed(message(null, "2"))).isOne();
    assertThat(suspects.exhausted(2)).isEqualTo(2);
    suspects.forget(message("a", "3"));
    assertThat(suspects.count(message("a", "4"))).isZero();
  }

  @Test
  void suspects_areForgottenBeyondAThousand() {
    Suspects suspects = new Suspects();
    IntStream.range(0, 5_000).forEach(i -> suspects.failed(message("m" + i, "x")));
    assertThat(suspects.exhausted(1)).isEqualTo(1_000);
  }

  @Test
  void destination_namesThePartsThatDiffer() {
    assertThat(Semconv.destination("", "")).isEqualTo("amq.default");
    assertThat(Semconv.destination("", "orders")).isEqualTo("orders");
    assertThat(Semconv.destination("events", "order.placed")).isEqualTo("events:order.placed");
    assertThat(Semconv.destination("events", "order.placed", "shipping"))
        .isEqualTo("events:order.placed:shipping");
    assertThat(Semconv.destination("", "orders", "orders")).isEqualTo("orders");
  }

  @Test
  void serialRunner_runsOnceMoreForSignalsThatComeMeanwhile() {
    ManualKernel kernel = ManualKernel.create();
    List<String> runs = new ArrayList<>();
    SerialRunner[] self = new SerialRunner[1];
    self[0] = new SerialRunner(kernel, () -> {
      runs.add("run");
      if (runs.size() == 1) {
        self[0].signal();
        self[0].signal();
      }
    });
    self[0].signal();
    kernel.advance(Duration.ofMillis(1));
    assertThat(runs).hasSize(2);
    self[0].signal();
    kernel.advance(Duration.ofMillis(1));
    assertThat(runs).hasSize(3);
  }

  @Test
  void serialRunner_hearsSignalsAfterAKernelThatTookNoTaskAndAStepThatThrew() {
    BusyKernel kernel = new BusyKernel();
    List<String> runs = new ArrayList<>();
    SerialRunner runner = new SerialRunner(kernel, () -> {
      runs.add("run");
      if (runs.size() == 1) {
        throw new IllegalStateException("a timer that was rejected");
      }
    });
    kernel.busy = true;
    assertThatThrownBy(runner::signal).isInstanceOf(RejectedExecutionException.class);
    kernel.busy = false;
    runner.signal();
    runner.signal();
    assertThat(runs).hasSize(2);
  }

  /** The client tells its listeners at every abort, also of a channel that is closed. */
  @Test
  void channelThatEnds_isAbortedOnce() throws Exception {
    List<ShutdownListener> listeners = new ArrayList<>();
    AtomicInteger aborts = new AtomicInteger();
    ShutdownSignalException lost = new ShutdownSignalException(true, false, null, null);
    Channel channel = proxy(Channel.class, (method, arguments) -> {
      switch (method.getName()) {
        case "addShutdownListener" -> listeners.add((ShutdownListener) arguments[0]);
        case "abort" -> {
          assertThat(aborts.incrementAndGet()).isEqualTo(1);
          listeners.forEach(one -> one.shutdownCompleted(lost));
        }
        default -> {}
      }
      return null;
    });
    Connection connection = proxy(Connection.class, (method, arguments) -> channel);
    ConfirmChannel confirms = ConfirmChannel.open(connection, new BusyKernel());
    listeners.forEach(one -> one.shutdownCompleted(lost));
    assertThat(aborts).hasValue(1);
    assertThat(confirms.isUsable()).isFalse();
    confirms.close();
    assertThat(aborts).hasValue(1);
  }

  private interface Answer {
    @Nullable Object of(Method method, Object[] arguments);
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (self, method, arguments) -> answer.of(method, arguments)));
  }

  /** Runs tasks at once, or takes none. */
  private static final class BusyKernel implements Kernel {

    private final Kernel time = ManualKernel.create();
    private boolean busy;

    @Override
    public void execute(Runnable task) {
      if (busy) {
        throw new RejectedExecutionException("no thread left");
      }
      task.run();
    }

    @Override
    public long nanoTime() {
      return time.nanoTime();
    }

    @Override
    public Cancellable schedule(long atNanos, Runnable task) {
      return time.schedule(atNanos, task);
    }

    @Override
    public void sleepUntil(long atNanos) throws InterruptedException {
      time.sleepUntil(atNanos);
    }

    @Override
    public long random() {
      return time.random();
    }
  }
}
