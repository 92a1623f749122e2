package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A breaker whose window is full of quick successes does without the clock. */
class TimelessTest {

  private static final long MICRO = 1_000;

  private final CountingKernel kernel = new CountingKernel();

  private Pipeline pipeline(CircuitBreaker breaker) {
    return Pipeline.builder("p").kernel(kernel).policies(breaker).build();
  }

  /** 10,000 calls a second for 3 s. */
  private void busy(Pipeline pipeline) {
    for (int i = 0; i < 30_000; i++) {
      kernel.manual.advance(Duration.ofNanos(100 * MICRO));
      pipeline.run(() -> {});
    }
  }

  private long readsFor(int calls, Pipeline pipeline) {
    long before = kernel.reads;
    for (int i = 0; i < calls; i++) {
      pipeline.run(() -> {});
    }
    return kernel.reads - before;
  }

  @Test
  void busyBreaker_readsTheClockForOneCallIn64() {
    Pipeline pipeline = pipeline(CircuitBreaker.standard());
    assertThat(readsFor(640, pipeline)).as("before it is known how busy it is").isEqualTo(2 * 640);
    busy(pipeline);
    assertThat(readsFor(6_400, pipeline)).as("about 100 samples").isBetween(2 * 65L, 2 * 200L);
  }

  @Test
  void breakerThatCountsSlowCalls_readsTheClockForEach() {
    Pipeline pipeline = pipeline(CircuitBreaker.of(
        CircuitBreakerConfig.custom().slowCallRateThreshold(50).build()));
    busy(pipeline);
    assertThat(readsFor(100, pipeline)).isEqualTo(2 * 100);
  }

  @Test
  void failuresAfterTimelessSuccesses_tripAsIfEachHadBeenRecorded() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = pipeline(breaker);
    busy(pipeline);
    assertThat(breaker.figures().bufferedCalls()).isEqualTo(50);
    for (int i = 1; i <= 25; i++) {
      assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
      assertThatThrownBy(() -> pipeline.run(() -> {
            throw new IllegalStateException("down");
          }))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(breaker.state().kind()).as("half of 50").isEqualTo(GateState.Kind.OPEN);
  }

  @Test
  void busyTimeWindow_readsTheClockOnceForEachCall() {
    Pipeline pipeline = pipeline(CircuitBreaker.of(CircuitBreakerConfig.custom()
        .slidingWindow(10, 10, SlidingWindowType.TIME_BASED)
        .build()));
    busy(pipeline);
    assertThat(readsFor(6_400, pipeline)).isBetween(6_400 + 65L, 6_400 + 200L);
  }

  private CircuitBreaker tripped(Pipeline pipeline) {
    CircuitBreaker breaker = pipeline.policy(CircuitBreaker.class).orElseThrow();
    for (int i = 0; breaker.state().equals(GateState.CLOSED); i++) {
      assertThat(i).as("failures").isLessThan(100);
      assertThat(pipeline.callOrElse(
              () -> {
                throw new IllegalStateException("down");
              },
              "other"))
          .isEqualTo("other");
    }
    return breaker;
  }

  private long readsOfRefusals(int calls, Pipeline pipeline) {
    long before = kernel.reads;
    for (int i = 0; i < calls; i++) {
      assertThat(pipeline.callOrElse(() -> "sent", "refused")).isEqualTo("refused");
    }
    return kernel.reads - before;
  }

  @Test
  void openBreakerThatWasBusy_refusesWithoutTheTime_untilTheCoolDownIsOver() {
    Pipeline pipeline = pipeline(CircuitBreaker.standard());
    busy(pipeline);
    CircuitBreaker breaker = tripped(pipeline);
    assertThat(readsOfRefusals(6_400, pipeline)).as("about 100 samples").isBetween(65L, 200L);
    assertThatThrownBy(() -> pipeline.run(() -> {}))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refused -> assertThat(refused.retryAfter()).isPositive());
    kernel.manual.advance(Duration.ofMinutes(1));
    assertThat(pipeline.callOrElse(() -> "sent", "refused")).as("the probe").isEqualTo("sent");
    assertThat(breaker.state().kind()).isEqualTo(GateState.Kind.RAMPING);
  }

  @Test
  void keyedBreakerThatRefusesWithoutTheTime_saysWhenToTryAgain() {
    Pipeline shard = Pipeline.builder("p")
        .kernel(kernel)
        .policies(PerKey.of(CircuitBreaker::standard))
        .build()
        .forKey("shard-3");
    busy(shard);
    for (int i = 0; i < 100; i++) {
      shard.callOrElse(
          () -> {
            throw new IllegalStateException("down");
          },
          "other");
    }
    assertThat(readsOfRefusals(6_400, shard)).isBetween(65L, 200L);
    assertThatThrownBy(() -> shard.run(() -> {}))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refused -> assertThat(refused.retryAfter()).isPositive());
  }

  @Test
  void openBreakerThatWasNotBusy_readsTheClockForEachRefusal() {
    Pipeline pipeline = pipeline(CircuitBreaker.standard());
    tripped(pipeline);
    assertThat(readsOfRefusals(100, pipeline)).isEqualTo(100);
    assertThat(kernel.manual.armedTimers()).isZero();
  }

  @Test
  void openBreakerForWhichTrafficHasStopped_isProbedByTheFirstCallAfterTheCoolDown() {
    Pipeline pipeline = pipeline(CircuitBreaker.standard());
    busy(pipeline);
    tripped(pipeline);
    kernel.manual.advance(Duration.ofMinutes(1));
    assertThat(pipeline.callOrElse(() -> "sent", "refused")).isEqualTo("sent");
  }

  @Test
  void callAdmittedWithoutTheTime_isStaleAfterAReset() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = pipeline(breaker);
    busy(pipeline);
    for (int i = 0; i < 64; i++) { // whichever of them is told the time
      busyAgain(pipeline);
      long stale = breaker.staleVerdicts();
      pipeline.run(() -> breaker.reset("in the middle of a call"));
      assertThat(breaker.staleVerdicts()).isEqualTo(stale + 1);
    }
  }

  private void busyAgain(Pipeline pipeline) {
    for (int i = 0; i < 60; i++) {
      pipeline.run(() -> {});
    }
  }

  @Test
  void busyBreakerThatIsOpen_refusesWithoutTheClock_untilTheCoolDownIsOver() {
    Failback slow = Failback.builder()
        .minCooldown(Duration.ofSeconds(8))
        .maxCooldown(Duration.ofSeconds(8))
        .build();
    CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.ofDefaults(), slow);
    Pipeline pipeline = pipeline(breaker);
    busy(pipeline);
    fail(pipeline, 100);
    assertThat(breaker.state()).isEqualTo(GateState.OPEN);
    kernel.manual.advance(Duration.ofSeconds(5));
    long before = kernel.reads;
    for (int i = 0; i < 6_400; i++) {
      assertThat(pipeline.callOrElse(() -> "made", "refused")).isEqualTo("refused");
    }
    assertThat(kernel.reads - before).as("about 100 samples").isBetween(50L, 200L);
    assertThatThrownBy(() -> pipeline.run(() -> {}))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refusal -> assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(3)));
    kernel.manual.advance(Duration.ofSeconds(3));
    assertThat(pipeline.callOrElse(() -> "made", "refused")).isEqualTo("made");
  }

  @Test
  void quietBreakerThatIsOpen_armsNoTimer() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = pipeline(breaker);
    fail(pipeline, 20);
    assertThat(breaker.state()).isEqualTo(GateState.OPEN);
    assertThat(kernel.manual.armedTimers()).isZero();
  }

  @Test
  void breakerThatJudgesResults_doesSoWithoutTheClock() {
    CircuitBreaker breaker = CircuitBreaker.of(
        CircuitBreakerConfig.custom().recordResult("bad"::equals).build());
    Pipeline pipeline = pipeline(breaker);
    busy(pipeline);
    assertThat(readsFor(6_400, pipeline)).as("about 100 samples").isBetween(2 * 65L, 2 * 200L);
    for (int i = 0; i < 50; i++) {
      assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
      pipeline.callOrElse(() -> "bad", "refused");
    }
    assertThat(breaker.state()).as("half of 100").isEqualTo(GateState.OPEN);
  }

  @Test
  void firstCallAfterAReset_isCounted() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = pipeline(breaker);
    for (int i = 0; i < 100; i++) { // sampled or not
      breaker.reset("between two calls");
      pipeline.run(() -> {});
      assertThat(breaker.figures().bufferedCalls()).isEqualTo(1);
    }
    assertThat(breaker.staleVerdicts()).isZero();
  }

  @Test
  void samples_standForTheCallsBetweenThem_inWhatIsRemembered() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    List<String> reasons = new ArrayList<>();
    PipelineListener listener = new PipelineListener() {
      @Override
      public void onStateChange(StateChange change) {
        reasons.add(change.reason());
      }
    };
    Pipeline.builder("listening")
        .kernel(kernel)
        .listener(listener)
        .policies(breaker)
        .build();
    Pipeline pipeline = pipeline(breaker);
    busy(pipeline);
    assertThat(breaker.staleVerdicts()).isZero();
    fail(pipeline, 50);
    kernel.manual.advance(Duration.ofMillis(200));
    pipeline.run(() -> {});
    assertThat(breaker.state().kind()).isEqualTo(GateState.Kind.RAMPING);
    assertThat(numbers(reasons.get(2)))
        .as(reasons.get(2))
        .hasSize(2)
        .allSatisfy(rate -> assertThat(rate).isCloseTo(10_000, withinPercentage(15)));
  }

  private static List<Double> numbers(String text) {
    return Pattern.compile("\\d+\\.\\d+")
        .matcher(text)
        .results()
        .map(found -> Double.valueOf(found.group()))
        .toList();
  }

  private static void fail(Pipeline pipeline, int times) {
    for (int i = 0; i < times; i++) {
      pipeline.callOrElse(
          () -> {
            throw new IllegalStateException("down");
          },
          "refused");
    }
  }

  /** Counts how often the clock is read. */
  private static final class CountingKernel implements Kernel {

    final ManualKernel manual = ManualKernel.startingAt(0);
    long reads;

    @Override
    public long nanoTime() {
      reads++;
      return manual.nanoTime();
    }

    @Override
    public Cancellable schedule(long atNanos, Runnable task) {
      return manual.schedule(atNanos, task);
    }

    @Override
    public long random() {
      return manual.random();
    }

    @Override
    public void execute(Runnable task) {
      manual.execute(task);
    }

    @Override
    public void sleepUntil(long atNanos) throws InterruptedException {
      manual.sleepUntil(atNanos);
    }
  }
}
