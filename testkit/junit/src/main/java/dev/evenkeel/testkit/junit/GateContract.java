package dev.evenkeel.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.evenkeel.core.Gate;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.StatefulGate;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedCall;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * The rules for gates as tests, as far as they show from outside: put a gate of your own under it
 * by extending it in your tests.
 *
 * <pre>{@code
 * class MyGateTest extends GateContract {
 *   @Override
 *   protected Gate newGate() {
 *     return new MyGate();
 *   }
 * }
 * }</pre>
 *
 * <p>What only the engine can keep (it settles each permit once, clips to the deadline, catches
 * what users' code throws) is tested with the engine.
 */
public abstract class GateContract {

  static final long SECOND = 1_000_000_000L;
  static final int CAPACITY_PROBED = 2_000;
  /** Creates the contract. */
  protected GateContract() {}

  /**
   * A gate as it begins, with nothing shared with any before.
   *
   * @return a new gate
   */
  protected abstract Gate newGate();

  /**
   * How long a permit stays away after a call that used it: the period of a rate limit, whose
   * permits come back with time and not with the end of the call. One that an inner gate refused
   * comes back at once all the same.
   *
   * @return zero unless overridden
   */
  protected Duration permitsStayAwayFor() {
    return Duration.ZERO;
  }

  /**
   * A permit carries the epoch of the state that gave it: a verdict from another one never changes
   * the state.
   */
  @Test
  public void rule01_aStaleVerdictChangesNoState() {
    Gate gate = newGate();
    if (!(gate instanceof StatefulGate)) {
      return; // no state to change
    }
    for (Verdict verdict : Verdict.values()) {
      DrivenGate driven = new DrivenGate(newGate(), 1, 0);
      StatefulGate stateful = (StatefulGate) driven.gate;
      List<Long> early = driven.take(50);
      driven.trouble();
      for (int phase = 0; phase < 3; phase++) {
        GateState before = stateful.state();
        early.forEach(permit -> driven.settle(permit, verdict));
        assertThat(stateful.state())
            .as("state after %s of calls from an earlier state", verdict)
            .isEqualTo(before);
        driven.now += 20 * SECOND;
        driven.admit(); // on to the next state, if time leads there
      }
    }
  }

  /** Every permit that is settled comes back, however its call ended. */
  @Test
  public void rule02_settledPermitsComeBack() {
    DrivenGate driven = new DrivenGate(newGate(), 2, 0);
    int capacity = driven.capacity();
    for (int i = 0; i < 3; i++) {
      driven.take(capacity).forEach(permit -> driven.settle(permit, Verdict.SUCCESS));
      driven.passes(permitsStayAwayFor());
    }
    assertThat(driven.capacity()).as("permits to be had").isEqualTo(capacity);
  }

  /**
   * A refusal by an inner gate, or a caller who gives up, gives the permit back and moves no
   * statistics.
   */
  @Test
  public void rule03_refusalsAndCancellationsAreNoEvidence() {
    DrivenGate driven = new DrivenGate(newGate(), 3, 0);
    int capacity = driven.capacity();
    for (int i = 0; i < 1_000; i++) {
      for (long permit : driven.take(1)) {
        driven.settle(permit, i % 2 == 0 ? Verdict.REFUSED : Verdict.CANCELLED);
        driven.passes(i % 2 == 0 ? Duration.ZERO : permitsStayAwayFor());
      }
    }
    assertThat(driven.capacity()).as("permits to be had").isEqualTo(capacity);
    if (driven.gate instanceof StatefulGate stateful) {
      assertThat(stateful.state()).isEqualTo(GateState.CLOSED);
    }
  }

  /** A probe has a lease: one that never answers does not keep the gate from recovering. */
  @Test
  public void rule04_aProbeThatNeverAnswersLocksNothing() {
    DrivenGate driven = new DrivenGate(newGate(), 4, 0);
    driven.trouble();
    driven.waitForPermit(); // never settled
    driven.waitForPermit();
  }

  /**
   * Monotonic nanoseconds only, compared by subtraction: where the clock starts makes no
   * difference.
   */
  @Test
  public void rule05_theClocksOriginMakesNoDifference() {
    List<String> fromZero = new DrivenGate(newGate(), 5, 0).scenario();
    for (long start : new long[] {-1, Long.MIN_VALUE}) {
      assertThat(new DrivenGate(newGate(), 5, start).scenario())
          .as("decisions with a clock from %d", start)
          .isEqualTo(fromZero);
    }
    for (int wrapsAfter = 1; wrapsAfter < 80; wrapsAfter += 2) {
      assertThat(new DrivenGate(newGate(), 5, Long.MAX_VALUE - wrapsAfter * SECOND).scenario())
          .as("decisions with a clock that wraps around after %d s", wrapsAfter)
          .isEqualTo(fromZero);
    }
  }

  /** Nothing locks itself shut: when the dependency is well again, calls pass again. */
  @Test
  public void rule06_afterTroubleCallsPassAgain() {
    DrivenGate driven = new DrivenGate(newGate(), 6, 0);
    driven.trouble();
    int passed = 0;
    for (int i = 0; i < 60_000 && passed < 50; i++) {
      driven.now += SECOND / 100;
      long permit = driven.admit();
      if (permit >= 0) {
        driven.settle(permit, Verdict.SUCCESS);
      }
      passed = permit >= 0 ? passed + 1 : 0;
    }
    assertThat(passed).as("calls passed in a row within 10 minutes of health").isEqualTo(50);
  }

  /** Whether a retry is welcome can be asked at any time. */
  @Test
  public void rule07_itCanBeAskedWhetherARetryIsWelcome() {
    DrivenGate driven = new DrivenGate(newGate(), 7, 0);
    for (long permit : driven.take(3)) {
      driven.call.failed(new IOException("down"));
      assertThatCode(() -> driven.gate.allowsRetry(driven.call, permit)).doesNotThrowAnyException();
      driven.settle(permit, Verdict.FAILURE);
    }
  }

  /**
   * A limit is checked and taken in one atomic step: two threads never get more than one would.
   *
   * @throws Exception if the threads do not end
   */
  @Test
  public void rule08_twoThreadsGetNoMorePermitsThanOne() throws Exception {
    int capacity = new DrivenGate(newGate(), 8, 0).capacity();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 50; round++) {
        Gate gate = newGate();
        AtomicInteger taken = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(2);
        Runnable taker = () -> {
          ScriptedCall call = new ScriptedCall(8);
          try {
            start.await(10, TimeUnit.SECONDS);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          for (int i = 0; i < CAPACITY_PROBED / 2 && gate.admit(call, 0) >= 0; i++) {
            taken.incrementAndGet();
          }
        };
        CompletableFuture<Void> one = CompletableFuture.runAsync(taker, threads);
        CompletableFuture<Void> two = CompletableFuture.runAsync(taker, threads);
        CompletableFuture.allOf(one, two).get(30, TimeUnit.SECONDS);
        assertThat(taken.get()).as("permits taken by two threads").isLessThanOrEqualTo(capacity);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Randomness comes from the call: the same numbers give the same decisions. */
  @Test
  public void rule09_theSameRandomNumbersGiveTheSameDecisions() {
    assertThat(new DrivenGate(newGate(), 9, 0).scenario())
        .isEqualTo(new DrivenGate(newGate(), 9, 0).scenario());
  }

  /** A finished call leaves no timer behind. */
  @Test
  public void rule10_noTimerIsLeftBehind() {
    ManualKernel kernel = ManualKernel.create();
    Pipeline pipeline =
        Pipeline.builder("contract").kernel(kernel).policies(newGate()).build();
    for (int i = 0; i < 10; i++) {
      pipeline.run(() -> {});
    }
    assertThat(kernel.armedTimers()).as("armed timers").isZero();
  }

  /** A verdict costs no allocation. */
  @Test
  public void rule11_aSuccessAllocatesNothing() {
    DrivenGate driven = new DrivenGate(newGate(), 11, 0);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int times = 20_000;
    driven.successes(times);
    long before = threads.getCurrentThreadAllocatedBytes();
    driven.successes(times);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat((double) bytes / times).as("bytes per call").isLessThan(1.0);
  }

  /** A timeout frees its slot. */
  @Test
  public void rule12_aTimeoutFreesItsSlot() {
    DrivenGate driven = new DrivenGate(newGate(), 12, 0);
    if (driven.gate instanceof StatefulGate) {
      return; // timeouts are evidence, and may change the state: rules 4 and 6 see to it that
      // permits come back
    }
    int capacity = driven.capacity();
    driven.take(capacity).forEach(permit -> driven.settle(permit, Verdict.TIMEOUT));
    driven.passes(permitsStayAwayFor());
    assertThat(driven.capacity()).as("permits to be had").isEqualTo(capacity);
  }

  /** Nothing a user's object does makes the gate throw or lose a permit. */
  @Test
  public void rule13_aHostileFailureOrResultMakesTheGateNotThrow() {
    DrivenGate driven = new DrivenGate(newGate(), 13, 0);
    int capacity = driven.capacity();
    for (long permit : driven.take(2)) {
      driven.call.failed(new Hostile());
      assertThatCode(() -> driven.gate.settle(driven.call, permit, Verdict.FAILURE, driven.now))
          .doesNotThrowAnyException();
    }
    driven.passes(permitsStayAwayFor());
    assertThat(driven.capacity()).as("permits to be had").isEqualTo(capacity);
  }

  /**
   * A gate that says that a new one could take its place has no permit out, and, if it has a state,
   * is in the one it began with.
   */
  @Test
  public void rule14_anIdleGateHasNothingToLose() {
    DrivenGate driven = new DrivenGate(newGate(), 14, 0);
    if (driven.gate instanceof StatefulGate stateful) {
      driven.trouble();
      if (driven.gate.isIdle(driven.now)) {
        assertThat(stateful.state()).as("state when idle").isEqualTo(GateState.CLOSED);
      }
      return;
    }
    for (long permit : driven.take(1)) {
      assertThat(driven.gate.isIdle(driven.now)).as("idle with a permit out").isFalse();
      driven.settle(permit, Verdict.SUCCESS);
    }
  }

  private static final class Hostile extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("hostile message");
    }

    @Override
    public String toString() {
      throw new IllegalStateException("hostile text");
    }

    @Override
    public boolean equals(Object other) {
      throw new IllegalStateException("hostile equals");
    }

    @Override
    public int hashCode() {
      throw new IllegalStateException("hostile hash");
    }
  }
}
