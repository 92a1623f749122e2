package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A kernel over somebody's scheduler, which rejects timers: calls end, and nothing is lost. */
class KernelFaultsTest {

  private static final long MINUTE = 60_000_000_000L;

  private final ConcurrencyLimit limit = ConcurrencyLimit.of(1_000_000);
  private final Rejecting kernel = new Rejecting();

  @AfterEach
  void nothingIsLeft() {
    Hostile.await("permits are back", () -> limit.inFlight() == 0);
    assertThat(Thread.interrupted()).as("interrupt").isFalse();
    Hostile.await("timers", () -> kernel.real.armedTimers() == 0);
    kernel.real.close();
  }

  /** Its timer rejects when it is told to. */
  private static final class Rejecting implements Kernel {
    final SystemKernel real = new SystemKernel("rejecting");
    final AtomicBoolean rejects = new AtomicBoolean();

    @Override
    public long nanoTime() {
      return real.nanoTime();
    }

    @Override
    public Cancellable schedule(long atNanos, Runnable task) {
      if (rejects.get()) {
        throw new RejectedExecutionException("timer is full");
      }
      return real.schedule(atNanos, task);
    }

    @Override
    public long random() {
      return real.random();
    }

    @Override
    public void execute(Runnable task) {
      real.execute(task);
    }

    @Override
    public void sleepUntil(long atNanos) throws InterruptedException {
      real.sleepUntil(atNanos);
    }
  }

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("p").kernel(kernel).policies(policies).build();
  }

  @Test
  void timerOfATimeout() {
    Pipeline pipeline = pipeline(Timeout.ofMillis(30), limit);
    kernel.rejects.set(true);
    assertThatThrownBy(() -> pipeline.run(() -> {})).isInstanceOf(RejectedExecutionException.class);
    assertThat(Hostile.failureOf(pipeline.callAsync(CompletableFuture::new)))
        .isInstanceOf(RejectedExecutionException.class);
    kernel.rejects.set(false);
    Hostile.busy(60);
    pipeline(Timeout.ofMillis(60_000), limit).run(() -> Hostile.busy(60));
    assertThat(Thread.currentThread().isInterrupted())
        .as("by the first one's alarm")
        .isFalse();
    assertThatThrownBy(() -> pipeline.run(Hostile::hang)).isInstanceOf(CallTimeoutException.class);
  }

  @Test
  void timerThatLooksAfterACall_theInterruptIsSentAllTheSame() {
    Pipeline pipeline = pipeline(Timeout.ofMillis(30), limit);
    assertThatThrownBy(() -> pipeline.run(() -> {
          kernel.rejects.set(true);
          Hostile.await("the interrupt", Thread.currentThread()::isInterrupted);
        }))
        .isInstanceOf(CallTimeoutException.class);
  }

  @Test
  void timerOfABackoff() {
    Pipeline pipeline = pipeline(limit, new StubDriver(3));
    CompletableFuture<Object> source = new CompletableFuture<>();
    CompletableFuture<Object> call = pipeline.callAsync(() -> source);
    kernel.rejects.set(true);
    source.completeExceptionally(new IllegalStateException("first attempt"));
    assertThat(Hostile.failureOf(call)).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void timerThatWatchesOverTheUsersExecutor() {
    AtomicInteger handedOver = new AtomicInteger();
    Pipeline pipeline = Pipeline.builder("p")
        .kernel(kernel)
        .executor(task -> {
          handedOver.incrementAndGet();
          new Thread(task).start();
        })
        .policies(Timeout.ofMillis(30), limit)
        .build();
    CompletableFuture<Object> call = pipeline.callAsync(CompletableFuture::new);
    kernel.rejects.set(true);
    assertThat(Hostile.failureOf(call)).isInstanceOf(CallTimeoutException.class);
  }

  @Test
  void timerThatWatchesOverHooks() {
    AtomicInteger ran = new AtomicInteger();
    Pipeline pipeline = pipeline(Timeout.ofMillis(30), limit);
    assertThatThrownBy(() -> pipeline.run(() -> {
          CallContext.current().onAbort(ran::incrementAndGet);
          kernel.rejects.set(true);
          Hostile.hang();
        }))
        .isInstanceOf(CallTimeoutException.class);
    Hostile.await("the hook", () -> ran.get() == 1);
  }

  @Test
  void timerOfAHedge_blocking() {
    kernel.rejects.set(true);
    Pipeline pipeline = pipeline(limit, new StubHedge(MINUTE, 2));
    assertThat(pipeline.<String, RuntimeException>call(() -> "alone")).isEqualTo("alone");
  }

  @Test
  void timerOfAHedge_asynchronous() {
    kernel.rejects.set(true);
    Pipeline pipeline = pipeline(limit, new StubHedge(MINUTE, 2));
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> call = pipeline.callAsync(() -> source);
    source.complete("alone");
    assertThat(call.join()).isEqualTo("alone");
  }

  /** The first attempt fails when the second has begun, whose own hedge is rejected. */
  @Test
  void timerOfTheHedgeAfterAHedge() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    PipelineListener listener = new PipelineListener() {
      @Override
      public void onHedge(CallView call, long delayNanos) {
        second.countDown();
      }
    };
    HedgeDriver driver = new StubHedge(1_000_000, 2) {
      @Override
      public boolean tryStart(CallView call, RetryDriver retry, long nowNanos) {
        kernel.rejects.set(true);
        return true;
      }
    };
    Pipeline pipeline = Pipeline.builder("p")
        .kernel(kernel)
        .listener(listener)
        .policies(limit, driver)
        .build();
    assertThat(pipeline.<String, Exception>call(() -> {
          if (CallContext.current().hedge() > 0) {
            return "hedge";
          }
          second.await();
          throw new IllegalStateException("the first");
        }))
        .isEqualTo("hedge");
  }

  /** Says wait, and hands its one permit to whoever waits later. */
  private static final class Handing implements WaitingGate {
    final AtomicReference<Waiter> waiter = new AtomicReference<>();
    final AtomicInteger withdrawn = new AtomicInteger();

    @Override
    public long admit(CallView call, long nowNanos) {
      return Refusal.of(RefusalReason.OTHER);
    }

    @Override
    public long await(CallView call, long refusal, Waiter waiting, long nowNanos) {
      waiter.set(waiting);
      return WAIT;
    }

    @Override
    public void withdraw(CallView call, Waiter waiting, long nowNanos) {
      withdrawn.incrementAndGet();
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

    @Override
    public String name() {
      return "handing";
    }
  }

  @Test
  void timerOfAWaitForAPermit_blocking() {
    Handing gate = new Handing();
    Pipeline pipeline = pipeline(limit, gate);
    kernel.rejects.set(true);
    assertThatThrownBy(() -> pipeline.run(() -> {})).isInstanceOf(RejectedExecutionException.class);
    assertThat(gate.waiter.get().end(7)).as("takes a permit").isFalse();
    assertThat(gate.withdrawn).hasValue(1);
  }

  @Test
  void timerOfAWaitForAPermit_asynchronous() {
    Handing gate = new Handing();
    Pipeline pipeline = pipeline(limit, gate);
    kernel.rejects.set(true);
    assertThat(Hostile.failureOf(pipeline.callAsync(CompletableFuture::new)))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(gate.waiter.get().end(7)).as("takes a permit").isFalse();
    assertThat(gate.withdrawn).hasValue(1);
  }
}
