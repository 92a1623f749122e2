package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
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
  void fallbackThatThrows_doesNotHideTheCallsOwnFailure() {
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
        .isSameAs(own)
        .hasSuppressedException(fallbacks);
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
        .hasMessage("p: timeout: PT0.002S (expected: at most the total timeout, PT0.001S)");
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
    assertThat(CurrentContext.get()).isNull();
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
