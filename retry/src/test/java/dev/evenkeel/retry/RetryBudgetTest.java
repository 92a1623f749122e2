package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.RetryDenial;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryBudgetTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;

  @ParameterizedTest
  @ValueSource(longs = {0, -10 * SECOND, Long.MAX_VALUE - 20 * MILLI})
  void threeFailuresOfOtherCalls_forbidARetry_untilASuccess(long start) {
    RetryBudget budget = RetryBudget.of(0.1, 10, 10);
    long now = start;
    for (int i = 0; i < 3; i++) {
      assertThat(budget.take(0, now)).as("after %d failures", i).isNull();
      budget.onFailure(now);
      now += 20 * MILLI;
    }
    assertThat(budget.take(0, now)).isEqualTo(RetryDenial.FAILURES_IN_A_ROW);
    assertThat(budget.take(1, now)).as("one of them is its own").isNull();
    budget.onSuccess(now);
    assertThat(budget.take(0, now)).isNull();
  }

  @Test
  void rowOfFailures_isForgottenAfterFiveSeconds_andBeginsAnew() {
    RetryBudget budget = RetryBudget.of(0.1, 10, 10);
    for (long i = 0; i < 9; i++) {
      budget.onFailure(i * (20L * MILLI));
    }
    long last = 160 * MILLI;
    assertThat(budget.take(0, last + 5 * SECOND)).isEqualTo(RetryDenial.FAILURES_IN_A_ROW);
    assertThat(budget.take(0, last + 5 * SECOND + 10 * MILLI)).isNull();
    budget.onFailure(last + 6 * SECOND);
    assertThat(budget.take(0, last + 6 * SECOND)).isNull();
  }

  @Test
  void failuresOfOneMoment_areOne() {
    RetryBudget budget = RetryBudget.of(0.1, 10, 10);
    for (int i = 0; i < 100; i++) {
      budget.onFailure(SECOND + i * MILLI / 20);
    }
    assertThat(budget.take(0, SECOND + 20 * MILLI)).isNull();
  }

  @Test
  void whatIsStoredUp_isAShareOfTheLastMinute() {
    for (double perSecond : new double[] {0.1, 0.5, 1, 4, 100}) {
      RetryBudget budget = RetryBudget.standard();
      long now = 0;
      for (int i = 0; i < 3_000; i++) {
        now += (long) (SECOND / perSecond);
        budget.onSuccess(now);
      }
      double share = Math.min(50, Math.max(1, 0.1 * 60 * perSecond));
      assertThat(budget.available())
          .as("at %s calls a second", perSecond)
          .isBetween(share - 1, share + 2); // up to a token earned and one not yet forgotten
    }
  }

  @Test
  void whatANewBudgetHas_isForgottenWithinAMinute_butForOneRetry() {
    RetryBudget budget = RetryBudget.standard();
    assertThat(budget.available()).isEqualTo(5);
    assertThat(budget.take(0, 0)).isNull();
    assertThat(budget.take(0, 120 * SECOND)).isNull();
    assertThat(budget.available()).isZero();
    assertThat(budget.take(0, 120 * SECOND)).isEqualTo(RetryDenial.BUDGET);
  }

  /** Whatever calls and failures there are: no more than what was earned and what was there. */
  @Property(tries = 200)
  void retries_areAShareOfTheSuccesses(
      @ForAll @DoubleRange(min = 0, max = 1) double failing,
      @ForAll @IntRange(min = 1, max = 5_000) int gapMillis,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    RetryBudget budget = RetryBudget.standard();
    long now = Long.MAX_VALUE - 50 * SECOND;
    int retries = 0;
    int successes = 0;
    for (int i = 0; i < 2_000; i++) {
      now += random.nextLong(2L * gapMillis * MILLI);
      if (random.nextDouble() < failing) {
        retries += budget.take(0, now) == null ? 1 : 0;
        budget.onFailure(now);
      } else {
        successes++;
        budget.onSuccess(now);
      }
      assertThat(budget.available()).isBetween(0.0, 50.0);
    }
    assertThat(retries).isLessThanOrEqualTo(5 + successes / 10 + 1);
  }

  @Test
  void retriesThatTheBudgetForbids_areToldToTheCallerAndTheListener() {
    List<RetryDenial> heard = new ArrayList<>();
    Pipeline lambda = Pipeline.builder("lambda")
        .kernel(ManualKernel.create())
        .policies(Retry.jittered(20), Timeout.ofMillis(500))
        .listener(new PipelineListener() {
          @Override
          public void onRetryDenied(CallView call, RetryDenial reason) {
            heard.add(reason);
          }
        })
        .build();
    int failed = 0;
    for (int i = 0; i < 200; i++) {
      AtomicInteger attempts = new AtomicInteger();
      try {
        lambda.call(() -> {
          if (attempts.incrementAndGet() == 1) {
            throw new IOException("throttled");
          }
          return "ok";
        });
      } catch (IOException e) {
        failed++;
        assertThat(e.getSuppressed()).hasSize(1);
      }
    }
    assertThat(failed).isEqualTo(195);
    assertThat(heard).hasSize(195).containsOnly(RetryDenial.BUDGET);
  }

  @Test
  void callsInARowOfFailures_areMadeOnce_andSaySo() {
    Pipeline down = Pipeline.builder("down")
        .kernel(ManualKernel.create())
        .policies(Retry.builder().budget(RetryBudget.of(0.1, 50, 50)).build())
        .build();
    AtomicInteger attempts = new AtomicInteger();
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> down.call(() -> {
            attempts.incrementAndGet();
            throw new IOException("down");
          }))
          .isInstanceOf(IOException.class);
    }
    assertThat(attempts).hasValueLessThan(10 + 5);
  }
}
