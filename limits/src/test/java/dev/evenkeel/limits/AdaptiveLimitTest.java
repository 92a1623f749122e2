package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.RetryAfter;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedCall;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {

  private static final long SECOND = 1_000_000_000L;
  private static final List<Criticality> RANKS = List.of(Criticality.values());

  private final ManualKernel kernel = ManualKernel.startingAt(Long.MAX_VALUE - SECOND);
  private final AdaptiveLimit limit = AdaptiveLimit.of(10, 10, 10);
  private final Pipeline pipeline =
      Pipeline.builder("p").kernel(kernel).policies(limit).build();
  private final Queue<CompletableFuture<String>> running = new ArrayDeque<>();

  /** Starts a call; null if it may go on, or why not. */
  private RefusalReason start(Criticality criticality) {
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> call = CallContext.current()
        .withCriticality(criticality)
        .call(() -> pipeline.callAsync(() -> {
          running.add(source);
          return source;
        }));
    return call.isDone()
        ? call.handle((result, failure) -> ((CallRefusedException) failure).reason())
            .join()
        : null;
  }

  private void endOldest() {
    running.remove().complete("ok");
  }

  @Test
  void anyCriticality_mayUseEverything_whileNobodyAboveNeedsIt() {
    for (Criticality criticality : Criticality.values()) {
      for (int i = 0; i < 10; i++) {
        assertThat(start(criticality)).isNull();
      }
      assertThat(start(criticality)).isEqualTo(RefusalReason.CONCURRENCY_LIMIT);
      while (!running.isEmpty()) {
        endOldest();
      }
      kernel.advance(Duration.ofSeconds(5));
    }
  }

  @Test
  void lessCriticalCalls_leaveFreeWhatMoreCriticalOnesNeeded_andAreRefusedFirst() {
    for (int i = 0; i < 6; i++) {
      assertThat(start(Criticality.CRITICAL)).isNull();
    }
    for (int i = 0; i < 6; i++) {
      endOldest();
    }
    for (int i = 0; i < 4; i++) {
      assertThat(start(Criticality.SHEDDABLE)).isNull();
    }
    assertThat(start(Criticality.SHEDDABLE)).isEqualTo(RefusalReason.LOAD_SHED);
    for (int i = 0; i < 6; i++) {
      assertThat(start(Criticality.CRITICAL)).isNull();
    }
    assertThat(start(Criticality.CRITICAL)).isEqualTo(RefusalReason.CONCURRENCY_LIMIT);
    assertThat(limit.inFlight()).isEqualTo(10);
  }

  @Test
  void underLastingOverload_theCriticalGetNearlyAll_andNobodyStarves() {
    Map<Criticality, Integer> passed = new EnumMap<>(Criticality.class);
    for (int i = 0; i < 40_000; i++) {
      Criticality criticality = RANKS.get(i % 4);
      if (start(criticality) == null) {
        passed.merge(criticality, 1, Integer::sum);
      }
      if (i % 4 == 3) {
        kernel.advance(Duration.ofMillis(10));
        if (!running.isEmpty()) {
          endOldest();
        }
      }
    }
    int plus = passed.get(Criticality.CRITICAL_PLUS);
    assertThat(plus).isGreaterThan(7_000);
    for (Criticality lower :
        List.of(Criticality.CRITICAL, Criticality.SHEDDABLE_PLUS, Criticality.SHEDDABLE)) {
      assertThat(passed.getOrDefault(lower, 0)).as("%s", lower).isBetween(200, 1_000);
    }
  }

  @Test
  void failures_tellOfOverloadOnlyIfTheySaySo_andNoVerdictButSuccessTellsOfLatency() {
    AdaptiveLimit adaptive = AdaptiveLimit.of(20, 1, 100);
    settleMany(adaptive, Verdict.FAILURE, new IOException("reset"));
    settleMany(adaptive, Verdict.CANCELLED, new IOException("gone"));
    settleMany(adaptive, Verdict.REFUSED, new IOException("refused"));
    assertThat(adaptive.limit()).isEqualTo(20);
    assertThat(adaptive.baseline()).isZero();
    settleMany(adaptive, Verdict.FAILURE, new SentAway());
    assertThat(adaptive.limit()).isLessThan(20);
    int before = adaptive.limit();
    settleMany(adaptive, Verdict.TIMEOUT, new IOException("late"));
    assertThat(adaptive.limit()).isLessThanOrEqualTo(before);
    assertThat(adaptive.baseline()).isZero();
    assertThat(adaptive.inFlight()).isZero();
  }

  private static final class SentAway extends IOException implements RetryAfter {
    private static final long serialVersionUID = 1;

    @Override
    public Duration retryAfter() {
      return Duration.ofSeconds(1);
    }
  }

  private long now = Long.MAX_VALUE - 3 * SECOND;

  private void settleMany(AdaptiveLimit adaptive, Verdict verdict, Throwable failure) {
    for (int i = 0; i < 100; i++) {
      ScriptedCall call = new ScriptedCall(0).started(now);
      long permit = adaptive.admit(call, now);
      now += 10_000_000L;
      adaptive.settle(call.failed(failure), permit, verdict, now);
    }
  }

  @Test
  void boundsLoweredInFlight_refuseNewCallsUntilEnoughHaveEnded() {
    for (int i = 0; i < 10; i++) {
      assertThat(start(Criticality.CRITICAL)).isNull();
    }
    limit.setBounds(1, 2);
    assertThat(limit.limit()).isEqualTo(2);
    for (int i = 0; i < 8; i++) {
      assertThat(start(Criticality.CRITICAL)).isEqualTo(RefusalReason.CONCURRENCY_LIMIT);
      endOldest();
    }
    assertThat(start(Criticality.CRITICAL)).isNotNull();
    endOldest();
    assertThat(start(Criticality.CRITICAL)).isNull();
    while (!running.isEmpty()) {
      endOldest();
    }
    assertThat(limit.inFlight()).isZero();
  }

  @Test
  void badInput_isRefusedWithItsField() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AdaptiveLimit.of(5, 10, 20))
        .withMessage("initialLimit: 5 (expected: 10 to 20)");
    assertThatIllegalArgumentException().isThrownBy(() -> AdaptiveLimit.of(5, 0, 20));
    assertThatIllegalArgumentException().isThrownBy(() -> AdaptiveLimit.of(5, 1, 10_001));
    assertThatIllegalArgumentException().isThrownBy(() -> limit.setBounds(5, 4));
    assertThat(limit).hasToString("adaptive-limit(10 to 10)");
  }
}
