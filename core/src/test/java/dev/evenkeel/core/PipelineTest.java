package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PipelineTest {

  private final RecordingGate gate = new RecordingGate();

  @Test
  void of_putsPoliciesIntoTheCanonicalOrder_andInOrderKeepsThem() {
    Policy[] policies = {
      Timeout.ofMillis(300),
      ConcurrencyLimit.of(5),
      Fallback.to("x"),
      Timeout.total(Duration.ofSeconds(1))
    };
    assertThat(Pipeline.of("inventory", policies).describe()).isEqualTo("""
            inventory
            -> fallback
               -> total-timeout(1 s)
                  -> concurrency-limit(5)
                     -> timeout(300 ms)
                        -> the call""");
    assertThat(Pipeline.inOrder("inventory", policies).policies()).containsExactly(policies);
  }

  @Test
  void dependencysException_reachesTheCallerUnchanged() {
    Pipeline pipeline = Pipeline.of("plain", gate);
    IOException down = new IOException("down");
    assertThatThrownBy(() -> pipeline.run(() -> {
          throw down;
        }))
        .isSameAs(down);
    assertThat(down.getSuppressed()).isEmpty();
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE);
  }

  @Test
  void fallback_answersForExceptionsButNotForErrors() {
    Pipeline pipeline = Pipeline.of("plain", gate, Fallback.of(Throwable::getMessage));
    assertThat(pipeline.<String, RuntimeException>call(() -> {
          throw new UncheckedFault("down");
        }))
        .isEqualTo("down");
    assertThatThrownBy(() -> pipeline.run(() -> {
          throw new StackOverflowError();
        }))
        .isInstanceOf(StackOverflowError.class);
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE, Verdict.FAILURE);
  }

  @Test
  void fallbackThatThrows_givesTheCallerWhatItThrew_withTheCallsOwnFailureInIt() {
    Pipeline pipeline = Pipeline.of("plain");
    UncheckedFault own = new UncheckedFault("own");
    UncheckedFault fallbacks = new UncheckedFault("fallback's");
    assertThatThrownBy(() -> pipeline.<String>call(
            () -> {
              throw own;
            },
            failure -> {
              throw fallbacks;
            }))
        .isSameAs(fallbacks)
        .hasSuppressedException(own);
  }

  @Test
  void checkedException_keepsItsTypeForTheCompiler() {
    Pipeline pipeline = Pipeline.of("plain", gate);
    IOException down = new IOException("down");
    IOException caught = null;
    try {
      pipeline.run(() -> {
        throw down;
      });
    } catch (IOException checked) {
      caught = checked;
    }
    assertThat(caught).isSameAs(down);
  }

  @Test
  void nullResult_isAResult() {
    Pipeline pipeline = Pipeline.of("plain", gate, Timeout.ofMillis(60_000), Fallback.to("no"));
    assertThat(pipeline.<String, RuntimeException>call(() -> null)).isNull();
    assertThat(pipeline.<String>call(() -> null, failure -> "no")).isNull();
    assertThat(pipeline.callAsync(() -> CompletableFuture.completedFuture(null)).join())
        .isNull();
    assertThat(gate.verdicts).hasSize(3).containsOnly(Verdict.SUCCESS);
  }

  @Test
  void perCallFallback_answersForCheckedExceptionsRefusalsAndInterrupts() {
    Pipeline pipeline = Pipeline.of("plain", gate);
    assertThat(pipeline.<String>call(
            () -> {
              throw new IOException("down");
            },
            Throwable::getMessage))
        .isEqualTo("down");
    assertThat(pipeline.<String>call(
            () -> {
              throw new InterruptedException("stop");
            },
            Throwable::getMessage))
        .isEqualTo("stop");
    assertThat(Thread.interrupted()).as("the request to stop").isTrue();
    gate.refusal = Refusal.of(RefusalReason.RATE_LIMIT, 2_000);
    assertThat(pipeline.<String>call(() -> "sent", Throwable::getMessage))
        .isEqualTo("plain: refused by recording (RATE_LIMIT, retry after 2 us)");
    assertThatThrownBy(() -> Pipeline.of("plain")
            .<String>call(
                () -> {
                  throw new StackOverflowError();
                },
                failure -> "no"))
        .isInstanceOf(StackOverflowError.class);
  }

  @Test
  void otherValue_answersForExceptionsRefusalsAndInterrupts() {
    Pipeline pipeline = Pipeline.of("plain", gate);
    assertThat(pipeline.<@Nullable String>callOrElse(() -> null, "other")).isNull();
    assertThat(pipeline.<String>callOrElse(
            () -> {
              throw new IOException("down");
            },
            "other"))
        .isEqualTo("other");
    assertThat(pipeline.<String>callOrElse(
            () -> {
              throw new InterruptedException("stop");
            },
            "other"))
        .isEqualTo("other");
    assertThat(Thread.interrupted()).as("the request to stop").isTrue();
    gate.refusal = Refusal.of(RefusalReason.RATE_LIMIT);
    assertThat(pipeline.callOrElse(() -> "sent", "other")).isEqualTo("other");
    assertThatThrownBy(() -> Pipeline.of("plain")
            .<String>callOrElse(
                () -> {
                  throw new StackOverflowError();
                },
                "other"))
        .isInstanceOf(StackOverflowError.class);
  }

  @Test
  void refusal_isOneExceptionForAllWhoAsk() {
    gate.refusal = Refusal.of(RefusalReason.RATE_LIMIT);
    List<Throwable> seen = new ArrayList<>();
    Pipeline pipeline = Pipeline.builder("plain")
        .policies(gate)
        .listener(new PipelineListener() {
          @Override
          public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
            seen.add(call.failure());
            seen.add(call.failure());
          }
        })
        .build();
    assertThatThrownBy(() -> pipeline.run(() -> {}))
        .isInstanceOf(CallRefusedException.class)
        .satisfies(thrown -> assertThat(seen).containsExactly(thrown, thrown));
  }

  @Test
  void refusal_namesPipelinePolicyReasonAndTime_andHasNoStackTrace() {
    gate.refusal = Refusal.of(RefusalReason.LOAD_SHED, 1_500_000_000);
    assertThatThrownBy(() -> Pipeline.of("inventory", gate).run(() -> {}))
        .hasMessage("inventory: refused by recording (LOAD_SHED, retry after 1500 ms)")
        .isInstanceOfSatisfying(CallRefusedException.class, refused -> {
          assertThat(refused.pipelineName()).isEqualTo("inventory");
          assertThat(refused.policyName()).isEqualTo("recording");
          assertThat(refused.reason()).isEqualTo(RefusalReason.LOAD_SHED);
          assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(1_500));
          assertThat(refused.getStackTrace()).isEmpty();
        });
  }

  @Test
  void retry_givesTheLastRealOutcomeWithTheEarlierOnesSuppressed() {
    Pipeline pipeline = Pipeline.builder("plain")
        .kernel(new ManualKernel(0))
        .policies(new StubDriver(3), gate, Timeout.ofMillis(1_000))
        .build();
    UncheckedFault first = new UncheckedFault("first");
    assertThatThrownBy(() -> pipeline.run(() -> {
          gate.refusal = Refusal.of(RefusalReason.OTHER); // for the attempts that follow
          throw first;
        }))
        .isSameAs(first)
        .satisfies(failure -> assertThat(failure.getSuppressed())
            .hasSize(2)
            .hasOnlyElementsOfType(CallRefusedException.class));
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE);
  }

  @Test
  void innerRefusal_isNoFailureToAnOuterGate() {
    RecordingGate inner = new RecordingGate();
    inner.refusal = Refusal.of(RefusalReason.LOAD_SHED);
    assertThatThrownBy(() -> Pipeline.inOrder("two", gate, inner).run(() -> {}))
        .isInstanceOf(CallRefusedException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.REFUSED);
    assertThat(inner.verdicts).isEmpty();
  }

  @Test
  void gateThatThrows_isAsIfItWereNotThere() {
    Gate faulty = new Gate() {
      @Override
      public long admit(CallView call, long nowNanos) {
        throw new UncheckedFault("admit");
      }

      @Override
      public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
        throw new AssertionError("nothing to settle");
      }

      @Override
      public String name() {
        return "faulty";
      }
    };
    assertThat(Pipeline.of("plain", gate, faulty).<String, RuntimeException>call(() -> "ok"))
        .isEqualTo("ok");
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
  }

  @Test
  void contradictions_areErrorsThatNameTheFields() {
    assertThatThrownBy(() -> Pipeline.of("p", Timeout.ofMillis(1), Timeout.ofMillis(2)))
        .hasMessage("p: timeout: two of them (expected: one)");
    assertThatThrownBy(
            () -> Pipeline.of("p", Timeout.ofMillis(2), Timeout.total(Duration.ofMillis(1))))
        .hasMessage("p: timeout: 2 ms (expected: at most the total timeout, 1 ms)");
    assertThatThrownBy(() -> Pipeline.of("p", gate, gate))
        .hasMessage("p: recording: the same policy twice (expected: each policy once)");
    assertThatThrownBy(() -> Pipeline.of("p", gate, null))
        .hasMessage("policies[1]: null (expected: a value)");
    assertThatThrownBy(() -> Pipeline.of(" "))
        .hasMessageStartingWith("pipeline name: \" \" (expected: a name");
    assertThatThrownBy(() -> ConcurrencyLimit.of(0))
        .hasMessage("maxConcurrentCalls: 0 (expected: 1 to 1000000)");
    assertThatThrownBy(() -> Checks.range("share", Double.NaN, 0, 1))
        .hasMessage("share: NaN (expected: 0.0 to 1.0)");
  }

  @Test
  void concurrencyLimit_refusesAboveItAndTakesPermitsBack() {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1);
    Pipeline pipeline = Pipeline.of("one", limit);
    pipeline.run(() -> assertThatThrownBy(() -> pipeline.run(() -> {}))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.CONCURRENCY_LIMIT)));
    assertThat(limit.inFlight()).isZero();
  }

  @Test
  void perKey_keepsOneKeyFromTheOther() {
    PerKey<ConcurrencyLimit> limits = PerKey.of(() -> ConcurrencyLimit.of(1), 2);
    Pipeline pipeline = Pipeline.of("sharded", limits);
    pipeline.forKey("a").run(() -> {
      assertThat(limits.gate("a").inFlight()).isEqualTo(1);
      pipeline.forKey("b").run(() -> {});
    });
    assertThat(limits.gate("a").inFlight()).isZero();
    assertThat(limits.gate("c")).as("beyond the bound").isSameAs(limits.gate(null));
  }

  @Test
  void context_isTheCallsOwnWhileItRunsAndGoneAfterwards() {
    Pipeline pipeline = Pipeline.of("plain", Timeout.ofMillis(1_000));
    CallContext.current()
        .withIdempotencyKey("k-1")
        .withCriticality(Criticality.SHEDDABLE)
        .run(() -> pipeline.run(() -> {
          CallContext inside = CallContext.current();
          assertThat(inside.idempotencyKey()).isEqualTo("k-1");
          assertThat(inside.criticality()).isEqualTo(Criticality.SHEDDABLE);
          assertThat(inside.deadline()).isNotNull();
        }));
    assertThat(CallerThread.currentContext()).isNull();
  }

  @Property
  void refusal_keepsItsReasonAndTime(
      @ForAll RefusalReason reason,
      @ForAll @LongRange(min = -1_000, max = 3_000_000_000_000L) long nanos) {
    long refusal = Refusal.of(reason, nanos);
    assertThat(refusal).isNegative();
    assertThat(Refusal.reason(refusal)).isEqualTo(reason);
    assertThat(Refusal.retryAfterNanos(refusal)).isEqualTo(Math.max(0, nanos) / 1_000 * 1_000);
  }

  private static final class UncheckedFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    UncheckedFault(String message) {
      super(message);
    }
  }
}
