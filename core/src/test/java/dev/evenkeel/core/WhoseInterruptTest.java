package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An interrupt from outside ends the retrying and stays, and is no evidence; ours leaves no trace.
 */
class WhoseInterruptTest {

  private final RecordingGate gate = new RecordingGate();
  private final AtomicInteger attempts = new AtomicInteger();
  private final AtomicBoolean flag = new AtomicBoolean();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
  }

  /**
   * A way in which a call notices an interrupt, and whether the caller sees it by its type alone.
   */
  record Way(String name, boolean byType, CheckedRunnable<Exception> call) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Way> ways() {
    return List.of(
        new Way("InterruptedException", true, Hostile::hang),
        new Way(
            "InterruptedIOException",
            false,
            () -> new PipedInputStream(new PipedOutputStream()).read()),
        new Way(
            "ClosedByInterruptException",
            false,
            () -> Pipe.open().source().read(ByteBuffer.allocate(1))),
        new Way("wrapped, flag set again", false, () -> {
          try {
            Hostile.hang();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("of a client's own", e);
          }
        }),
        new Way("wrapped, flag cleared", false, () -> {
          try {
            Hostile.hang();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        }),
        new Way("the flag alone", false, () -> {
          while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
          }
          throw new IllegalStateException("gave up");
        }));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void fromOutside_isNoEvidence_isNotRetried_andStays(Way way) throws InterruptedException {
    Pipeline pipeline =
        Pipeline.of("p", gate, Timeout.of(Duration.ofMinutes(1)), new StubDriver(3));
    interruptOnceItRuns(pipeline, way.call());
    assertThat(attempts).hasValue(1);
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
    assertThat(flag.get()).as("flag").isEqualTo(!way.byType());
    assertThat(failure.get() instanceof InterruptedException).isEqualTo(way.byType());
  }

  @ParameterizedTest
  @MethodSource("ways")
  void fromOutside_withoutAnyTimeout(Way way) throws InterruptedException {
    interruptOnceItRuns(Pipeline.of("p", gate), way.call());
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
    assertThat(flag.get()).as("flag").isEqualTo(!way.byType());
  }

  private void interruptOnceItRuns(Pipeline pipeline, CheckedRunnable<Exception> call)
      throws InterruptedException {
    Thread caller = Hostile.start(() -> {
      failure.set(catchThrowable(() -> pipeline.run(() -> {
        attempts.incrementAndGet();
        call.run();
      })));
      flag.set(Thread.interrupted());
    });
    Hostile.await("the call runs", () -> attempts.get() == 1);
    caller.interrupt();
    Hostile.join(caller);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void ours_isATimeout_isRetried_andLeavesNoTrace(Way way) {
    long begin = System.nanoTime();
    Pipeline pipeline = Pipeline.of("p", gate, Timeout.ofMillis(20), new StubDriver(2));
    assertThatThrownBy(() -> pipeline.run(() -> way.call().run()))
        .isInstanceOf(CallTimeoutException.class);
    Hostile.assertTimeouts(gate, 2, Kernel.system(), begin);
  }

  @Test
  void ours_leavesNoTrace_afterTheIdiomsThatKeepTheFlag() {
    long begin = System.nanoTime();
    Pipeline pipeline = Pipeline.of("p", gate, Timeout.ofMillis(20), new StubDriver(3));
    assertThatThrownBy(() -> pipeline.run(() -> {
          while (true) {
            if (Thread.currentThread().isInterrupted()) {
              throw new InterruptedException();
            }
            Thread.onSpinWait();
          }
        }))
        .isInstanceOf(CallTimeoutException.class);
    assertThatThrownBy(() -> pipeline.run(() -> {
          try {
            Hostile.hang();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw e;
          }
        }))
        .isInstanceOf(CallTimeoutException.class);
    Hostile.assertTimeouts(gate, 6, Kernel.system(), begin);
  }

  @Test
  void setBeforeTheTimeWasOver_staysAlthoughTheTimeoutsExceptionTakesItsPlace() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(20));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> pipeline.run(() -> {
          Hostile.awaitTimer(Kernel.system(), 60);
          Hostile.hang(); // by the first one
        }))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void inAnInnerPipelinesQueue_isNoFailureOfTheOuterDependency() throws InterruptedException {
    Pipeline inner = Pipeline.of("inner", new NeverYet());
    Pipeline outer = Pipeline.of("outer", gate);
    Thread caller = Hostile.start(() -> {
      failure.set(catchThrowable(() -> outer.run(() -> {
        attempts.incrementAndGet();
        inner.run(() -> {});
      })));
      flag.set(Thread.interrupted());
    });
    Hostile.await("the call runs", () -> attempts.get() == 1);
    caller.interrupt();
    Hostile.join(caller);
    assertThat(failure.get()).isInstanceOf(CancellationException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
    assertThat(flag).as("flag").isTrue();
  }

  private record NeverYet() implements WaitingGate {
    @Override
    public long admit(CallView call, long nowNanos) {
      return Refusal.of(RefusalReason.CONCURRENCY_LIMIT);
    }

    @Override
    public long await(CallView call, long refusal, Waiter waiter, long nowNanos) {
      return WAIT;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

    @Override
    public String name() {
      return "never-yet";
    }
  }

  @Test
  void cancelledStage_isNoEvidence_andIsNotRetried() {
    Pipeline pipeline = Pipeline.of("p", gate, Timeout.ofMillis(60_000), new StubDriver(3));
    CompletableFuture<Object> call = pipeline.callAsync(() -> {
      CompletableFuture<Object> stage = new CompletableFuture<>();
      stage.cancel(true);
      return stage;
    });
    assertThatThrownBy(call::get).isInstanceOf(CancellationException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void whatIsNoInterruptOfThisThread_isAFailure() {
    Pipeline pipeline = Pipeline.of("p", gate);
    for (Exception notOurs : List.of(
        new SocketTimeoutException("Read timed out"),
        new ExecutionException(new InterruptedException("another thread's")),
        new IOException(new SocketTimeoutException()))) {
      assertThatThrownBy(() -> pipeline.run(() -> {
            throw notOurs;
          }))
          .isSameAs(notOurs);
    }
    assertThat(gate.verdicts).hasSize(3).containsOnly(Verdict.FAILURE);
  }

  @Test
  void interruptsAreFoundInCauses_butNotForEver() {
    assertThat(Failures.isInterrupt(new IOException(new ClosedByInterruptException())))
        .isTrue();
    assertThat(Failures.isInterrupt(new InterruptedIOException())).isTrue();
    assertThat(Failures.isInterrupt(null)).isFalse();
    Exception circle = new Exception();
    circle.initCause(new Exception(circle));
    assertThat(Failures.isInterrupt(circle)).isFalse();
    assertThat(Failures.isInterrupt(new Exception() {
          @Override
          public synchronized Throwable getCause() {
            throw new IllegalStateException("no cause");
          }
        }))
        .isFalse();
  }

  /** A thread that is slow to say whether it is interrupted: it waits for an interrupt first. */
  private static final class SlowToSay extends Thread {

    private final AtomicInteger asked = new AtomicInteger();

    SlowToSay(Runnable task) {
      super(task, "slow-to-say");
    }

    @Override
    public boolean isInterrupted() {
      if (Thread.currentThread() == this && asked.getAndIncrement() == 0) {
        long end = System.nanoTime() + 50_000_000;
        while (!super.isInterrupted() && System.nanoTime() - end < 0) {
          Thread.onSpinWait();
        }
      }
      return super.isInterrupted();
    }
  }

  @Test
  void anInterruptThatComesWhileTheTimeoutIsArmed_isNotTakenForOneFromBefore() throws Exception {
    Pipeline pipeline = Pipeline.of("short", Timeout.ofMillis(1));
    SlowToSay thread = new SlowToSay(() -> {
      failure.set(catchThrowable(() -> pipeline.run(Hostile::hang)));
      flag.set(Thread.interrupted());
    });
    Pipeline other = Pipeline.of("other", Timeout.ofMillis(1));
    thread.start();
    while (thread.isAlive()) { // so that the clock looks at the alarms all the time
      assertThatThrownBy(() -> other.run(Hostile::hang)).isInstanceOf(CallTimeoutException.class);
    }
    assertThat(thread.asked).as("asked whether it is interrupted").hasPositiveValue();
    assertThat(failure.get()).isInstanceOf(CallTimeoutException.class);
    assertThat(flag).as("a stray interrupt").isFalse();
  }

  /** Whoever interrupts it is kept from a processor for long, before the flag is set. */
  private static final class SlowToBeInterrupted extends Thread {

    private final CountDownLatch interrupting = new CountDownLatch(1);

    SlowToBeInterrupted(Runnable task) {
      super(task, "slow-to-be-interrupted");
    }

    @Override
    public void interrupt() {
      interrupting.countDown();
      long end = System.nanoTime() + 600_000_000;
      while (System.nanoTime() - end < 0) {
        LockSupport.parkNanos(10_000_000);
      }
      super.interrupt();
    }
  }

  @Test
  void anInterruptThatIsSentLate_isWaitedFor_andReachesNothingAfterTheCall() throws Exception {
    Pipeline pipeline = Pipeline.of("short", Timeout.ofMillis(1));
    AtomicReference<SlowToBeInterrupted> self = new AtomicReference<>();
    SlowToBeInterrupted thread = new SlowToBeInterrupted(() -> {
      failure.set(
          catchThrowable(() -> pipeline.run(() -> self.get().interrupting.await())));
      long end = System.nanoTime() + 1_500_000_000;
      while (!flag.get() && System.nanoTime() - end < 0) {
        flag.set(Thread.currentThread().isInterrupted());
        Thread.onSpinWait();
      }
    });
    self.set(thread);
    thread.start();
    thread.join(20_000);
    assertThat(thread.isAlive()).isFalse();
    assertThat(failure.get()).isInstanceOf(CallTimeoutException.class);
    assertThat(flag).as("a stray interrupt").isFalse();
  }
}
