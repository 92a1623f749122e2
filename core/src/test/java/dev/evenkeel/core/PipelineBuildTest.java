package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class PipelineBuildTest {

  private static Gate gateAt(Policy.Position position, String name) {
    return new Gate() {
      @Override
      public long admit(CallView call, long nowNanos) {
        return 0;
      }

      @Override
      public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

      @Override
      public Position position() {
        return position;
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }

  @Test
  void of_knowsEveryPlaceInTheCanonicalOrder() {
    Pipeline pipeline = Pipeline.of(
        "all",
        Timeout.ofMillis(10),
        gateAt(Policy.Position.FAULT_INJECTION, "faults"),
        gateAt(Policy.Position.CONCURRENCY_LIMIT, "limit"),
        gateAt(Policy.Position.RATE_LIMIT, "rate"),
        gateAt(Policy.Position.CIRCUIT_BREAKER, "breaker"),
        new StubDriver(3),
        Timeout.total(Duration.ofSeconds(1)),
        Fallback.to(null));
    assertThat(pipeline.policies())
        .extracting(Policy::name)
        .containsExactly(
            "fallback",
            "total-timeout",
            "stub-retry",
            "breaker",
            "rate",
            "limit",
            "faults",
            "timeout");
    assertThat(pipeline.warnings()).isEmpty();
  }

  @Test
  void of_keepsTheOrderOfPoliciesAtOnePlace() {
    Gate first = gateAt(Policy.Position.CONCURRENCY_LIMIT, "first");
    Gate second = gateAt(Policy.Position.CONCURRENCY_LIMIT, "second");
    assertThat(Pipeline.of("p", first, second).policies()).containsExactly(first, second);
    assertThat(Pipeline.of("p", second, first).policies()).containsExactly(second, first);
  }

  @Test
  void describe_namesTheKeyAndTheKindOfTimeout() {
    Pipeline pipeline = Pipeline.of("p", Timeout.detached(Duration.ofNanos(1_500), Runnable::run));
    assertThat(pipeline.forKey("eu-1").describe())
        .isEqualTo("p [eu-1]\n-> timeout(1.5 us, detached)\n   -> the call");
    assertThat(pipeline.forKey("eu-1")).hasToString("Pipeline(p [eu-1])");
    assertThat(Pipeline.of("none").describe()).isEqualTo("none\n-> the call");
  }

  @Test
  void policy_findsTheOutermostOfAType() {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1);
    Pipeline pipeline = Pipeline.of("p", limit, ConcurrencyLimit.of(2));
    assertThat(pipeline.policy(ConcurrencyLimit.class)).containsSame(limit);
    assertThat(pipeline.policy(Timeout.class)).isEmpty();
  }

  @Test
  void retryWithoutTimeout_isWarnedOf() {
    try (Logs logs = new Logs()) {
      Pipeline pipeline = Pipeline.of("p", new StubDriver(3));
      assertThat(pipeline.warnings())
          .containsExactly("p: stub-retry without a timeout: an attempt that hangs is never retried"
              + " (expected: a Timeout for each attempt)");
      assertThat(logs.lines()).isEqualTo(pipeline.warnings());
    }
  }

  @Test
  void attemptsThatDoNotFitTheTotalTimeout_areWarnedOf() {
    try (Logs logs = new Logs()) {
      Timeout total = Timeout.total(Duration.ofMillis(300));
      assertThat(
              Pipeline.of("p", new StubDriver(4), Timeout.ofMillis(100), total).warnings())
          .containsExactly(
              "p: maxAttempts x timeout: 4 x 100 ms (expected: at most the total timeout,"
                  + " 300 ms); later attempts may be cut short");
      assertThat(logs.lines()).hasSize(1);
      assertThat(
              Pipeline.of("p", new StubDriver(3), Timeout.ofMillis(100), total).warnings())
          .isEmpty();
      assertThat(logs.lines()).hasSize(1);
    }
  }

  @Test
  void breakerOutsideOfTheRetry_isWarnedOfWhereItWasWrittenSo() {
    try (Logs logs = new Logs()) {
      Gate breaker = gateAt(Policy.Position.CIRCUIT_BREAKER, "breaker");
      Timeout timeout = Timeout.ofMillis(1);
      assertThat(Pipeline.inOrder("p", breaker, new StubDriver(2), timeout).warnings())
          .singleElement()
          .asString()
          .startsWith("p: circuit breaker outside of stub-retry: it sees one outcome");
      assertThat(Pipeline.of("p", breaker, new StubDriver(2), timeout).warnings())
          .isEmpty();
      assertThat(logs.lines()).hasSize(1);
    }
  }

  @Test
  void retryInsideARetry_isAnError() {
    assertThatThrownBy(() -> Pipeline.of("p", new StubDriver(3), new StubDriver(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("p: stub-retry: two, nested: 3 x 4 attempts (expected: one)");
  }

  @Test
  void attemptTimeoutAsLongAsTheTotal_isAllowed() {
    Pipeline pipeline =
        Pipeline.of("p", Timeout.ofMillis(10), Timeout.total(Duration.ofMillis(10)));
    assertThat(pipeline.warnings()).isEmpty();
  }

  @Test
  void check_saysWhatBuildWould_andBuildsNothing() {
    try (Logs logs = new Logs()) {
      assertThat(Pipeline.builder("p").policies(new StubDriver(2)).check())
          .isEqualTo(Pipeline.of("p", new StubDriver(2)).warnings())
          .hasSize(1);
      assertThat(logs.lines()).hasSize(1);
    }
    assertThatThrownBy(() ->
            Pipeline.builder("p").policies(new StubDriver(2), new StubDriver(3)).check())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two, nested");
  }

  @Test
  void checkUpdate_refusesWhatUpdateWould_andChangesNothing() {
    PerKey<Gate> few = PerKey.of(() -> gateAt(Policy.Position.CIRCUIT_BREAKER, "breaker"), 10);
    PerKey<Gate> more = PerKey.of(() -> gateAt(Policy.Position.CIRCUIT_BREAKER, "breaker"), 20);
    Pipeline pipeline = Pipeline.of("p", few);
    pipeline.checkUpdate(Timeout.ofMillis(10));
    assertThatThrownBy(() -> pipeline.checkUpdate(more))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxKeys");
    assertThatThrownBy(() -> pipeline.checkUpdate(new StubDriver(2), new StubDriver(3)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(pipeline.policies()).containsExactly(few);
    assertThat(pipeline.version()).isEqualTo(1);
    pipeline.close();
    assertThatThrownBy(() -> pipeline.checkUpdate(few))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void build_refusesBadNamesAndNulls() {
    assertThatThrownBy(() -> Pipeline.of(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("pipeline name: null (expected: a value)");
    assertThatThrownBy(() -> Pipeline.of("a\nb"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without control characters");
    assertThatThrownBy(() -> Pipeline.of("p").forKey(""))
        .hasMessage("key: \"\" (expected: a name, not blank, without control characters)");
    PipelineBuilder builder = Pipeline.builder("p");
    assertThatThrownBy(() -> builder.policies((Policy[]) null)).hasMessageStartingWith("policies:");
    assertThatThrownBy(() -> builder.policiesInOrder(Timeout.ofMillis(1), null))
        .hasMessage("policies[1]: null (expected: a value)");
    assertThatThrownBy(() -> builder.listener(null)).hasMessageStartingWith("listener: null");
    assertThatThrownBy(() -> builder.executor(null)).hasMessageStartingWith("executor: null");
    assertThatThrownBy(() -> builder.kernel(null)).hasMessageStartingWith("kernel: null");
    assertThatThrownBy(() -> Fallback.of(null)).hasMessageStartingWith("answer: null");
    assertThatThrownBy(() -> Fallback.to("x").when((Predicate<Throwable>) null))
        .hasMessageStartingWith("condition: null");
    assertThatThrownBy(() -> Timeout.detached(Duration.ofMillis(1), null))
        .hasMessageStartingWith("executor: null");
    assertThatThrownBy(() -> PerKey.of(() -> null)).hasMessageStartingWith("factory's gate: null");
    assertThatThrownBy(() -> PerKey.of(() -> ConcurrencyLimit.of(1), 0))
        .hasMessage("maxKeys: 0 (expected: 1 to 1000000)");
  }

  @Test
  void attach_isCalledOnceForEachPipeline() {
    StringBuilder attached = new StringBuilder();
    Gate gate = new Gate() {
      @Override
      public long admit(CallView call, long nowNanos) {
        return 0;
      }

      @Override
      public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

      @Override
      public void attach(Attachment attachment) {
        attached.append(attachment.pipelineName()).append(';');
      }

      @Override
      public String name() {
        return "attached";
      }
    };
    Pipeline one = Pipeline.of("one", gate);
    one.forKey("k").run(() -> {});
    Pipeline.of("two", gate);
    assertThat(attached).hasToString("one;two;");
  }
}
