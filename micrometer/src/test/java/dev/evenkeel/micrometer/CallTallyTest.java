package dev.evenkeel.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallTally;
import dev.evenkeel.core.CallView;
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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Who is told of most calls once counts the same as who is told of all attempts and ends. */
class CallTallyTest {

  private static final class Counts {

    final Map<String, Integer> counts = new TreeMap<>();

    void attempt(CallView call, Verdict verdict) {
      counts.merge(
          "attempt " + call.attempt() + "." + call.hedge() + " " + verdict, 1, Math::addExact);
    }

    void call(Verdict verdict) {
      counts.merge("call " + verdict, 1, Math::addExact);
    }
  }

  private static final class Listening implements PipelineListener {

    final Counts counts = new Counts();

    @Override
    public void onAttemptEnd(CallView call, Verdict verdict, long durationNanos) {
      counts.attempt(call, verdict);
    }

    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      counts.call(verdict);
    }
  }

  private static final class Tallying implements CallTally {

    final Counts counts = new Counts();
    int plain;

    @Override
    public void onPlainCall(CallView call, long durationNanos) {
      plain++;
      counts.attempt(call, Verdict.SUCCESS);
      counts.call(Verdict.SUCCESS);
    }

    @Override
    public void onAttemptEnd(CallView call, Verdict verdict, long durationNanos) {
      counts.attempt(call, verdict);
    }

    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      counts.call(verdict);
    }
  }

  private static List<Policy> policies(Random random) {
    List<Policy> policies = new ArrayList<>();
    policies.add(Timeout.ofMillis(50));
    if (random.nextBoolean()) {
      policies.add(Fallback.to("instead"));
    }
    if (random.nextBoolean()) {
      policies.add(Retry.builder()
          .maxAttempts(3)
          .unlimitedBudget()
          .retryOnResult("bad"::equals)
          .build());
    }
    if (random.nextBoolean()) {
      policies.add(Hedge.after(Duration.ofMillis(10)).forIdempotentCalls());
    }
    if (random.nextBoolean()) {
      policies.add(Timeout.total(Duration.ofMillis(120)));
    }
    return policies;
  }

  private static CompletableFuture<String> answer(Random random, ManualKernel kernel) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Runnable end = () -> {
      switch (random.nextInt(4)) {
        case 0 -> answer.completeExceptionally(new IOException("down"));
        case 1 -> answer.complete("bad");
        default -> answer.complete("good");
      }
    };
    int millis = random.nextInt(5) * 20; // at once, in time, or too late
    if (millis == 0) {
      end.run();
    } else {
      var unused = kernel.schedule(kernel.nanoTime() + Duration.ofMillis(millis).toNanos(), end);
    }
    return answer;
  }

  @Property(tries = 300)
  void bothCountTheSame(@ForAll long seed) {
    Random random = new Random(seed);
    ManualKernel kernel = ManualKernel.create();
    Listening listening = new Listening();
    Tallying tallying = new Tallying();
    Pipeline pipeline = Pipeline.builder("counted")
        .kernel(kernel)
        .policies(policies(random).toArray(Policy[]::new))
        .listener(listening)
        .listener(tallying)
        .build();
    for (int i = 0; i < 20; i++) {
      CompletableFuture<String> call = pipeline.callAsync(() -> answer(random, kernel));
      kernel.advance(Duration.ofMillis(random.nextInt(60)));
      if (random.nextInt(5) == 0) {
        boolean unused = call.cancel(true);
      }
      kernel.advance(Duration.ofSeconds(20));
    }
    assertThat(tallying.counts.counts).isEqualTo(listening.counts.counts);
  }

  @Example
  void callThatSucceedsAtOnce_isToldOnce() {
    Tallying tallying = new Tallying();
    Pipeline pipeline = Pipeline.builder("plain")
        .policies(Timeout.ofMillis(60_000), Retry.jittered(2))
        .listener(tallying)
        .build();
    for (int i = 0; i < 10; i++) {
      pipeline.run(() -> {});
    }
    assertThat(tallying.plain).isEqualTo(10);
    assertThat(tallying.counts.counts)
        .isEqualTo(Map.of("attempt 1.0 SUCCESS", 10, "call SUCCESS", 10));
  }
}
