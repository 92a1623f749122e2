package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blocking attempts side by side on threads of their own. */
class HedgeLayerTest {

  private static final long MILLI = 1_000_000;

  private final SystemKernel kernel = new SystemKernel("hedge-test");
  private final RecordingGate gate = new RecordingGate();
  private final StubHedge hedge = new StubHedge(MILLI, 1);
  private final CountDownLatch never = new CountDownLatch(1);
  private final CountDownLatch hedgeBegan = new CountDownLatch(1);
  private final CountDownLatch hedgeMayEnd = new CountDownLatch(1);
  private final AtomicInteger attempts = new AtomicInteger();

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("slow").kernel(kernel).policies(policies).build();
  }

  /** Whether this is the hedge; the first attempt waits until the hedge has begun. */
  private boolean isHedge() throws InterruptedException {
    attempts.incrementAndGet();
    if (CallContext.current().hedge() > 0) {
      hedgeBegan.countDown();
      return true;
    }
    hedgeBegan.await();
    return false;
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(Thread.interrupted()).as("interrupt").isFalse();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while ((gate.verdicts.size() < gate.admitted.get() || kernel.armedTimers() > 0)
        && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(MILLI);
    }
    assertThat(gate.verdicts).as("settled").hasSize(gate.admitted.get());
    Hostile.await("timers", () -> kernel.armedTimers() == 0);
    kernel.close();
  }

  @Test
  void firstThatWins_interruptsItsHedge_whosePermitGoesBackOnce() throws Exception {
    String result = pipeline(hedge, gate).call(() -> {
      if (isHedge()) {
        never.await();
      }
      return "first";
    });
    assertThat(result).isEqualTo("first");
    nothingIsLeftBehind();
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS, Verdict.CANCELLED);
  }

  @Test
  void hedgeThatWins_interruptsTheCallersThread() throws Exception {
    Thread caller = Thread.currentThread();
    String result = pipeline(hedge, gate).call(() -> {
      if (isHedge()) {
        assertThat(Thread.currentThread()).isNotSameAs(caller);
        return "hedge";
      }
      never.await();
      return "first";
    });
    assertThat(result).isEqualTo("hedge");
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS, Verdict.CANCELLED);
  }

  @Test
  void detachedAttemptThatIgnoresInterrupts_isLeftBehind() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Timeout timeout = Timeout.detached(Duration.ofMinutes(1), threads);
      CountDownLatch released = new CountDownLatch(1);
      String result = pipeline(hedge, gate, timeout).call(() -> {
        if (isHedge()) {
          return "hedge";
        }
        boolean over = false;
        while (!over) {
          try {
            over = released.await(1, TimeUnit.MINUTES);
          } catch (InterruptedException ignored) {
            over = false;
          }
        }
        return "first";
      });
      released.countDown();
      assertThat(result).isEqualTo("hedge");
      assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS, Verdict.CANCELLED);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void firstThatFailed_waitsForItsHedge() throws Exception {
    String result = pipeline(hedge, gate).call(() -> {
      if (isHedge()) {
        while (gate.verdicts.isEmpty()) {
          Thread.onSpinWait(); // until the first has failed
        }
        return "hedge";
      }
      throw new IOException("down");
    });
    assertThat(result).isEqualTo("hedge");
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE, Verdict.SUCCESS);
  }

  @Test
  void callerThatWaitsForAHedge_isBackAtTheDeadlineWithTheRealFailure() {
    Pipeline pipeline = pipeline(hedge, Timeout.total(Duration.ofMillis(300)));
    assertThatThrownBy(() -> pipeline.run(() -> {
          if (isHedge()) {
            while (hedgeMayEnd.getCount() > 0) {
              Thread.interrupted(); // deaf
            }
          } else {
            throw new IOException("down");
          }
        }))
        .hasMessage("down");
    hedgeMayEnd.countDown();
  }

  @Test
  void interruptWhileWaitingForAHedge_staysSet_andStopsTheHedge() {
    Thread caller = Thread.currentThread();
    assertThatThrownBy(() -> pipeline(hedge, gate).run(() -> {
          if (isHedge()) {
            hedgeMayEnd.await();
            caller.interrupt();
            never.await();
          } else {
            hedgeMayEnd.countDown();
            throw new IOException("down");
          }
        }))
        .hasMessage("down");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void interruptOfTheFirst_endsAllAtOnce() {
    Thread caller = Thread.currentThread();
    assertThatThrownBy(() -> pipeline(hedge, gate).run(() -> {
          if (isHedge()) {
            caller.interrupt();
          }
          never.await();
        }))
        .isInstanceOf(InterruptedException.class);
    nothingIsLeftBehind();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED, Verdict.CANCELLED);
  }

  @Test
  void executorThatRejects_meansNoHedge() {
    CountDownLatch asked = new CountDownLatch(1);
    Pipeline pipeline = Pipeline.builder("full")
        .kernel(kernel)
        .executor(task -> {
          asked.countDown();
          throw new RejectedExecutionException("full");
        })
        .policies(hedge, gate)
        .build();
    assertThat(pipeline.<Boolean>call(() -> asked.await(10, TimeUnit.SECONDS), f -> false))
        .isTrue();
    assertThat(hedge.tokens).hasValue(Long.MAX_VALUE);
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
  }

  @Test
  void driverThatThrows_leavesTheCallAlone() {
    hedge.faulty = true;
    assertThat(pipeline(hedge).<String, RuntimeException>call(() -> "alone")).isEqualTo("alone");
    assertThat(pipeline(hedge).callAsync(() -> CompletableFuture.completedFuture("alone")))
        .isCompletedWithValue("alone");
  }

  @Test
  void manyHedges_gotNoThreadWhenAllAreTaken_andTheCallsGoOn() throws Exception {
    CountDownLatch block = new CountDownLatch(1);
    AtomicInteger taken = new AtomicInteger();
    try {
      for (; ; ) {
        kernel.executeBlocking(() -> {
          try {
            block.await();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
        });
        taken.incrementAndGet();
      }
    } catch (RejectedExecutionException full) {
      assertThat(taken).hasValue(256);
      assertThat(pipeline(hedge, gate).<String, Exception>call(() -> {
            kernel.sleepUntil(kernel.nanoTime() + 5 * MILLI);
            return "alone";
          }))
          .isEqualTo("alone");
    } finally {
      block.countDown();
    }
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
  }
}
