package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.testkit.EvenkeelAssertions;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A ping is made again after whatever came of the last one, and only while it is of use. */
class ProbeScheduleTest {

  private static final long SECOND = 1_000_000_000L;

  private final ManualKernel kernel = ManualKernel.create();
  private boolean up;
  private int pings;

  private static void fail(Pipeline pipeline, int times) {
    for (int i = 0; i < times; i++) {
      pipeline.callOrElse(
          () -> {
            throw new IOException("down");
          },
          "-");
    }
  }

  private Pipeline pipeline(Kernel own, CircuitBreaker breaker) {
    return Pipeline.builder("dep").kernel(own).policies(breaker).build();
  }

  static Stream<Throwable> whateverAPingThrows() {
    return Stream.of(
        new IOException("down"),
        new IllegalStateException("a bug"),
        new NoClassDefFoundError("com/acme/Gone"),
        new StackOverflowError(),
        new InterruptedException(),
        new Throwable("neither"));
  }

  @ParameterizedTest
  @MethodSource("whateverAPingThrows")
  void pingThatFails_isMadeAgain_whateverItThrows(Throwable thrown) {
    CircuitBreaker breaker = CircuitBreaker.standard().probeWith(() -> {
      pings++;
      if (!up) {
        throw thrown;
      }
    });
    fail(pipeline(kernel, breaker), 20);
    kernel.advance(Duration.ofMinutes(10));
    assertThat(pings).isBetween(20, 700);
    assertThat(breaker.state().kind()).isIn(Kind.OPEN, Kind.PROBING);
    up = true;
    kernel.advance(Duration.ofMinutes(1));
    EvenkeelAssertions.assertThat(breaker).isRamping();
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void pingWhoseFailureIsIgnored_isAnAnswer() {
    CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
            .slidingWindowSize(10)
            .ignoreExceptions(IllegalArgumentException.class)
            .build())
        .probeWith(() -> {
          throw new IllegalArgumentException("401");
        });
    fail(pipeline(kernel, breaker), 10);
    kernel.advance(Duration.ofMinutes(1));
    EvenkeelAssertions.assertThat(breaker).isRamping();
  }

  @Test
  void pingThatIsOvertakenByAUsersProbe_isMadeAgain() {
    Pipeline[] pipeline = new Pipeline[1];
    CircuitBreaker breaker = CircuitBreaker.standard().probeWith(() -> {
      if (pings++ == 0) { // a user's call 6 s later, when the lease is over: fails at once
        var unused = kernel.schedule(kernel.nanoTime() + 6 * SECOND, () -> fail(pipeline[0], 1));
      }
      if (!up) {
        kernel.sleepUntil(kernel.nanoTime() + 10 * SECOND);
        throw new IOException("timed out");
      }
    });
    pipeline[0] = pipeline(kernel, breaker);
    fail(pipeline[0], 20);
    kernel.advance(Duration.ofMinutes(1));
    assertThat(pings).isGreaterThan(1);
    up = true;
    kernel.advance(Duration.ofHours(1));
    EvenkeelAssertions.assertThat(breaker).isRamping();
  }

  @Test
  void pingForWhichThereIsNoThread_isAskedForAgainLater() {
    int[] rejections = {0};
    Kernel full = new Kernel() {
      @Override
      public long nanoTime() {
        return kernel.nanoTime();
      }

      @Override
      public Cancellable schedule(long atNanos, Runnable task) {
        return kernel.schedule(atNanos, task);
      }

      @Override
      public long random() {
        return kernel.random();
      }

      @Override
      public void execute(Runnable task) {
        kernel.execute(task);
      }

      @Override
      public void executeBlocking(Runnable task) {
        if (!up) {
          rejections[0]++;
          if (rejections[0] % 2 == 0) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          throw new RejectedExecutionException("full");
        }
        kernel.execute(task);
      }

      @Override
      public void sleepUntil(long atNanos) throws InterruptedException {
        kernel.sleepUntil(atNanos);
      }
    };
    CircuitBreaker breaker = CircuitBreaker.standard().probeWith(() -> pings++);
    fail(pipeline(full, breaker), 20);
    kernel.advance(Duration.ofMinutes(1));
    assertThat(rejections[0]).isBetween(30, 65);
    assertThat(pings).isZero();
    up = true;
    kernel.advance(Duration.ofMinutes(1));
    EvenkeelAssertions.assertThat(breaker).isRamping();
  }

  @Test
  void pingThatWaitsWhileTheBreakerIsReset_isNotMade() {
    CircuitBreaker breaker = CircuitBreaker.standard().probeWith(() -> {
      pings++;
      throw new IOException("down");
    });
    Pipeline pipeline = pipeline(kernel, breaker);
    fail(pipeline, 20);
    kernel.advance(Duration.ofMillis(50)); // it waits for the cool-down, of 100 ms at least
    breaker.reset("by hand");
    kernel.advance(Duration.ofMinutes(1));
    assertThat(pings).isZero();
    assertThat(breaker.figures().bufferedCalls()).isZero();
    assertThat(kernel.armedTimers()).isZero();
    fail(pipeline, 20);
    kernel.advance(Duration.ofMinutes(1));
    assertThat(pings).as("after the next trip").isPositive();
  }

  @Test
  void pingOfEachKey_isToldItsKey() {
    List<String> pinged = new ArrayList<>();
    PerKey<CircuitBreaker> shards =
        PerKey.of(() -> CircuitBreaker.standard().probeKeyWith(key -> pinged.add("ping " + key)));
    Pipeline pipeline = Pipeline.builder("db").kernel(kernel).policies(shards).build();
    fail(pipeline.forKey("shard-3"), 20);
    kernel.advance(Duration.ofMinutes(1));
    assertThat(pinged).containsExactly("ping shard-3");
    fail(pipeline, 20);
    kernel.advance(Duration.ofMinutes(1));
    assertThat(pinged).containsExactly("ping shard-3", "ping null");
  }

  @Test
  void closedBreaker_armsNoTimer() {
    CircuitBreaker breaker = CircuitBreaker.standard().probeWith(() -> pings++);
    Pipeline pipeline = pipeline(kernel, breaker);
    breaker.close();
    fail(pipeline, 20);
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
    assertThat(kernel.armedTimers()).isZero();
    kernel.advance(Duration.ofMinutes(1));
    assertThat(pings).isZero();
    assertThat(pipeline.callOrElse(() -> "made", "refused")).isEqualTo("made");
  }

  @Test
  void busyBreakerThatIsClosed_leavesNoTimer_andIsNotRefusedForEver() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = pipeline(kernel, breaker);
    for (int i = 0; i < 30_000; i++) {
      kernel.advance(Duration.ofNanos(100_000));
      pipeline.run(() -> {});
    }
    fail(pipeline, 50);
    assertThat(kernel.armedTimers()).as("of the cool-down").isEqualTo(1);
    breaker.close();
    assertThat(kernel.armedTimers()).isZero();
    kernel.advance(Duration.ofMinutes(1));
    assertThat(pipeline.callOrElse(() -> "made", "refused")).isEqualTo("made");
  }

  @Test
  void pingThatSaysYesWhileCallsSayNo_doesNotLetThemIn() {
    for (double rate : new double[] {20, 100, 1_000}) {
      Town town = new Town(1);
      town.rate = rate;
      town.outageTo = 1e9;
      town.breaker = CircuitBreaker.standard().probeWith(() -> {});
      town.runUntil(720);
      assertThat(town.admitted(130, 720)).as("at %s calls/s", rate).isLessThan(0.03);
    }
  }

  @Test
  void pingThatSaysYes_isBelievedWhenThereAreNoCalls() {
    CircuitBreaker breaker = CircuitBreaker.standard().probeWith(() -> pings++);
    Pipeline pipeline = pipeline(kernel, breaker);
    fail(pipeline, 20);
    kernel.advance(Duration.ofMinutes(1));
    EvenkeelAssertions.assertThat(breaker).isRamping();
    for (int i = 0; i < 100 && breaker.state().kind() == Kind.RAMPING; i++) {
      kernel.advance(Duration.ofMillis(500));
      fail(pipeline, 1);
    }
    EvenkeelAssertions.assertThat(breaker).isOpen();
    kernel.advance(Duration.ofSeconds(50));
    assertThat(pings).as("calls were there a moment ago").isEqualTo(1);
    kernel.advance(Duration.ofMinutes(2));
    assertThat(pings).as("no more calls").isEqualTo(2);
    EvenkeelAssertions.assertThat(breaker).isRamping();
  }
}
