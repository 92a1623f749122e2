package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How the engine waits inside a gate, in both worlds. */
class WaitingGateTest {

  private static final long MILLI = 1_000_000L;

  private final ManualKernel kernel = new ManualKernel(Long.MAX_VALUE - 50 * MILLI);
  private final Scripted gate = new Scripted();
  private final long start = kernel.nanoTime();

  /** Refuses, then answers as told. */
  static final class Scripted implements WaitingGate {

    final List<String> settled = new ArrayList<>();
    final List<Waiter> waiters = new ArrayList<>();
    int withdrawn;
    int lapsed;
    boolean free;
    long answer = WAIT;
    Long endAtNanos;
    long endAnswer;
    Runnable onAwait = () -> {};

    @Override
    public long admit(CallView call, long nowNanos) {
      return free ? 9 : Refusal.of(RefusalReason.OTHER);
    }

    @Override
    public boolean hasLapsed(long permit, long nowNanos) {
      return lapsed-- > 0;
    }

    @Override
    public long await(CallView call, long refusal, Waiter waiter, long nowNanos) {
      waiters.add(waiter);
      if (endAtNanos != null) {
        waiter.endAt(endAtNanos, endAnswer);
      }
      onAwait.run();
      return answer;
    }

    @Override
    public void withdraw(CallView call, Waiter waiter, long nowNanos) {
      withdrawn++;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
      settled.add(permit + " " + verdict + " after " + (nowNanos - call.startedNanos()) / MILLI);
    }

    @Override
    public String name() {
      return "scripted";
    }
  }

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("p").kernel(kernel).policies(policies).build();
  }

  private CompletableFuture<String> callAsync(Pipeline pipeline, long millis) {
    return pipeline.callAsync(() -> {
      CompletableFuture<String> result = new CompletableFuture<>();
      kernel.schedule(kernel.nanoTime() + millis * MILLI, () -> result.complete("ok"));
      return result;
    });
  }

  @Test
  void promisedPermit_isUsedAtItsTime_andTheWaitIsNobodysLatency() throws Throwable {
    gate.endAtNanos = start + 100 * MILLI;
    gate.endAnswer = 7;
    RecordingOuter outer = new RecordingOuter();
    Pipeline pipeline = pipeline(outer, gate, Timeout.ofMillis(50));
    pipeline.run(() -> kernel.sleepUntil(kernel.nanoTime() + 40 * MILLI));
    assertThat(gate.settled).containsExactly("7 SUCCESS after 40");
    assertThat(outer.settled).containsExactly("SUCCESS after 40");

    gate.endAtNanos = kernel.nanoTime() + 100 * MILLI;
    CompletableFuture<String> call = callAsync(pipeline, 40);
    kernel.advance(139 * MILLI);
    assertThat(call).isNotDone();
    kernel.advance(MILLI);
    assertThat(call).isCompletedWithValue("ok");
    assertThat(gate.settled).hasSize(2).last().isEqualTo("7 SUCCESS after 40");
    assertThat(outer.settled).hasSize(2).last().isEqualTo("SUCCESS after 40");
    assertThat(gate.withdrawn).isZero();
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void promisedPermitThatHasLapsed_isGivenBack_andTheCallAsksAnew() throws Throwable {
    gate.endAtNanos = start + 100 * MILLI;
    gate.endAnswer = 7;
    gate.lapsed = 2;
    pipeline(gate).run(() -> {});
    assertThat(gate.settled)
        .containsExactly("7 REFUSED after 100", "7 REFUSED after 100", "7 SUCCESS after 0");
    assertThat(gate.waiters).hasSize(3).doesNotHaveDuplicates();

    gate.settled.clear();
    gate.endAtNanos = kernel.nanoTime() + 100 * MILLI;
    gate.lapsed = 1;
    CompletableFuture<String> call = callAsync(pipeline(gate), 10);
    kernel.advance(100 * MILLI);
    kernel.advance(10 * MILLI);
    assertThat(call).isCompletedWithValue("ok");
    assertThat(gate.settled).containsExactly("7 REFUSED after 100", "7 SUCCESS after 10");
    assertThat(kernel.armedTimers()).isZero();
    assertThat(gate.withdrawn).isZero();
  }

  @Test
  void promisedPermitThatHasLapsed_whereThereIsOneAtOnce_needsNoSecondWait() throws Throwable {
    gate.endAtNanos = start + 100 * MILLI;
    gate.endAnswer = 7;
    gate.lapsed = 1;
    CompletableFuture<String> call = callAsync(pipeline(gate), 10);
    gate.free = true;
    kernel.advance(100 * MILLI);
    kernel.advance(10 * MILLI);
    assertThat(call).isCompletedWithValue("ok");
    assertThat(gate.settled).containsExactly("7 REFUSED after 100", "9 SUCCESS after 10");
    assertThat(gate.waiters).hasSize(1);
  }

  @Test
  void ownEndWithARefusal_refusesTheCallThen() {
    gate.endAtNanos = start + 100 * MILLI;
    gate.endAnswer = Refusal.of(RefusalReason.LOAD_SHED, 5 * MILLI);
    assertThatThrownBy(() -> pipeline(gate).run(() -> {}))
        .isInstanceOfSatisfying(CallRefusedException.class, refused -> {
          assertThat(refused.reason()).isEqualTo(RefusalReason.LOAD_SHED);
          assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(5));
        });
    assertThat(kernel.nanoTime()).isEqualTo(start + 100 * MILLI);
    gate.endAtNanos = kernel.nanoTime() + 100 * MILLI;
    CompletableFuture<String> call = callAsync(pipeline(gate), 0);
    kernel.advance(100 * MILLI);
    assertThat(call).isCompletedExceptionally();
    assertThat(gate.withdrawn).isEqualTo(2);
    assertThat(gate.settled).isEmpty();
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void deadline_endsTheWait_andAPromisedPermitGoesBackUnused() {
    gate.endAtNanos = start + 1_000 * MILLI;
    gate.endAnswer = 3;
    Pipeline pipeline = pipeline(Timeout.total(Duration.ofMillis(200)), gate);
    assertThatThrownBy(() -> pipeline.run(() -> {})).isInstanceOf(CallTimeoutException.class);
    assertThat(kernel.nanoTime()).isEqualTo(start + 200 * MILLI);
    gate.endAtNanos = kernel.nanoTime() + 1_000 * MILLI;
    CompletableFuture<String> call = callAsync(pipeline, 0);
    kernel.advance(200 * MILLI);
    assertThatThrownBy(call::join).hasCauseInstanceOf(CallTimeoutException.class);
    assertThat(gate.settled).containsExactly("3 REFUSED after 200", "3 REFUSED after 200");
    assertThat(gate.withdrawn).isEqualTo(2);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void permitHandedOver_goesOn_andOnlyOnce() {
    Pipeline pipeline = pipeline(gate);
    CompletableFuture<String> call = callAsync(pipeline, 10);
    Waiter waiter = gate.waiters.get(0);
    kernel.advance(30 * MILLI);
    assertThat(waiter.end(5)).isTrue();
    assertThat(waiter.end(6)).isFalse();
    kernel.advance(10 * MILLI);
    assertThat(call).isCompletedWithValue("ok");
    assertThat(gate.settled).containsExactly("5 SUCCESS after 10");
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void permitHandedOverWhileTheGateIsStillAsked_goesOn() {
    gate.onAwait =
        () -> assertThat(gate.waiters.get(gate.waiters.size() - 1).end(5)).isTrue();
    pipeline(gate).run(() -> {});
    CompletableFuture<String> call = callAsync(pipeline(gate), 0);
    kernel.advance(0);
    assertThat(call).isCompletedWithValue("ok");
    assertThat(gate.settled).containsExactly("5 SUCCESS after 0", "5 SUCCESS after 0");
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void callerWhoGivesUp_takesNoPermitAnyMore() {
    CompletableFuture<String> call = callAsync(pipeline(gate), 0);
    assertThat(kernel.armedTimers()).isEqualTo(1);
    assertThat(call.cancel(true)).isTrue();
    assertThat(kernel.armedTimers()).isZero();
    assertThat(gate.withdrawn).isEqualTo(1);
    assertThat(gate.waiters.get(0).end(5)).isFalse();
    assertThat(gate.settled).isEmpty();
  }

  @Test
  void callerWhoGivesUpWhileTheGateIsAsked_givesThePermitBack() {
    // What a second thread may do, done from within: cancel while a later attempt asks the gate.
    for (long answer : new long[] {9, WaitingGate.WAIT, Refusal.of(RefusalReason.OTHER)}) {
      gate.onAwait = () -> {};
      gate.answer = Refusal.of(RefusalReason.OTHER);
      CompletableFuture<String> call = callAsync(
          Pipeline.builder("p").kernel(kernel).policies(new StubDriver(2), gate).build(), 0);
      gate.onAwait = () -> call.cancel(true);
      gate.answer = answer;
      kernel.advance(StubDriver.WAIT_NANOS);
      assertThat(call).isCancelled();
      assertThat(kernel.armedTimers()).isZero();
      assertThat(gate.waiters.get(gate.waiters.size() - 1).end(5)).isFalse();
    }
    assertThat(gate.settled).containsExactly("9 REFUSED after 0");
    assertThat(gate.withdrawn).isEqualTo(3);
  }

  @Test
  void interrupt_endsTheWait_andStaysSet() {
    gate.endAtNanos = start + 100 * MILLI;
    gate.endAnswer = 3;
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> pipeline(gate).run(() -> {}))
        .isInstanceOf(CancellationException.class)
        .hasCauseInstanceOf(InterruptedException.class)
        .hasMessage("p: interrupted while it waited for scripted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(gate.settled).containsExactly("3 REFUSED after 0");
  }

  @Test
  void gateThatThrowsWhenAskedToWait_isTakenAsNotBeingThere() {
    gate.onAwait = () -> {
      throw new IllegalStateException("fault");
    };
    assertThat(pipeline(gate).call(() -> "ok")).isEqualTo("ok");
    CompletableFuture<String> call = callAsync(pipeline(gate), 0);
    kernel.advance(0);
    assertThat(call).isCompletedWithValue("ok");
    assertThat(gate.waiters).allMatch(waiter -> !waiter.end(5));
    assertThat(gate.settled).isEmpty();
  }

  @Test
  void answersThatAreNone_areRefusals() {
    gate.answer = Long.MIN_VALUE + 2;
    assertThatThrownBy(() -> pipeline(gate).run(() -> {})).isInstanceOf(CallRefusedException.class);
    gate.answer = WaitingGate.WAIT;
    gate.onAwait = () -> gate.waiters.get(gate.waiters.size() - 1).end(Long.MIN_VALUE);
    assertThatThrownBy(() -> pipeline(gate).run(() -> {}))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.OTHER));
  }

  @Test
  void perKeyOfGatesThatDoNotWait_refusesAtOnce() {
    Pipeline pipeline = pipeline(PerKey.of(() -> ConcurrencyLimit.of(1)));
    CompletableFuture<String> running = callAsync(pipeline, 10);
    assertThatThrownBy(() -> pipeline.run(() -> {})).isInstanceOf(CallRefusedException.class);
    kernel.advance(10 * MILLI);
    assertThat(running).isCompletedWithValue("ok");
  }

  @Test
  void executorThatRunsAtOnceOrRejects_doesNotOverflowTheStack() {
    int calls = 100_000;
    for (boolean rejects : new boolean[] {false, true}) {
      Chain chain = new Chain();
      Pipeline pipeline = Pipeline.builder("p")
          .kernel(kernel)
          .executor(
              rejects
                  ? task -> {
                    throw new RejectedExecutionException("full");
                  }
                  : Runnable::run)
          .policies(chain)
          .build();
      List<CompletableFuture<String>> all = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        all.add(pipeline.callAsync(() -> CompletableFuture.completedFuture("ok")));
      }
      chain.next();
      assertThat(all).allMatch(call -> call.isDone() && !call.isCompletedExceptionally());
    }
  }

  /** Hands its one permit on from call to call. */
  private static final class Chain implements WaitingGate {

    private final java.util.ArrayDeque<Waiter> waiters = new java.util.ArrayDeque<>();

    void next() {
      Waiter waiter = waiters.poll();
      if (waiter != null) {
        waiter.end(0);
      }
    }

    @Override
    public long admit(CallView call, long nowNanos) {
      return Refusal.of(RefusalReason.OTHER);
    }

    @Override
    public long await(CallView call, long refusal, Waiter waiter, long nowNanos) {
      waiters.add(waiter);
      return WAIT;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
      next();
    }

    @Override
    public String name() {
      return "chain";
    }
  }

  @Test
  void systemKernel_wakesABlockedThread_andAnInterruptDoesToo() throws Exception {
    Pipeline pipeline = Pipeline.of("p", gate);
    CountDownLatch asked = new CountDownLatch(1);
    gate.onAwait = asked::countDown;
    CompletableFuture<String> result = new CompletableFuture<>();
    Thread thread =
        new Thread(() -> result.complete(pipeline.call(() -> "ok", Throwable::toString)));
    thread.start();
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(gate.waiters.get(0).end(1)).isTrue();
    assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo("ok");
    thread.join(10_000);

    CountDownLatch askedAgain = new CountDownLatch(1);
    gate.onAwait = askedAgain::countDown;
    CompletableFuture<String> interrupted = new CompletableFuture<>();
    Thread other =
        new Thread(() -> interrupted.complete(pipeline.call(() -> "ok", Throwable::getMessage)));
    other.start();
    assertThat(askedAgain.await(10, TimeUnit.SECONDS)).isTrue();
    other.interrupt();
    assertThat(interrupted.get(10, TimeUnit.SECONDS)).contains("interrupted");
    other.join(10_000);
    assertThat(gate.withdrawn).isEqualTo(1);
  }

  @Test
  void kernelsOwnParking_wakesByTimerByConditionAndByInterrupt() throws Exception {
    Kernel system = Kernel.system();
    Kernel plain = new Kernel() {
      @Override
      public long nanoTime() {
        return system.nanoTime();
      }

      @Override
      public Cancellable schedule(long atNanos, Runnable task) {
        return system.schedule(atNanos, task);
      }

      @Override
      public long random() {
        return system.random();
      }

      @Override
      public void execute(Runnable task) {
        system.execute(task);
      }

      @Override
      public void sleepUntil(long atNanos) throws InterruptedException {
        system.sleepUntil(atNanos);
      }
    };
    long until = plain.nanoTime() + 20 * MILLI;
    plain.parkUntil(until, () -> false);
    assertThat(plain.nanoTime() - until).isNotNegative();
    plain.parkUntil(plain.nanoTime() + 3_600_000 * MILLI, () -> true);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> plain.parkUntil(plain.nanoTime() + 3_600_000 * MILLI, () -> false))
        .isInstanceOf(InterruptedException.class);
  }

  /** Sees how long the dependency took. */
  private static final class RecordingOuter implements Gate {

    final List<String> settled = new ArrayList<>();

    @Override
    public long admit(CallView call, long nowNanos) {
      return 0;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
      settled.add(verdict + " after " + (nowNanos - call.startedNanos()) / MILLI);
    }

    @Override
    public String name() {
      return "outer";
    }

    @Override
    public Position position() {
      return Position.CIRCUIT_BREAKER;
    }
  }
}
