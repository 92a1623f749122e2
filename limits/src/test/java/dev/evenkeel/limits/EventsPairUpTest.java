package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever becomes of calls (they fail, hang, are given up, wait, are hedged, refused, retried, and
 * their settings change meanwhile): each begins once and ends once, and so does each attempt.
 */
class EventsPairUpTest {

  /** Counts. For one thread. */
  private static final class Counts implements PipelineListener {

    private int calls;
    private int callsEnded;
    private int attempts;
    private int attemptsEnded;
    private int hedges;
    private int hedgesWon;
    private long shortest;
    private final Map<Verdict, Integer> outcomes = new EnumMap<>(Verdict.class);

    @Override
    public void onCallStart(CallView call) {
      calls++;
    }

    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      callsEnded++;
      shortest = Math.min(shortest, durationNanos);
      outcomes.merge(verdict, 1, Integer::sum);
      assertThat(callsEnded).isLessThanOrEqualTo(calls);
    }

    @Override
    public void onAttemptStart(CallView call) {
      attempts++;
    }

    @Override
    public void onAttemptEnd(CallView call, Verdict verdict, long durationNanos) {
      attemptsEnded++;
      shortest = Math.min(shortest, durationNanos);
      assertThat(attemptsEnded).isLessThanOrEqualTo(attempts);
    }

    @Override
    public void onHedge(CallView call, long delayNanos) {
      hedges++;
      shortest = Math.min(shortest, delayNanos);
    }

    @Override
    public void onHedgeWon(CallView call) {
      hedgesWon++;
    }
  }

  private final SplittableRandom[] random = {new SplittableRandom(0)};

  private int next(int bound) {
    return random[0].nextInt(bound);
  }

  private Policy[] policies() {
    List<Policy> policies = new ArrayList<>();
    if (next(2) == 0) {
      policies.add(Fallback.to("instead"));
    }
    policies.add(Timeout.total(Duration.ofMillis(50 + next(100))));
    policies.add(Timeout.ofMillis(10 + next(40)));
    if (next(2) == 0) {
      policies.add(Retry.builder().maxAttempts(1 + next(4)).unlimitedBudget().build());
    }
    if (next(2) == 0) {
      policies.add(
          Hedge.after(Duration.ofMillis(1 + next(8))).maxHedges(1 + next(3)).forIdempotentCalls());
    }
    if (next(2) == 0) {
      policies.add(CircuitBreaker.standard());
    }
    if (next(2) == 0) {
      policies.add(QueuedLimit.of(1 + next(5), 1 + next(5)));
    }
    if (next(3) == 0) {
      policies.add(RateLimit.of(5 + next(20), Duration.ofMillis(20)));
    }
    return policies.toArray(new Policy[0]);
  }

  private CompletableFuture<String> attempt(ManualKernel kernel) {
    CompletableFuture<String> source = new CompletableFuture<>();
    long after = kernel.nanoTime() + next(60) * 1_000_000L;
    switch (next(5)) {
      case 0 -> source.complete("at once");
      case 1 -> throw new IllegalStateException("a supplier that throws");
      case 2 -> kernel.schedule(after, () -> source.completeExceptionally(new IOException("down")));
      case 3 -> {} // hangs
      default -> kernel.schedule(after, () -> source.complete("up"));
    }
    return source;
  }

  @Property(tries = 300)
  void everyCallAndEveryAttempt_endsOnce(@ForAll long seed) {
    random[0] = new SplittableRandom(seed);
    ManualKernel kernel = ManualKernel.withSeed(seed);
    Counts counts = new Counts();
    Pipeline pipeline = Pipeline.builder("p")
        .kernel(kernel)
        .listener(counts)
        .policies(policies())
        .build();
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      if (next(20) == 0) {
        long unused = pipeline.update(policies());
      }
      if (next(4) == 0) {
        Deadline deadline = Deadline.after(Duration.ofMillis(next(40)), kernel);
        calls.add(deadline.call(() -> pipeline.callAsync(() -> attempt(kernel))));
      } else {
        calls.add(pipeline.callAsync(() -> attempt(kernel)));
      }
      kernel.advance(Duration.ofMillis(next(10)));
      if (next(6) == 0) {
        boolean unused = calls.get(next(calls.size())).cancel(true);
      }
    }
    kernel.advance(Duration.ofSeconds(30));
    assertThat(calls).allMatch(CompletableFuture::isDone);
    assertThat(counts.calls).isEqualTo(calls.size());
    assertThat(counts.callsEnded).isEqualTo(counts.calls);
    assertThat(counts.attemptsEnded).isEqualTo(counts.attempts);
    assertThat(counts.hedgesWon).isLessThanOrEqualTo(counts.hedges);
    assertThat(counts.shortest).as("nothing takes less than no time").isZero();
    assertThat(counts.outcomes.values().stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(calls.size());
  }
}
