package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What limits keep when their settings change. */
class LimitsChangeTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualKernel kernel = ManualKernel.create();
  private final List<CompletableFuture<String>> sources = new ArrayList<>();

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("p").kernel(kernel).policies(policies).build();
  }

  private static int admitted(Pipeline pipeline, int of) {
    int admitted = 0;
    for (int i = 0; i < of; i++) {
      admitted += pipeline.callOrElse(() -> 1, 0);
    }
    return admitted;
  }

  private List<CompletableFuture<String>> start(Pipeline pipeline, int calls) {
    List<CompletableFuture<String>> started = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      started.add(pipeline.callAsync(() -> {
        CompletableFuture<String> source = new CompletableFuture<>();
        sources.add(source);
        return source;
      }));
    }
    return started;
  }

  @Test
  void rateLimit_keepsThePresentPeriod_andTheNewNumberCountsFromTheNext() {
    Pipeline pipeline = pipeline(RateLimit.of(10, SECOND));
    assertThat(admitted(pipeline, 4)).isEqualTo(4);
    long unused = pipeline.update(RateLimit.of(3, SECOND));
    assertThat(admitted(pipeline, 20)).as("what was left of ten").isEqualTo(6);
    kernel.advance(SECOND);
    assertThat(admitted(pipeline, 20)).isEqualTo(3);
  }

  @Test
  void callsThatWaitForARateLimit_keepTheirPermits() {
    RateLimit limit = RateLimit.of(2, SECOND);
    limit.setMaxWait(Duration.ofSeconds(5));
    Pipeline pipeline = pipeline(limit);
    List<CompletableFuture<String>> calls = start(pipeline, 6);
    assertThat(sources).hasSize(2);
    long unused = pipeline.update(RateLimit.of(4, SECOND));
    kernel.advance(SECOND);
    kernel.advance(SECOND);
    assertThat(sources).hasSize(6);
    sources.forEach(source -> source.complete("up"));
    assertThat(calls).allMatch(CompletableFuture::isDone);
  }

  /** At a change of the period no more gets through than the larger of both would give. */
  @Property(tries = 200)
  void otherPeriod_beginsWithoutWhatIsUsed(
      @ForAll @IntRange(min = 1, max = 50) int calls,
      @ForAll @IntRange(max = 50) int used,
      @ForAll @IntRange(min = 1, max = 50) int newCalls) {
    Pipeline pipeline = pipeline(RateLimit.of(calls, SECOND));
    int made = admitted(pipeline, Math.min(used, calls));
    long unused = pipeline.update(RateLimit.of(newCalls, Duration.ofMillis(100)));
    assertThat(admitted(pipeline, 100)).isEqualTo(Math.max(0, newCalls - made));
    kernel.advance(Duration.ofMillis(100));
    assertThat(admitted(pipeline, 100)).isEqualTo(newCalls);
  }

  @Test
  void muchLongerPeriod_isNotUsedUpByAShortOne() {
    Pipeline pipeline = pipeline(RateLimit.of(10, SECOND));
    assertThat(admitted(pipeline, 20)).isEqualTo(10);
    long unused = pipeline.update(RateLimit.of(1_000, Duration.ofHours(1)));
    assertThat(admitted(pipeline, 2_000)).isEqualTo(990);
  }

  @Test
  void periodThatIsOver_usesUpNothing() {
    Pipeline pipeline = pipeline(RateLimit.of(10, SECOND));
    assertThat(admitted(pipeline, 20)).isEqualTo(10);
    kernel.advance(SECOND);
    long unused = pipeline.update(RateLimit.of(100, Duration.ofMinutes(1)));
    assertThat(admitted(pipeline, 200)).isEqualTo(100);
  }

  @Test
  void queuedLimit_keepsThoseInFlightAndThoseThatWait() {
    Pipeline pipeline = pipeline(QueuedLimit.of(2, 10));
    List<CompletableFuture<String>> calls = start(pipeline, 6);
    assertThat(sources).hasSize(2);
    long raised = pipeline.update(QueuedLimit.of(4, 1));
    assertThat(raised).isEqualTo(2);
    assertThat(sources).hasSize(4);
    QueuedLimit limit = pipeline.policy(QueuedLimit.class).orElseThrow();
    assertThat(limit.queued()).isEqualTo(2);
    long lowered = pipeline.update(QueuedLimit.of(1, 10));
    assertThat(lowered).isEqualTo(3);
    for (int i = 0; i < 6; i++) {
      sources.get(i).complete("up");
      assertThat(limit.inFlight()).isLessThanOrEqualTo(4);
    }
    assertThat(calls).allMatch(CompletableFuture::isDone);
    assertThat(limit.inFlight()).isZero();
  }

  @Test
  void adaptiveLimit_keepsWhatItLearned_withinTheNewBounds() {
    AdaptiveLimit limit = AdaptiveLimit.of(50, 1, 100);
    Pipeline pipeline = pipeline(limit);
    List<CompletableFuture<String>> calls = start(pipeline, 30);
    long unused = pipeline.update(AdaptiveLimit.of(5, 1, 10));
    assertThat(pipeline.policies()).containsExactly(limit);
    assertThat(limit.limit()).isEqualTo(10);
    assertThat(limit.inFlight()).isEqualTo(30);
    sources.forEach(source -> source.complete("up"));
    assertThat(calls).allMatch(CompletableFuture::isDone);
    assertThat(limit.inFlight()).isZero();
    long unusedToo = pipeline.update(AdaptiveLimit.of(50, 20, 100));
    assertThat(limit.limit()).isBetween(10, 100);
  }

  @Test
  void boundsThatLeaveTheBeginningOut_beforeTheFirstCall_areObeyed() {
    AdaptiveLimit limit = AdaptiveLimit.standard();
    limit.setBounds(1, 5);
    Pipeline pipeline = pipeline(limit);
    List<CompletableFuture<String>> calls = start(pipeline, 30);
    assertThat(calls).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(25);
  }
}
