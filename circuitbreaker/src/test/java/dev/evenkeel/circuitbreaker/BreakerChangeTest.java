package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a breaker keeps when its settings change: everything that still means something. */
class BreakerChangeTest {

  private final ManualKernel kernel = ManualKernel.startingAt(-5);

  private static CircuitBreakerConfig.Builder config(int percent, int size) {
    return CircuitBreakerConfig.custom()
        .failureRateThreshold(percent)
        .slidingWindowSize(size)
        .minimumNumberOfCalls(10);
  }

  private static CircuitBreaker breaker(int percent, int size) {
    return CircuitBreaker.of(config(percent, size).build());
  }

  private Pipeline pipeline(CircuitBreaker breaker) {
    return Pipeline.builder("dep").kernel(kernel).policies(breaker).build();
  }

  private void succeed(Pipeline pipeline, int times) {
    for (int i = 0; i < times; i++) {
      kernel.advance(Duration.ofMillis(20));
      var unused = pipeline.callOrElse(() -> "ok", "-");
    }
  }

  private static void fail(Pipeline pipeline, int times) {
    for (int i = 0; i < times; i++) {
      var unused = pipeline.callOrElse(
          () -> {
            throw new IOException("down");
          },
          "-");
    }
  }

  @Test
  void closedBreaker_keepsItsWindow_andTripsByTheNewThreshold() {
    CircuitBreaker breaker = breaker(50, 100);
    Pipeline pipeline = pipeline(breaker);
    succeed(pipeline, 70);
    fail(pipeline, 30);
    assertThat(breaker.state().kind()).isEqualTo(Kind.CLOSED);
    long unused = pipeline.update(breaker(40, 100));
    assertThat(breaker.figures()).isEqualTo(new WindowFigures(30, 0, 100, 30, 0));
    fail(pipeline, 13); // successes leave, so 43 % at most; 40 after ten
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
  }

  @Test
  void thresholdBelowWhatTheWindowHolds_tripsWithTheNextCall() {
    CircuitBreaker breaker = breaker(50, 100);
    Pipeline pipeline = pipeline(breaker);
    succeed(pipeline, 70);
    fail(pipeline, 30);
    long unused = pipeline.update(breaker(20, 100));
    assertThat(breaker.state().kind()).isEqualTo(Kind.CLOSED);
    succeed(pipeline, 1);
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
  }

  @Test
  void otherPredicates_keepTheWindowAsItIs() {
    CircuitBreaker breaker = breaker(50, 100);
    Pipeline pipeline = pipeline(breaker);
    succeed(pipeline, 15);
    fail(pipeline, 5);
    long unused = pipeline.update(
        CircuitBreaker.of(config(50, 100).ignoreExceptions(IOException.class).build()));
    assertThat(breaker.figures()).isEqualTo(new WindowFigures(25, 0, 20, 5, 0));
    fail(pipeline, 500);
    assertThat(breaker.figures().failedCalls()).isEqualTo(5);
  }

  /** The rates stay what they were, within one call, whatever the windows are. */
  @Property(tries = 300)
  void otherWindow_keepsTheRates(
      @ForAll @IntRange(max = 150) int successes,
      @ForAll @IntRange(max = 150) int failures,
      @ForAll @IntRange(min = 10, max = 200) int sizeBefore,
      @ForAll @IntRange(min = 10, max = 200) int sizeAfter,
      @ForAll boolean timeWindow) {
    CircuitBreaker breaker = breaker(100, sizeBefore);
    Pipeline pipeline = pipeline(breaker);
    succeed(pipeline, 1);
    fail(pipeline, Math.min(failures, sizeBefore - 1));
    succeed(pipeline, successes);
    WindowFigures before = breaker.figures();
    CircuitBreakerConfig.Builder wanted = config(100, sizeAfter);
    long unused = pipeline.update(CircuitBreaker.of(
        (timeWindow ? wanted.slidingWindowType(SlidingWindowType.TIME_BASED) : wanted).build()));
    WindowFigures after = breaker.figures();
    int kept = timeWindow ? before.bufferedCalls() : Math.min(before.bufferedCalls(), sizeAfter);
    assertThat(after.bufferedCalls()).isEqualTo(kept);
    assertThat((double) after.failedCalls())
        .isBetween(
            (double) before.failedCalls() * kept / before.bufferedCalls() - 1,
            (double) before.failedCalls() * kept / before.bufferedCalls() + 1);
  }

  @Test
  void slowCalls_areCarriedOver() {
    CircuitBreakerConfig.Builder slow =
        config(50, 100).slowCallDurationThreshold(Duration.ofMillis(10)).slowCallRateThreshold(95);
    CircuitBreaker breaker = CircuitBreaker.of(slow.build());
    Pipeline pipeline = pipeline(breaker);
    for (int i = 0; i < 20; i++) {
      pipeline.run(() -> kernel.advance(Duration.ofMillis(15)));
      if (i >= 8) {
        pipeline.run(() -> {});
        pipeline.run(() -> {});
      }
    }
    WindowFigures before = breaker.figures();
    long unused = pipeline.update(CircuitBreaker.of(slow.slidingWindowSize(50).build()));
    assertThat(breaker.figures()).isEqualTo(before);
    long unusedToo =
        pipeline.update(CircuitBreaker.of(slow.slowCallRateThreshold(30).build()));
    pipeline.run(() -> {});
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
  }

  @Test
  void callUnderWay_countsInTheNewWindow() {
    CircuitBreaker breaker = breaker(50, 100);
    Pipeline pipeline = pipeline(breaker);
    succeed(pipeline, 5);
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> call = pipeline.callAsync(() -> source);
    long unused = pipeline.update(breaker(30, 50));
    source.completeExceptionally(new IOException("down"));
    assertThat(call).isCompletedExceptionally();
    assertThat(breaker.figures().failedCalls()).isEqualTo(1);
    assertThat(breaker.staleVerdicts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"OPEN", "PROBING", "RAMPING", "FORCED_OPEN", "DISABLED"})
  void breakerThatIsNotClosed_staysInItsState_andComesToTheNewSettingsWhenItCloses(Kind kind) {
    CircuitBreaker breaker = breaker(50, 100);
    Pipeline pipeline = pipeline(breaker);
    succeed(pipeline, 500);
    switch (kind) {
      case FORCED_OPEN -> breaker.forceOpen("a test");
      case DISABLED -> breaker.disable("a test");
      default -> fail(pipeline, 100);
    }
    if (kind == Kind.PROBING || kind == Kind.RAMPING) {
      kernel.advance(Duration.ofMinutes(1));
      if (kind == Kind.RAMPING) {
        succeed(pipeline, 1);
      } else {
        var unused = pipeline.callAsync(CompletableFuture<String>::new);
      }
    }
    assertThat(breaker.state().kind()).isEqualTo(kind);
    long unused = pipeline.update(breaker(20, 30));
    assertThat(breaker.state().kind()).isEqualTo(kind);
    breaker.reset("a test");
    succeed(pipeline, 30);
    fail(pipeline, 6);
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
  }

  @Test
  void wayBackUnderWay_endsInAClosedBreaker() {
    CircuitBreaker breaker = breaker(50, 100);
    Pipeline pipeline = pipeline(breaker);
    succeed(pipeline, 500);
    fail(pipeline, 100);
    kernel.advance(Duration.ofMinutes(1));
    for (int i = 0; i < 10_000 && breaker.state().kind() != Kind.CLOSED; i++) {
      succeed(pipeline, 1);
      if (i % 7 == 0) {
        long unused = pipeline.update(breaker(50 + i % 3, 100));
      }
    }
    assertThat(breaker.state().kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void newProbe_takesThePlaceOfTheOld_whileItIsOpen_andStaysIfTheNextHasNone() {
    AtomicInteger before = new AtomicInteger();
    AtomicInteger after = new AtomicInteger();
    CircuitBreaker breaker = breaker(50, 20).probeWith(() -> {
      before.incrementAndGet();
      throw new IOException("still down");
    });
    Pipeline pipeline = pipeline(breaker);
    succeed(pipeline, 50);
    fail(pipeline, 50);
    kernel.advance(Duration.ofMinutes(1));
    assertThat(before).hasPositiveValue();
    int made = before.get();
    long unused = pipeline.update(breaker(50, 20).probeWith(() -> {
      after.incrementAndGet();
      throw new IOException("still down");
    }));
    kernel.advance(Duration.ofMinutes(1));
    assertThat(before).hasValue(made);
    assertThat(after).hasPositiveValue();
    int madeAfter = after.get();
    long unusedToo = pipeline.update(breaker(40, 20));
    kernel.advance(Duration.ofMinutes(1));
    assertThat(after).hasValueGreaterThan(madeAfter);
    pipeline.close();
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void breakersPerKey_changeAll_andAnOpenOneStaysOpen() {
    PerKey<CircuitBreaker> breakers = PerKey.of(() -> breaker(50, 20));
    Pipeline pipeline =
        Pipeline.builder("dep").kernel(kernel).policies(breakers).build();
    succeed(pipeline.forKey("well"), 20);
    succeed(pipeline.forKey("ill"), 20);
    fail(pipeline.forKey("ill"), 20);
    long unused = pipeline.update(PerKey.of(() -> breaker(20, 20)));
    assertThat(breakers.gate("ill").state().kind()).isEqualTo(Kind.OPEN);
    fail(pipeline.forKey("well"), 4);
    assertThat(breakers.gate("well").state().kind()).isEqualTo(Kind.OPEN);
  }

  @Test
  void breakerOfAnotherPipeline_isSharedWithIt() {
    CircuitBreaker others = breaker(50, 20);
    Pipeline other = pipeline(others);
    Pipeline pipeline = pipeline(breaker(50, 20));
    long unused = pipeline.update(others);
    fail(other, 20);
    assertThat(pipeline.callOrElse(() -> "in", "refused")).isEqualTo("refused");
  }

  @Test
  void breakerWithoutFailback_givesItsPlaceToTheOther() {
    CircuitBreaker wanted = breaker(50, 20);
    Pipeline pipeline = pipeline(CircuitBreaker.withoutFailback(config(50, 20).build()));
    fail(pipeline, 20);
    long unused = pipeline.update(wanted);
    assertThat(pipeline.policies()).containsExactly(wanted);
    assertThat(wanted.state().kind()).isEqualTo(Kind.CLOSED);
  }
}
