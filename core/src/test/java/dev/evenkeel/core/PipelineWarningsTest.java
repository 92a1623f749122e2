package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What works, but not as whoever wrote it may think, is said once. */
class PipelineWarningsTest {

  private static final Timeout TIMEOUT = Timeout.of(Duration.ofMinutes(1));
  private static final Timeout TOTAL = Timeout.total(Duration.ofMinutes(10));

  private final Logs logs = new Logs();

  @AfterEach
  void close() {
    logs.close();
  }

  private static Gate breaker() {
    return new Gate() {
      @Override
      public long admit(CallView call, long nowNanos) {
        return 0;
      }

      @Override
      public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

      @Override
      public Position position() {
        return Position.CIRCUIT_BREAKER;
      }

      @Override
      public String name() {
        return "circuit-breaker";
      }
    };
  }

  private static List<String> inOrder(Policy... policies) {
    return Pipeline.inOrder("p", policies).warnings();
  }

  @Test
  void oneAttempt_isNoRetry() {
    assertThat(Pipeline.of("p", new StubDriver(1), TIMEOUT).warnings())
        .containsExactly(
            "p: stub-retry: 1 attempt, which is never retried (expected: at least 2, or"
                + " no stub-retry)");
  }

  @Test
  void fallbackInsideOfTheBreakerOrTheRetry_answersForTheDependency() {
    assertThat(inOrder(breaker(), Fallback.to("x")))
        .containsExactly("p: fallback inside of circuit-breaker, which takes its answer for the"
            + " dependency's (expected: outside, as Pipeline.of does)");
    assertThat(inOrder(TOTAL, new StubDriver(2), Fallback.to("x"), TIMEOUT))
        .singleElement()
        .asString()
        .startsWith("p: fallback inside of stub-retry");
    assertThat(inOrder(breaker(), Fallback.to("x").when(IllegalStateException.class)))
        .as("for some failures it may be meant")
        .isEmpty();
  }

  @Test
  void timeoutsInTheWrongPlace_areWarnedOf() {
    assertThat(inOrder(new StubDriver(2), TOTAL, TIMEOUT))
        .containsExactly("p: total timeout inside of stub-retry: it bounds each attempt, not the"
            + " call (expected: outside, as Pipeline.of does; or Timeout.of)");
    assertThat(inOrder(TOTAL, TIMEOUT, new StubDriver(2)))
        .containsExactly("p: timeout outside of stub-retry: it bounds all attempts together"
            + " (expected: inside, as Pipeline.of does; or Timeout.total)");
    assertThat(inOrder(TOTAL, new StubDriver(2), TIMEOUT)).isEmpty();
  }

  @Test
  void twoBreakers_countTheSameCalls() {
    assertThat(Pipeline.of("p", breaker(), breaker()).warnings())
        .containsExactly("p: circuit-breaker: 2 of them, which count the same calls (expected: one;"
            + " or one and one in PerKey)");
    assertThat(Pipeline.of("p", breaker(), PerKey.of(PipelineWarningsTest::breaker))
            .warnings())
        .isEmpty();
  }

  @Test
  void twoFallbacks_ofWhichTheOuterIsNeverAsked() {
    Fallback some = Fallback.to("x").when(IllegalStateException.class);
    assertThat(Pipeline.of("p", some, Fallback.to("y")).warnings())
        .containsExactly("p: fallback: two, and the inner one answers every failure, so the outer"
            + " one is never asked (expected: the one for every failure first)");
    assertThat(Pipeline.of("p", Fallback.to("y"), some).warnings()).isEmpty();
  }

  @Test
  void policiesGivenTwice_areThoseOfTheLastTime_andWhatIsLostIsWarnedOf() {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1);
    Pipeline pipeline =
        Pipeline.builder("p").policies(TIMEOUT, limit).policies(limit, TOTAL).build();
    assertThat(pipeline.policies()).containsExactly(TOTAL, limit);
    assertThat(pipeline.warnings())
        .containsExactly("p: policies: given twice, and [timeout] of before are not in force"
            + " (expected: all policies in one call)");
    assertThat(Pipeline.builder("p").policies(TIMEOUT).policies(TIMEOUT, TOTAL).check())
        .isEmpty();
  }

  @Test
  void policiesOwnWarnings_areThePipelines() {
    ConcurrencyLimit unused = ConcurrencyLimit.of(1);
    assertThat(unused.warnings()).isEmpty();
    Gate doubtful = new Gate() {
      @Override
      public long admit(CallView call, long nowNanos) {
        return 0;
      }

      @Override
      public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

      @Override
      public List<String> warnings() {
        return List.of("size: 1 (expected: more)");
      }

      @Override
      public String name() {
        return "own";
      }
    };
    assertThat(Pipeline.of("p", doubtful).warnings())
        .containsExactly("p: own: size: 1 (expected: more)");
    assertThat(Pipeline.of("p", PerKey.of(() -> doubtful)).warnings())
        .containsExactly("p: own: size: 1 (expected: more)");
  }

  @Test
  void keyWithoutPerKey_isWarnedOfOnce() {
    Pipeline pipeline = Pipeline.of("p", breaker());
    pipeline.forKey("host-a").run(() -> {});
    pipeline.forKey("host-a").run(() -> {});
    assertThat(logs.lines()).as("one key alone shares nothing").isEmpty();
    pipeline.forKey("host-b").run(() -> {});
    pipeline.forKey("host-c").run(() -> {});
    assertThat(logs.lines())
        .containsExactly("pipeline 'p': forKey(\"host-b\") after forKey(\"host-a\") without PerKey:"
            + " all keys share one circuit breaker (expected: PerKey.of(CircuitBreaker::standard))"
            + " (logged once)");
    logs.clear();
    Pipeline.of("keyed", PerKey.of(PipelineWarningsTest::breaker)).forKey("a").run(() -> {});
    Pipeline.of("limit", ConcurrencyLimit.of(1)).forKey("a").run(() -> {});
    assertThat(logs.lines()).isEmpty();
  }

  @Test
  void futureReturnedThroughCall_isWarnedOfOnce() {
    Pipeline pipeline = Pipeline.of("p", TIMEOUT);
    for (int i = 0; i < 3; i++) {
      pipeline.<Object, RuntimeException>call(CompletableFuture::new);
    }
    assertThat(logs.lines())
        .containsExactly("pipeline 'p': call returned a java.util.concurrent.CompletableFuture,"
            + " which is not waited for: no policy sees how it ends (expected: callAsync, or to"
            + " wait for it inside of the call) (logged once)");
  }

  @Test
  void publisherReturnedThroughCall_isWarnedOf_andOtherResultsAreNot() {
    Pipeline pipeline = Pipeline.of("p", TIMEOUT);
    pipeline.<Object, RuntimeException>call(() -> "ok");
    CompletableFuture<String> there = CompletableFuture.completedFuture("there");
    pipeline.<Object, RuntimeException>call(() -> there);
    assertThat(logs.lines()).isEmpty();
    pipeline.<Object, RuntimeException>call(() -> (Flow.Publisher<String>) subscriber -> {});
    assertThat(logs.lines()).singleElement().asString().contains("which is not waited for");
  }

  @Test
  void resultThatThrowsWhenItIsLookedAt_isNoFaultOfTheCall() {
    CompletableFuture<String> broken = new CompletableFuture<>() {
      @Override
      public boolean isDone() {
        throw new IllegalStateException("broken");
      }
    };
    Pipeline pipeline = Pipeline.of("p", TIMEOUT);
    assertThat(pipeline.<CompletableFuture<String>, RuntimeException>call(() -> broken))
        .isSameAs(broken);
  }

  @Test
  void deadlineOfAnotherKernel_isWarnedOfOnce() {
    Pipeline pipeline = Pipeline.builder("p").kernel(new ManualKernel(0)).build();
    for (int i = 0; i < 2; i++) {
      Deadline.after(Duration.ofSeconds(1)).run(() -> pipeline.run(() -> {}));
    }
    assertThat(logs.lines())
        .containsExactly("pipeline 'p': a deadline of another kernel, whose clock may not go as the"
            + " pipeline's does (expected: Deadline.after(time, kernel) with the kernel of the"
            + " pipeline) (logged once)");
    logs.clear();
    Pipeline system = Pipeline.of("system");
    Deadline.after(Duration.ofSeconds(1)).run(() -> system.run(() -> {}));
    assertThat(logs.lines()).isEmpty();
  }

  @Test
  void retriesOfTwoPipelinesInEachOther_areWarnedOfOnce() {
    Pipeline outer = Pipeline.of("outer", TOTAL, new StubDriver(2), TIMEOUT);
    Pipeline inner = Pipeline.of("inner", TOTAL, new StubDriver(2), TIMEOUT);
    assertThat(outer.callOrElse(
            () -> inner.<String, IllegalStateException>call(() -> {
              throw new IllegalStateException("down");
            }),
            "none"))
        .isEqualTo("none");
    assertThat(logs.lines())
        .containsExactly("pipeline 'inner': a call is retried within a call of pipeline 'outer',"
            + " which retries too: the attempts multiply (expected: a retry in one of the two)"
            + " (logged once)");
    logs.clear();
    Pipeline bounded = Pipeline.of("bounded", TIMEOUT);
    bounded.callOrElse(
        () -> Pipeline.of("alone", TOTAL, new StubDriver(2), TIMEOUT)
            .<String, IllegalStateException>call(() -> {
              throw new IllegalStateException("down");
            }),
        "none");
    assertThat(logs.lines()).isEmpty();
  }
}
