package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One rule says whose time was over, and whether that is evidence, across nested calls. */
class WhoseTimeTest {

  private static final long MILLI = 1_000_000;

  private final RecordingGate gate = new RecordingGate();

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }

  @Test
  void nestedBlockingCalls_areTheOuterTimeout_onManyThreads() throws InterruptedException {
    long begin = System.nanoTime();
    Pipeline outer = Pipeline.of("outer", Timeout.ofMillis(10), gate);
    Pipeline inner = Pipeline.of("inner", ConcurrencyLimit.of(1_000));
    List<Throwable> others = java.util.Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      threads.add(Hostile.start(() -> {
        for (int j = 0; j < 10; j++) {
          Throwable failure = catchThrowable(() -> outer.run(() -> inner.run(Hostile::hang)));
          if (!(failure instanceof CallTimeoutException)) {
            others.add(failure);
          }
        }
      }));
    }
    for (Thread thread : threads) {
      Hostile.join(thread);
    }
    assertThat(others).isEmpty();
    Hostile.assertTimeouts(gate, 160, Kernel.system(), begin);
  }

  @Test
  void threeDeep_theHangIsEvidenceForWhoseTimeItWas_andForWhoHadAFairChance() {
    ManualKernel kernel = new ManualKernel(0);
    RecordingGate first = new RecordingGate();
    RecordingGate second = new RecordingGate();
    RecordingGate third = new RecordingGate();
    Pipeline outer = pipeline(kernel, first, Timeout.ofMillis(100));
    Pipeline middle = pipeline(kernel, second, Timeout.ofMillis(300)); // no fair chance: 100 of 300
    Pipeline inner = pipeline(kernel, third, Timeout.ofMillis(150)); // 100 of 150
    assertThatThrownBy(() -> outer.run(() -> middle.run(
            () -> inner.run(() -> kernel.sleepUntil(kernel.nanoTime() + 1_000 * MILLI)))))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(first.verdicts).containsExactly(Verdict.TIMEOUT);
    assertThat(second.verdicts).containsExactly(Verdict.CANCELLED);
    assertThat(third.verdicts).containsExactly(Verdict.TIMEOUT);
  }

  private static Pipeline pipeline(Kernel kernel, Policy... policies) {
    return Pipeline.builder("p").kernel(kernel).policies(policies).build();
  }

  @Test
  void nestedAsynchronousCalls_areTheOuterTimeout() {
    long begin = System.nanoTime();
    Pipeline outer = Pipeline.of("outer", Timeout.ofMillis(5), gate);
    Pipeline inner = Pipeline.of("inner");
    for (int i = 0; i < 100; i++) {
      assertThat(Hostile.failureOf(
              outer.callAsync(() -> inner.callAsync(CompletableFuture<Object>::new))))
          .isInstanceOf(CallTimeoutException.class);
    }
    Hostile.assertTimeouts(gate, 100, Kernel.system(), begin);
  }

  @Test
  void asynchronousCallInsideABlockingOne_underTheCallersDeadline_isNoEvidence() {
    Pipeline outer = Pipeline.of("outer", Timeout.ofMillis(60_000), gate);
    Pipeline inner = Pipeline.of("inner");
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> Deadline.after(ms(5))
              .run(() -> outer.run(() -> inner.callAsync(CompletableFuture::new).get())))
          .isInstanceOf(DeadlineExceededException.class);
    }
    assertThat(gate.verdicts)
        .hasSize(gate.admitted.get()) // a deadline may be over before the outer call begins
        .containsOnly(Verdict.CANCELLED);
  }

  /** The caller's deadline, in ms, under a timeout of 400. */
  @ParameterizedTest
  @CsvSource({"1, CANCELLED", "199, CANCELLED", "200, TIMEOUT", "350, TIMEOUT", "500, TIMEOUT"})
  void deadlineAroundSeveralCalls_leavesALaterOneAFairChance_orNone(long left, Verdict expected) {
    ManualKernel kernel = new ManualKernel(0);
    Pipeline second = pipeline(kernel, gate, Timeout.ofMillis(400));
    Throwable failure =
        catchThrowable(() -> Deadline.after(ms(left + 150), kernel).run(() -> {
          kernel.advance(150 * MILLI); // the first call
          second.run(() -> kernel.sleepUntil(kernel.nanoTime() + 60_000 * MILLI));
        }));
    assertThat(failure)
        .isInstanceOf(left < 400 ? DeadlineExceededException.class : CallTimeoutException.class);
    assertThat(gate.verdicts).containsExactly(expected);
  }

  @Test
  void deadlineThatTheCallSetsForAStep_isTheDependencysFailure() {
    Pipeline outer = Pipeline.of("outer", Timeout.ofMillis(60_000), gate);
    Pipeline inner = Pipeline.of("inner");
    assertThatThrownBy(() ->
            outer.run(() -> Deadline.after(ms(20)).run(() -> inner.run(Hostile::hang))))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE);
  }

  @Test
  void innerPipelinesOwnTimeout_isTheOuterDependencysFailure() {
    Pipeline outer = Pipeline.of("outer", Timeout.ofMillis(60_000), gate);
    Pipeline inner = Pipeline.of("inner", Timeout.ofMillis(20));
    assertThatThrownBy(() -> outer.run(() -> inner.run(Hostile::hang)))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE);
  }

  @Test
  void refusalInsideACallThatHasBegun_isNoEvidence_butTheCallWasMade() {
    Pipeline outer = Pipeline.of("outer", gate);
    ConcurrencyLimit full = ConcurrencyLimit.of(1);
    Pipeline inner = Pipeline.of("inner", full);
    assertThatThrownBy(() -> inner.run(() -> outer.run(() -> inner.run(() -> {}))))
        .isInstanceOf(CallRefusedException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
    assertThat(full.inFlight()).isZero();
  }

  @Test
  void refusalInsideACall_isRetried() {
    AtomicBoolean refuses = new AtomicBoolean(true);
    Pipeline outer = Pipeline.of("outer", gate, new StubDriver(2));
    Pipeline inner = Pipeline.of("inner", new RefusingOnce(refuses));
    assertThat(outer.<String, RuntimeException>call(() -> inner.call(() -> "ok")))
        .isEqualTo("ok");
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED, Verdict.SUCCESS);
  }

  private record RefusingOnce(AtomicBoolean refuses) implements Gate {
    @Override
    public long admit(CallView call, long nowNanos) {
      return refuses.getAndSet(false) ? Refusal.of(RefusalReason.CONCURRENCY_LIMIT) : 0;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

    @Override
    public String name() {
      return "refusing-once";
    }
  }

  @Test
  void contextTakenEarlier_doesNotPutTheOuterTimeoutOff() {
    Pipeline outer = Pipeline.of("outer", Timeout.ofMillis(50));
    Pipeline inner = Pipeline.of("inner", Timeout.ofMillis(60_000));
    CallContext enqueued = CallContext.current().withIdempotencyKey("order-1");
    assertThatThrownBy(() -> outer.run(() -> enqueued.run(() -> inner.run(Hostile::hang))))
        .isInstanceOf(CallTimeoutException.class);
  }

  @Test
  void deadlineInsideAnother_canOnlyShortenIt() {
    CallContext late = CallContext.current().withDeadline(Deadline.after(ms(60_000)));
    CallContext soon = CallContext.current().withDeadline(Deadline.after(ms(10)));
    Deadline.after(ms(1_000)).run(() -> {
      late.run(() -> assertThat(Deadline.current().remaining()).isLessThanOrEqualTo(ms(1_000)));
      soon.run(() -> assertThat(Deadline.current().remaining()).isLessThanOrEqualTo(ms(10)));
      CallContext.current().run(() -> assertThat(Deadline.current()).isNotNull());
    });
  }

  @Test
  void cooperativeCall_underAShortDeadlineOfTheCaller_isNoEvidence() {
    ManualKernel kernel = new ManualKernel(0);
    Pipeline pipeline = pipeline(kernel, gate, Timeout.cooperative(ms(2_000)));
    assertThatThrownBy(() -> Deadline.after(ms(20), kernel)
            .run(() -> pipeline.run(() -> {
              kernel.advance(
                  Deadline.current().remaining().toNanos() - MILLI); // clients round down
              throw new SocketTimeoutException("Read timed out");
            })))
        .isInstanceOf(DeadlineExceededException.class)
        .hasCauseInstanceOf(SocketTimeoutException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void cooperativeCall_thatObeysThePipelinesTimeout_isATimeout_alsoWithALateResult() {
    ManualKernel kernel = new ManualKernel(0);
    Pipeline pipeline = pipeline(kernel, gate, Timeout.cooperative(ms(100)));
    assertThatThrownBy(() -> pipeline.run(() -> {
          kernel.advance(100 * MILLI);
          throw new SocketTimeoutException("Read timed out");
        }))
        .isInstanceOf(CallTimeoutException.class);
    assertThatThrownBy(() -> pipeline.run(() -> kernel.advance(100 * MILLI)))
        .isInstanceOf(CallTimeoutException.class);
    assertThatThrownBy(() -> pipeline.run(() -> {
          kernel.advance(50 * MILLI);
          throw new SocketTimeoutException("the client's own, shorter");
        }))
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT, Verdict.TIMEOUT, Verdict.FAILURE);
  }

  @Test
  void cooperativeCallInsideAnother_isNotInterrupted_andTheOuterOneIsAfterIt(@TempDir Path folder)
      throws Exception {
    Pipeline service = Pipeline.of("service", Timeout.ofMillis(20));
    Pipeline file = Pipeline.of("file", Timeout.cooperative(Duration.ofSeconds(60)));
    Path path = java.nio.file.Files.createFile(folder.resolve("shared"));
    try (FileChannel shared = FileChannel.open(path)) {
      AtomicBoolean interruptedAfter = new AtomicBoolean();
      assertThatThrownBy(() -> service.run(() -> {
            Hostile.quietly(() -> file.run(() -> {
              long end = System.nanoTime() + 60 * MILLI;
              while (System.nanoTime() - end < 0) {
                assertThat(shared.read(ByteBuffer.allocate(1), 0)).isEqualTo(-1);
              }
            }));
            Hostile.await("put off, not lost", Thread.currentThread()::isInterrupted);
            interruptedAfter.set(true);
          }))
          .isInstanceOf(CallTimeoutException.class);
      assertThat(shared.isOpen()).isTrue();
      assertThat(interruptedAfter).isTrue();
    }
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void supplierThatBlocksBeyondItsTime_hasTimedOut_whateverStageItGives() {
    long begin = System.nanoTime();
    Pipeline pipeline = Pipeline.of("p", gate, Timeout.ofMillis(20));
    assertThat(Hostile.failureOf(pipeline.callAsync(() -> {
          Hostile.awaitTimer(Kernel.system(), 30);
          return CompletableFuture.completedFuture("late");
        })))
        .isInstanceOf(CallTimeoutException.class);
    Hostile.assertTimeouts(gate, 1, Kernel.system(), begin);
    Pipeline patient = Pipeline.of("p", Timeout.ofMillis(60_000));
    for (int i = 0; i < 100; i++) {
      assertThat(patient
              .callAsync(() -> CompletableFuture.completedFuture("at once"))
              .join())
          .isEqualTo("at once");
    }
  }

  @Test
  void lateFailureOfACompleteStage_isATimeoutToo() {
    ManualKernel kernel = new ManualKernel(0);
    Pipeline pipeline = pipeline(kernel, gate, Timeout.ofMillis(20));
    CompletableFuture<Object> call = pipeline.callAsync(() -> {
      kernel.advance(20 * MILLI);
      return CompletableFuture.failedFuture(new java.io.IOException());
    });
    assertThatThrownBy(call::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(CallTimeoutException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT);
  }

  @Test
  void lateCall_saysHowLongItReallyTook_andThePipelineWarnsOnce() {
    Pipeline pipeline = Pipeline.of("orders-db", Timeout.ofMillis(20));
    try (Logs logs = new Logs()) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> pipeline.run(() -> Hostile.outliveInterrupt(180)))
            .isInstanceOf(CallTimeoutException.class)
            .hasMessageMatching("orders-db: no answer within 20 ms \\(timeout\\); ended after"
                + " [0-9.]+ m?s, because the call ignored its interrupt");
      }
      assertThat(logs.lines())
          .singleElement()
          .asString()
          .contains("orders-db")
          .contains("onAbort")
          .contains("Timeout.detached")
          .contains("timeouts.md");
    }
  }
}
