package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The one alarm of a thread changes hands between calls within calls. Whatever the alarm does in
 * the very moment of that, it does for the call whose time it was.
 */
class HandShakeTest {

  private static final long MILLI = 1_000_000;

  private final AtomicInteger ran = new AtomicInteger();

  @AfterEach
  void noInterruptIsLeft() {
    assertThat(Thread.interrupted()).as("a stray interrupt").isFalse();
  }

  private static Pipeline pipeline(Kernel kernel, Policy... policies) {
    return Pipeline.builder("p").kernel(kernel).policies(policies).build();
  }

  @Test
  void hedgedCallInsideAnother_leavesTheOuterOneItsInterrupt() {
    Pipeline outer = Pipeline.of("outer", Timeout.ofMillis(30));
    Pipeline hedged = Pipeline.of("hedged", new StubHedge(60_000 * MILLI, 1));
    assertThatThrownBy(() -> outer.run(() -> {
          assertThatThrownBy(() -> hedged.run(Hostile::hang))
              .isInstanceOf(DeadlineExceededException.class);
          Hostile.await("the outer call's", Thread.currentThread()::isInterrupted);
        }))
        .isInstanceOf(CallTimeoutException.class);
  }

  @Test
  void hedgedCallInsideAnother_thatEndsInTime_leavesTheOuterOneItsTime() {
    Pipeline outer = Pipeline.of("outer", Timeout.ofMillis(30));
    Pipeline hedged = Pipeline.of("hedged", new StubHedge(60_000 * MILLI, 1));
    assertThatThrownBy(() -> outer.run(() -> {
          hedged.run(() -> {});
          Hostile.hang();
        }))
        .isInstanceOf(CallTimeoutException.class);
  }

  /** The hedged call is ended by its alarm, after it has thrown somebody else's interrupt away. */
  @Test
  void hedgedCallInsideAnother_keepsAnInterruptFromBefore() {
    Pipeline outer = Pipeline.of("outer", Timeout.ofMillis(30));
    Pipeline hedged = Pipeline.of("hedged", new StubHedge(60_000 * MILLI, 1));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> outer.run(() -> hedged.run(() -> {
          assertThat(Thread.interrupted()).isTrue();
          Hostile.hang();
        })))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(Thread.interrupted()).as("somebody else's").isTrue();
  }

  /** Who sends ours asks for the flag, and a call that waits for the sender clears it to park. */
  @Test
  void callThatEndsWhileItsInterruptIsSent_keepsAnInterruptFromBefore() throws Exception {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(20));
    AtomicBoolean asked = new AtomicBoolean();
    AtomicBoolean ended = new AtomicBoolean();
    AtomicBoolean kept = new AtomicBoolean();
    Thread caller =
        new Thread(() -> {
          Thread.currentThread().interrupt();
          Throwable unused =
              catchThrowable(() -> pipeline.run(() -> Hostile.await("the question", asked::get)));
          kept.set(Thread.interrupted());
          ended.set(true);
        }) {
          @Override
          public boolean isInterrupted() {
            if (Thread.currentThread() != this) {
              asked.set(true);
              Hostile.await("the call's end", () -> ended.get() || !super.isInterrupted());
            }
            return super.isInterrupted();
          }
        };
    caller.start();
    caller.join(60_000);
    assertThat(ended).as("the call has ended").isTrue();
    assertThat(kept).as("somebody else's interrupt").isTrue();
  }

  @Test
  void callThatIgnoresItsInterrupt_isEvidenceForEachPipelineWhoseTimeItWas() {
    ManualKernel kernel = new ManualKernel(0);
    RecordingGate first = new RecordingGate();
    RecordingGate second = new RecordingGate();
    Pipeline outer = pipeline(kernel, first, Timeout.ofMillis(100));
    Pipeline inner = pipeline(kernel, second, Timeout.ofMillis(50));
    assertThatThrownBy(() -> outer.run(() -> inner.run(() -> kernel.advance(3_000 * MILLI))))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(second.verdicts).as("inner").containsExactly(Verdict.TIMEOUT);
    assertThat(first.verdicts).as("outer").containsExactly(Verdict.TIMEOUT);
  }

  @Test
  void processThatStoodStill_isNoEvidenceForEither() {
    ManualKernel kernel = new ManualKernel(0);
    kernel.tellsStandstills = false;
    RecordingGate first = new RecordingGate();
    RecordingGate second = new RecordingGate();
    Pipeline outer = pipeline(kernel, first, Timeout.ofMillis(100));
    Pipeline inner = pipeline(kernel, second, Timeout.ofMillis(50));
    assertThatThrownBy(() -> outer.run(() -> inner.run(() -> kernel.freeze(3_000 * MILLI))))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(second.verdicts).as("inner").containsExactly(Verdict.CANCELLED);
    assertThat(first.verdicts).as("outer").containsExactly(Verdict.CANCELLED);
  }

  @Test
  void hookOfAFallback_isNotRunForALaterCall() {
    Pipeline answers = Pipeline.of("answers", Timeout.ofMillis(60_000), Fallback.of(failure -> {
      CallContext.current().onAbort(ran::incrementAndGet);
      return "instead";
    }));
    assertThat(answers.<String, RuntimeException>call(() -> {
          throw new IllegalStateException();
        }))
        .isEqualTo("instead");
    Pipeline later = Pipeline.of("later", Timeout.ofMillis(20));
    assertThatThrownBy(() -> later.run(Hostile::hang)).isInstanceOf(CallTimeoutException.class);
    assertThat(ran).as("hooks of a call that has ended").hasValue(0);
  }

  @Test
  void hookSetBetweenTwoAttempts_isNotRunForTheLaterOne() {
    long begin = System.nanoTime();
    RecordingGate gate = new RecordingGate();
    PipelineListener listener = new PipelineListener() {
      @Override
      public void onRetry(CallView call, long waitNanos) {
        CallContext.current().onAbort(ran::incrementAndGet);
      }
    };
    Pipeline pipeline = Pipeline.builder("p")
        .listener(listener)
        .policies(gate, new StubDriver(2), Timeout.ofMillis(20))
        .build();
    assertThatThrownBy(() -> pipeline.run(Hostile::hang)).isInstanceOf(CallTimeoutException.class);
    Hostile.assertTimeouts(gate, 2, Kernel.system(), begin);
    assertThat(ran).hasValue(0);
  }

  /** Lets a call in when its thread has been interrupted. */
  private static final class Slow implements Gate {
    @Override
    public long admit(CallView call, long nowNanos) {
      Hostile.await("the outer call's time", Thread.currentThread()::isInterrupted);
      return 0;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

    @Override
    public String name() {
      return "slow";
    }
  }

  @Test
  void cooperativeCall_isNotBegunWithTheInterruptOfTheCallAroundIt(@TempDir Path folder)
      throws Exception {
    Pipeline service = Pipeline.of("service", Timeout.ofMillis(20));
    Pipeline file = Pipeline.of("file", new Slow(), Timeout.cooperative(Duration.ofSeconds(60)));
    Path path = Files.createFile(folder.resolve("shared"));
    try (FileChannel shared = FileChannel.open(path)) {
      assertThatThrownBy(() -> service.run(() -> file.run(() -> {
            ran.incrementAndGet();
            shared.read(ByteBuffer.allocate(1), 0);
          })))
          .isInstanceOf(CallTimeoutException.class);
      assertThat(shared.isOpen()).isTrue();
      assertThat(ran).hasValue(0);
    }
  }

  /**
   * When an inner call begins, a thread that is asked whether it is interrupted says so only when
   * the outer call's time must be over.
   */
  private static final class SlowToSay extends Thread {

    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);

    SlowToSay(Runnable task) {
      super(task, "slow-to-say");
    }

    @Override
    public boolean isInterrupted() {
      if (Thread.currentThread() == this && asked.incrementAndGet() == 2) {
        Hostile.await("over", () -> over.getCount() == 0);
      }
      return super.isInterrupted();
    }
  }

  @Test
  void alarmThatRingsWhileAnInnerCallTakesItOver_runsTheOuterCallsHooks() throws Exception {
    SystemKernel kernel = new SystemKernel("hand-over");
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    Pipeline outer = pipeline(kernel, Timeout.ofMillis(50));
    Pipeline inner = pipeline(kernel, Timeout.ofMillis(40));
    SlowToSay thread = new SlowToSay(() -> {
      failure.set(catchThrowable(() -> outer.run(() -> {
        CallContext.current().onAbort(ran::incrementAndGet);
        Hostile.quietly(() -> inner.run(() -> {}));
        Hostile.hang();
      })));
      flag.set(Thread.interrupted());
    });
    Hostile.start(thread);
    Hostile.await("the inner call begins", () -> thread.asked.get() == 2);
    CountDownLatch later = new CountDownLatch(1);
    Cancellable unused = kernel.schedule(kernel.nanoTime() + 100 * MILLI, later::countDown);
    later.await();
    thread.over.countDown();
    Hostile.join(thread);
    assertThat(failure.get()).isInstanceOf(CallTimeoutException.class);
    assertThat(ran).as("the outer call's hook").hasValue(1);
    assertThat(flag).as("a stray interrupt").isFalse();
    assertThat(kernel.armedTimers()).isZero();
    kernel.close();
  }
}
