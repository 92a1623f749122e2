package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Every event has a test that hears it, and what is not listened to costs nothing. */
class EventsTest {

  private static final long MILLI = 1_000_000;

  private final ManualKernel kernel = new ManualKernel(0);
  private final List<String> heard = new ArrayList<>();

  /** Hears everything, and writes down what a reader of a log would want. */
  private final class Everything implements PipelineListener {

    @Override
    public void onCallStart(CallView call) {
      heard.add("call");
    }

    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      heard.add("call ended " + verdict + " after " + durationNanos / MILLI);
    }

    @Override
    public void onAttemptStart(CallView call) {
      heard.add("attempt " + call.attempt() + "." + call.hedge());
    }

    @Override
    public void onAttemptEnd(CallView call, Verdict verdict, long durationNanos) {
      heard.add("attempt " + call.attempt() + "." + call.hedge() + " ended " + verdict + " after "
          + durationNanos / MILLI);
    }

    @Override
    public void onRefused(CallView call, String policy, RefusalReason reason) {
      heard.add("refused by " + policy + ": " + reason);
    }

    @Override
    public void onWait(CallView call, String policy, long waitedNanos) {
      heard.add("waited " + waitedNanos / MILLI + " for " + policy);
    }

    @Override
    public void onRetry(CallView call, long waitNanos) {
      heard.add("retry in " + waitNanos / MILLI);
    }

    @Override
    public void onRetryDenied(CallView call, RetryDenial reason) {
      heard.add("no retry: " + reason);
    }

    @Override
    public void onHedge(CallView call, long delayNanos) {
      heard.add("hedge " + call.hedge() + " after " + delayNanos / MILLI);
    }

    @Override
    public void onHedgeWon(CallView call) {
      heard.add("hedge " + call.hedge() + " won");
    }

    @Override
    public void onFallback(CallView call, Throwable failure) {
      heard.add("fallback");
    }

    @Override
    public void onWouldHave(
        CallView call, String policy, WouldHave decision, RefusalReason reason) {
      heard.add("would have " + decision + " by " + policy + ": " + reason);
    }

    @Override
    public void onSettingsChange(SettingsChange change) {
      heard.add("settings " + change.version() + ": " + change.before() + " -> " + change.after());
    }
  }

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("p")
        .kernel(kernel)
        .listener(new Everything())
        .policies(policies)
        .build();
  }

  private static void failing() {
    throw new IllegalStateException("down");
  }

  /** Answers what it is told to after the attempt. */
  private record Denying(long step) implements RetryDriver {

    @Override
    public int maxAttempts() {
      return 2;
    }

    @Override
    public boolean readsResults() {
      return false;
    }

    @Override
    public boolean accepts(CallView call) {
      return true;
    }

    @Override
    public long afterAttempt(
        CallView call, Verdict verdict, long previousWaitNanos, boolean allowed, long nowNanos) {
      return step;
    }

    @Override
    public String name() {
      return "denying";
    }
  }

  /** Lets a call wait for 3 ms. */
  private static final class Waiting implements WaitingGate {

    @Override
    public long admit(CallView call, long nowNanos) {
      return Refusal.of(RefusalReason.RATE_LIMIT);
    }

    @Override
    public long await(CallView call, long refusal, Waiter waiter, long nowNanos) {
      waiter.endAt(nowNanos + 3 * MILLI, 1);
      return WAIT;
    }

    @Override
    public void withdraw(CallView call, Waiter waiter, long nowNanos) {}

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

    @Override
    public String name() {
      return "waiting";
    }
  }

  @Test
  void blockingCall_isToldFromItsStartToItsEnd_withEachAttempt() {
    assertThatThrownBy(() -> pipeline(new StubDriver(2), Timeout.ofMillis(50)).run(() -> {
          kernel.advance(2 * MILLI);
          failing();
        }))
        .hasMessage("down");
    assertThat(heard)
        .containsExactly(
            "call",
            "attempt 1.0",
            "attempt 1.0 ended FAILURE after 2",
            "retry in 1",
            "attempt 2.0",
            "attempt 2.0 ended FAILURE after 2",
            "call ended FAILURE after 5");
  }

  @Test
  void asynchronousCall_isToldTheSame() {
    List<CompletableFuture<String>> sources = new ArrayList<>();
    CompletableFuture<String> call = pipeline(new StubDriver(2)).callAsync(() -> {
      CompletableFuture<String> source = new CompletableFuture<>();
      sources.add(source);
      return source;
    });
    kernel.advance(2 * MILLI);
    sources.get(0).completeExceptionally(new IllegalStateException("down"));
    kernel.advance(MILLI);
    kernel.advance(4 * MILLI);
    sources.get(1).complete("up");
    assertThat(call).isCompletedWithValue("up");
    assertThat(heard)
        .containsExactly(
            "call",
            "attempt 1.0",
            "attempt 1.0 ended FAILURE after 2",
            "retry in 1",
            "attempt 2.0",
            "attempt 2.0 ended SUCCESS after 4",
            "call ended SUCCESS after 7");
  }

  @Test
  void stageThatIsCompleteAtOnce_isOneAttempt() {
    assertThat(pipeline().callAsync(() -> CompletableFuture.completedFuture("up")))
        .isCompletedWithValue("up");
    assertThat(heard)
        .containsExactly(
            "call",
            "attempt 1.0",
            "attempt 1.0 ended SUCCESS after 0",
            "call ended SUCCESS after 0");
  }

  @Test
  void attemptThatTimesOutOrIsGivenUp_hasEnded() {
    Pipeline pipeline = pipeline(Timeout.ofMillis(5));
    CompletableFuture<String> late = pipeline.callAsync(CompletableFuture::new);
    kernel.advance(5 * MILLI);
    assertThat(late).isCompletedExceptionally();
    assertThat(pipeline.callAsync(CompletableFuture::new).cancel(true)).isTrue();
    assertThat(heard)
        .containsExactly(
            "call",
            "attempt 1.0",
            "attempt 1.0 ended TIMEOUT after 5",
            "call ended TIMEOUT after 5",
            "call",
            "attempt 1.0",
            "attempt 1.0 ended CANCELLED after 0",
            "call ended CANCELLED after 0");
  }

  @Test
  void hedgeThatWins_isTold() {
    List<CompletableFuture<String>> sources = new ArrayList<>();
    CompletableFuture<String> call = pipeline(new StubHedge(2 * MILLI, 1)).callAsync(() -> {
      CompletableFuture<String> source = new CompletableFuture<>();
      sources.add(source);
      return source;
    });
    kernel.advance(2 * MILLI);
    kernel.advance(MILLI);
    sources.get(1).complete("up");
    assertThat(call).isCompletedWithValue("up");
    assertThat(heard)
        .containsExactlyInAnyOrder(
            "call",
            "attempt 1.0",
            "hedge 1 after 2",
            "attempt 1.1",
            "attempt 1.1 ended SUCCESS after 1",
            "attempt 1.0 ended CANCELLED after 3",
            "hedge 1 won",
            "call ended SUCCESS after 3");
  }

  @Test
  void firstAttemptThatWins_isNoHedgeThatWon() {
    List<CompletableFuture<String>> sources = new ArrayList<>();
    CompletableFuture<String> call = pipeline(new StubHedge(2 * MILLI, 1)).callAsync(() -> {
      CompletableFuture<String> source = new CompletableFuture<>();
      sources.add(source);
      return source;
    });
    kernel.advance(2 * MILLI);
    sources.get(0).complete("up");
    assertThat(call).isCompletedWithValue("up");
    assertThat(heard).contains("hedge 1 after 2").doesNotContain("hedge 1 won");
  }

  @Test
  void waitForALimit_isTold_blockingAndAsynchronous() {
    Pipeline pipeline = pipeline(new Waiting());
    pipeline.run(() -> {});
    CompletableFuture<String> call =
        pipeline.callAsync(() -> CompletableFuture.completedFuture("up"));
    kernel.advance(3 * MILLI);
    assertThat(call).isCompletedWithValue("up");
    List<String> one = List.of(
        "call",
        "waited 3 for waiting",
        "attempt 1.0",
        "attempt 1.0 ended SUCCESS after 0",
        "call ended SUCCESS after 3");
    assertThat(heard.subList(0, 5)).isEqualTo(one);
    assertThat(heard.subList(5, 10)).isEqualTo(one);
  }

  @Test
  void deadlineThatHasPassed_isARefusal_ofWhoeverSetIt() {
    Deadline over = Deadline.after(Duration.ZERO, kernel);
    assertThatThrownBy(() -> over.run(() -> pipeline().run(() -> {})))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(heard)
        .containsExactly("call", "refused by deadline: DEADLINE", "call ended REFUSED after 0");
    heard.clear();
    Pipeline slowQueue = pipeline(new Waiting(), Timeout.total(Duration.ofMillis(2)));
    assertThatThrownBy(() -> slowQueue.run(() -> {})).isInstanceOf(CallTimeoutException.class);
    assertThat(heard)
        .containsExactly(
            "call",
            "waited 2 for waiting",
            "refused by total-timeout: DEADLINE",
            "call ended REFUSED after 2");
  }

  @Test
  void executorThatRejects_isARefusal() {
    Pipeline pipeline = pipeline(Timeout.detached(Duration.ofMillis(5), task -> {
      throw new RejectedExecutionException("full");
    }));
    assertThatThrownBy(() -> pipeline.run(() -> {})).isInstanceOf(CallRefusedException.class);
    assertThat(heard).contains("refused by timeout: EXECUTOR_REJECTED");
  }

  @Test
  void eachReasonWhyNoRetryIsMade_isTold() {
    for (RetryDenial reason : RetryDenial.values()) {
      heard.clear();
      assertThatThrownBy(() -> pipeline(new Denying(reason.step())).run(EventsTest::failing))
          .hasMessage("down");
      assertThat(heard).as(reason.name()).contains("no retry: " + reason);
    }
  }

  @Test
  void gateThatForbidsARetry_isTheReason_ifTheDriverGivesNone() {
    RecordingGate gate = new RecordingGate();
    gate.refusal = Refusal.of(RefusalReason.CIRCUIT_OPEN);
    assertThatThrownBy(() -> pipeline(new Denying(RetryDriver.STOP), gate).run(() -> {}))
        .isInstanceOf(CallRefusedException.class);
    assertThat(heard).contains("no retry: GATE");
    heard.clear();
    assertThatThrownBy(() -> pipeline(new Denying(RetryDriver.STOP)).run(EventsTest::failing))
        .hasMessage("down");
    assertThat(heard).noneMatch(line -> line.startsWith("no retry"));
  }

  @Test
  void settingsChange_isTold_withWhatThePoliciesSay() {
    Pipeline pipeline = pipeline(Timeout.ofMillis(5));
    assertThat(pipeline.update(Timeout.ofMillis(7))).isEqualTo(2);
    assertThat(heard).containsExactly("settings 2: [timeout(5 ms)] -> [timeout(7 ms)]");
  }

  @Test
  void listener_isToldOnlyOfWhatItsClassOverrides() {
    PipelineListener nothing = new PipelineListener() {};
    PipelineListener states = new PipelineListener() {
      @Override
      public void onStateChange(StateChange change) {}
    };
    assertThat(nothing.events()).isEmpty();
    assertThat(states.events()).containsExactly(PipelineEvent.STATE_CHANGE);
    Set<PipelineEvent> all = EnumSet.allOf(PipelineEvent.class);
    all.remove(PipelineEvent.STATE_CHANGE);
    assertThat(new Everything().events()).isEqualTo(all);
  }

  @Test
  void everyMethodOfAListener_isAnEvent() {
    List<String> methods = new ArrayList<>();
    for (var method : PipelineListener.class.getMethods()) {
      if (method.getName().startsWith("on")) {
        methods.add(method.getName());
      }
    }
    assertThat(methods)
        .containsExactlyInAnyOrderElementsOf(EnumSet.allOf(PipelineEvent.class).stream()
            .map(PipelineEvent::method)
            .toList());
  }

  @Test
  void listenerThatDoesNotWantDurations_doesNotHaveTheClockRead() {
    AtomicInteger readings = new AtomicInteger();
    List<Long> durations = new ArrayList<>();
    Kernel counted = new CountedClock(kernel, readings);
    Pipeline pipeline = Pipeline.builder("p")
        .kernel(counted)
        .listener(new PipelineListener() {
          @Override
          public boolean wantsDurations() {
            return false;
          }

          @Override
          public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
            durations.add(durationNanos);
            if (durationNanos >= 0) {
              assertThat(call.weight()).isEqualTo(Sampling.CALLS_PER_SAMPLE);
            }
          }
        })
        .build();
    int before = readings.get();
    int calls = 100 * Sampling.CALLS_PER_SAMPLE;
    for (int i = 0; i < calls; i++) {
      pipeline.run(() -> {});
    }
    long known = durations.stream().filter(nanos -> nanos >= 0).count();
    assertThat(durations).hasSize(calls);
    assertThat(known).as("a sample").isBetween(60L, 160L);
    assertThat(readings.get() - before).isEqualTo((int) (2 * known));
  }

  private record CountedClock(ManualKernel kernel, AtomicInteger readings) implements Kernel {

    @Override
    public long nanoTime() {
      readings.incrementAndGet();
      return kernel.nanoTime();
    }

    @Override
    public Cancellable schedule(long atNanos, Runnable task) {
      return kernel.schedule(atNanos, task);
    }

    @Override
    public long random() {
      return kernel.random();
    }

    @Override
    public void execute(Runnable task) {
      kernel.execute(task);
    }

    @Override
    public void sleepUntil(long atNanos) throws InterruptedException {
      kernel.sleepUntil(atNanos);
    }
  }

  @Test
  void listenersComeAndGo_whileThePipelineIsUsed_andACallIsToldToThoseItBeganWith() {
    Pipeline pipeline = Pipeline.builder("p").kernel(kernel).build();
    Everything first = new Everything();
    pipeline.addListener(first);
    pipeline.addListener(first);
    pipeline.run(() -> assertThat(pipeline.removeListener(first)).isTrue());
    assertThat(heard)
        .containsExactly(
            "call",
            "attempt 1.0",
            "attempt 1.0 ended SUCCESS after 0",
            "call ended SUCCESS after 0");
    assertThat(pipeline.removeListener(first)).isFalse();
    heard.clear();
    pipeline.run(() -> pipeline.addListener(first));
    assertThat(heard).isEmpty();
    assertThat(pipeline.version()).as("no settings have changed").isEqualTo(1);
  }

  @Test
  void listenerThatThrows_keepsNeitherTheCallNorTheOthers() {
    Pipeline pipeline = Pipeline.builder("p")
        .kernel(kernel)
        .listener(new PipelineListener() {
          @Override
          public void onCallStart(CallView call) {
            throw new AssertionError("a faulty listener");
          }

          @Override
          public void onAttemptEnd(CallView call, Verdict verdict, long durationNanos) {
            throw new AssertionError("a faulty listener");
          }
        })
        .listener(new Everything())
        .build();
    pipeline.run(() -> {});
    assertThat(heard).hasSize(4).startsWith("call").endsWith("call ended SUCCESS after 0");
  }
}
