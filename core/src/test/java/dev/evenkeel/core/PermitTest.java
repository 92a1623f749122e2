package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Leave to make a call that is made elsewhere. */
class PermitTest {

  /** Notes what it is told; refuses if it is full. */
  private static final class Noting implements Gate {
    final List<Verdict> verdicts = new ArrayList<>();
    int free = 1;

    @Override
    public synchronized long admit(CallView call, long nowNanos) {
      return free-- > 0 ? 0 : Refusal.of(RefusalReason.CONCURRENCY_LIMIT);
    }

    @Override
    public synchronized void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
      free++;
      verdicts.add(verdict);
    }

    @Override
    public String name() {
      return "noting";
    }
  }

  private final Noting gate = new Noting();
  private final Pipeline pipeline = Pipeline.of("interceptor", gate);

  @Test
  void firstWordCounts_andNoOther() {
    Permit permit = pipeline.acquire();
    assertThat(permit.isSettled()).isFalse();
    permit.succeeded();
    permit.failed(new IOException("late"));
    permit.succeeded();
    permit.close();
    assertThat(permit.isSettled()).isTrue();
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
  }

  @Test
  void failure_isOne() {
    try (Permit permit = pipeline.acquire()) {
      permit.failed(new IOException("down"));
    }
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE);
  }

  @Test
  void closedWithoutAWord_isNoEvidence() {
    Permit permit = pipeline.acquire();
    permit.close();
    permit.succeeded();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void refused_saysWhy_andHoldsNothing() {
    try (Permit held = pipeline.acquire()) {
      assertThat(held.isSettled()).isFalse();
      gate.free = 0;
      assertThatThrownBy(pipeline::acquire)
          .isInstanceOf(CallRefusedException.class)
          .hasMessageContaining("interceptor: refused by noting");
    }
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void timeout_settlesIt_forAHolderWhoNeverDoes() {
    ManualKernel kernel = new ManualKernel(0);
    Pipeline timed = Pipeline.builder("timed")
        .kernel(kernel)
        .policies(gate, Timeout.ofMillis(300))
        .build();
    Permit permit = timed.acquire();
    kernel.advance(300_000_000);
    assertThat(permit.isSettled()).isTrue();
    permit.succeeded();
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT);
  }

  @Test
  void deadlineThatHasPassed_isRefused() {
    Deadline.after(Duration.ofNanos(1)).run(() -> {
      while (!Deadline.current().isExpired()) {
        Thread.onSpinWait();
      }
      assertThatThrownBy(pipeline::acquire).isInstanceOf(DeadlineExceededException.class);
    });
    assertThat(gate.verdicts).isEmpty();
  }

  @Test
  void policiesThatNeedTheCall_areErrors() {
    assertThatThrownBy(() -> Pipeline.of("answered", Fallback.to("x"), gate).acquire())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("answered: acquire: has fallback (expected: gates and timeouts only");
  }

  @Test
  void key_hasItsOwn() {
    Pipeline keyed = Pipeline.of("keyed", PerKey.of(() -> ConcurrencyLimit.of(1)));
    try (Permit one = keyed.forKey("one").acquire();
        Permit two = keyed.forKey("two").acquire()) {
      assertThat(one.isSettled()).isFalse();
      assertThat(two.isSettled()).isFalse();
      assertThatThrownBy(() -> keyed.forKey("one").acquire())
          .isInstanceOf(CallRefusedException.class);
    }
  }

  @Test
  void manyThreadsAtOnce_settleItOnce() throws Exception {
    for (int round = 0; round < 200; round++) {
      Permit permit = pipeline.acquire();
      CountDownLatch go = new CountDownLatch(1);
      List<CompletableFuture<Void>> settled = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        boolean good = i % 2 == 0;
        settled.add(CompletableFuture.runAsync(() -> {
          awaitQuietly(go);
          if (good) {
            permit.succeeded();
          } else {
            permit.close();
          }
        }));
      }
      go.countDown();
      for (CompletableFuture<Void> one : settled) {
        one.get(30, TimeUnit.SECONDS);
      }
      assertThat(gate.free).isOne();
    }
    assertThat(gate.verdicts).hasSize(200);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stop) {
      throw new CancellationException();
    }
  }

  /** Lets nobody in, and everybody wait. */
  private static final class Waits implements WaitingGate {
    private final CountDownLatch waits;

    Waits(CountDownLatch waits) {
      this.waits = waits;
    }

    @Override
    public long admit(CallView call, long nowNanos) {
      return Refusal.of(RefusalReason.CONCURRENCY_LIMIT);
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

    @Override
    public long await(CallView call, long refusal, Waiter waiter, long nowNanos) {
      waits.countDown();
      return WAIT;
    }

    @Override
    public String name() {
      return "waits";
    }
  }

  @Test
  void interruptedWhileItWaits_holdsNothing() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    Waits full = new Waits(waits);
    Pipeline queued = Pipeline.of("queued", full);
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread waiting = new Thread(() -> {
      try (Permit permit = queued.acquire()) {
        thrown.complete(new AssertionError("admitted: " + permit.isSettled()));
      } catch (Throwable refused) {
        thrown.complete(
            Thread.interrupted() ? refused : new AssertionError("the flag is gone", refused));
      }
    });
    waiting.start();
    assertThat(waits.await(30, TimeUnit.SECONDS)).isTrue();
    waiting.interrupt();
    assertThat(thrown.get(30, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
  }
}
