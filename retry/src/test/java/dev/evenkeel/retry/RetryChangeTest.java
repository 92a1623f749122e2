package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What a retry and a hedge keep when their settings change. */
class RetryChangeTest {

  private final ManualKernel kernel = ManualKernel.create();

  private Pipeline pipeline(Retry retry) {
    return Pipeline.builder("p")
        .kernel(kernel)
        .policies(Timeout.ofMillis(100), retry)
        .build();
  }

  private static Retry retry(int attempts, RetryBudget budget) {
    return Retry.builder().maxAttempts(attempts).budget(budget).build();
  }

  private static RetryBudget budgetOf(Pipeline pipeline) {
    return Objects.requireNonNull(pipeline.policy(Retry.class).orElseThrow().budget());
  }

  /** With the new ratio and the new capacity; what no longer fits is lost. */
  @Property
  void budget_keepsWhatItHasStoredUp(
      @ForAll @IntRange(min = 1, max = 100) int capacity,
      @ForAll @IntRange(max = 100) int stored,
      @ForAll @IntRange(min = 1, max = 100) int newCapacity) {
    int initial = Math.min(stored, capacity);
    Pipeline pipeline = pipeline(retry(3, RetryBudget.of(0.1, capacity, initial)));
    RetryBudget before = budgetOf(pipeline);
    long unused = pipeline.update(
        Timeout.ofMillis(50), retry(2, RetryBudget.of(0.5, newCapacity, newCapacity)));
    assertThat(budgetOf(pipeline)).isSameAs(before);
    assertThat(before.available()).isEqualTo(Math.min(initial, newCapacity));
    double stays = before.available();
    pipeline.run(() -> {});
    assertThat(before.available()).isEqualTo(Math.min(newCapacity, stays + 0.5));
    assertThat(pipeline.policy(Retry.class).orElseThrow().maxAttempts()).isEqualTo(2);
  }

  @Test
  void newRatio_isEarnedFromThenOn() {
    Pipeline pipeline = pipeline(retry(3, RetryBudget.of(0.1, 10, 0)));
    long unused = pipeline.update(retry(3, RetryBudget.of(0.5, 10, 0)));
    pipeline.run(() -> {});
    assertThat(budgetOf(pipeline).available()).isEqualTo(0.5);
  }

  @Test
  void budgetThatIsShared_isTakenAsItIs() {
    RetryBudget shared = RetryBudget.of(0.2, 20, 7);
    Pipeline other = pipeline(retry(3, shared));
    Pipeline pipeline = pipeline(retry(3, RetryBudget.of(0.1, 10, 3)));
    long unused = pipeline.update(retry(3, shared));
    assertThat(budgetOf(pipeline)).isSameAs(shared).isSameAs(budgetOf(other));
    RetryBudget own = RetryBudget.of(0.1, 10, 1);
    long unusedToo = pipeline.update(retry(3, own));
    assertThat(budgetOf(pipeline)).isSameAs(own);
    assertThat(shared.available()).isEqualTo(7);
  }

  @Test
  void oneRetryGivenToTwoPipelines_leavesEachItsOwnBudget() {
    Pipeline one = pipeline(retry(3, RetryBudget.of(0.1, 10, 3)));
    Pipeline two = pipeline(retry(3, RetryBudget.of(0.1, 10, 7)));
    Retry wanted = retry(2, RetryBudget.of(0.1, 20, 0));
    long unused = one.update(Timeout.ofMillis(50), wanted);
    long unusedToo = two.update(Timeout.ofMillis(50), wanted);
    assertThat(budgetOf(one).available()).isEqualTo(3);
    assertThat(budgetOf(two).available()).isEqualTo(7);
  }

  @Test
  void retryWithoutABudget_getsOne_andLosesIt() {
    Pipeline pipeline = pipeline(Retry.builder().unlimitedBudget().build());
    long unused = pipeline.update(retry(3, RetryBudget.of(0.1, 10, 3)));
    assertThat(budgetOf(pipeline).available()).isEqualTo(3);
    long unusedToo = pipeline.update(Retry.builder().unlimitedBudget().build());
    assertThat(pipeline.policy(Retry.class).orElseThrow().budget()).isNull();
  }

  @Test
  void hedge_keepsItsMeasuredLatencies_ifTheQuantileIsTheSame() {
    Hedge hedge = Hedge.afterQuantile(0.9).forIdempotentCalls();
    Pipeline pipeline = Pipeline.builder("p").kernel(kernel).policies(hedge).build();
    for (int i = 0; i < 200; i++) {
      pipeline.run(() -> kernel.advance(Duration.ofMillis(20)));
    }
    Duration delay = hedge.delay();
    assertThat(delay).isNotNull();
    long unused = pipeline.update(Hedge.afterQuantile(0.9).maxHedges(2).forIdempotentCalls());
    Hedge same = pipeline.policy(Hedge.class).orElseThrow();
    assertThat(same.delay()).isEqualTo(delay);
    assertThat(same.maxHedges()).isEqualTo(2);
    long unusedToo = pipeline.update(Hedge.afterQuantile(0.5).forIdempotentCalls());
    assertThat(pipeline.policy(Hedge.class).orElseThrow().delay()).isNull();
  }
}
