package dev.evenkeel.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.RetryDenial;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.limits.QueuedLimit;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The same policies, the same dependency and the same chance: a call by a future, by a {@code Mono}
 * and by a {@code Flux} of one element go the same way, event by event.
 */
class ThirdInterpreterTest {

  private static final int KINDS = 1 << 9;

  /** What a dependency does with its attempts, one after the other, and when the caller leaves. */
  private record Call(int startMillis, int cancelMillis, List<Integer> attempts) {}

  /** Everything that was seen of it, with its time. */
  private static final class World implements PipelineListener {

    final ManualKernel kernel = ManualKernel.withSeed(11);
    final List<String> seen = new ArrayList<>();
    private final List<Policy> policies = new ArrayList<>();

    World(int kinds, boolean hedges) {
      add(kinds, 0, Timeout.ofMillis(20));
      add(kinds, 1, Timeout.total(Duration.ofMillis(70)));
      add(
          kinds,
          2,
          Retry.builder()
              .maxAttempts(3)
              .backoff(Backoff.fullJitter(Duration.ofMillis(3), Duration.ofMillis(9)))
              .unlimitedBudget()
              .build());
      if (hedges) {
        add(kinds, 3, Hedge.after(Duration.ofMillis(7)).forIdempotentCalls());
      }
      add(kinds, 4, Fallback.to("instead"));
      add(kinds, 5, ConcurrencyLimit.of(2));
      add(kinds, 6, QueuedLimit.of(1, 2));
      add(kinds, 7, CircuitBreaker.standard());
      add(kinds, 8, new RecordingGate());
    }

    private void add(int kinds, int bit, Policy policy) {
      if ((kinds & (1 << bit)) != 0) {
        policies.add(policy);
      }
    }

    Pipeline pipeline() {
      return Pipeline.builder("world")
          .kernel(kernel)
          .listener(this)
          .onLateResult(late -> note("late " + late))
          .policies(policies.toArray(Policy[]::new))
          .build();
    }

    void note(String what) {
      seen.add(kernel.nanoTime() + " " + what);
    }

    /** Never at the very moment of a timeout: which of two timers is first is chance. */
    void source(long millis, Runnable task) {
      laterNanos(millis * 1_000_000 + 500_000, task);
    }

    private void laterNanos(long nanos, Runnable task) {
      Cancellable unused = kernel.schedule(kernel.nanoTime() + nanos, task);
    }

    void later(long millis, Runnable task) {
      laterNanos(millis * 1_000_000, task);
    }

    @Override
    public void onCallStart(CallView call) {
      note("call");
    }

    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      note("call " + verdict + " after " + durationNanos);
    }

    @Override
    public void onAttemptStart(CallView call) {
      note("attempt " + call.attempt() + "/" + call.hedge());
    }

    @Override
    public void onAttemptEnd(CallView call, Verdict verdict, long durationNanos) {
      note("attempt " + call.attempt() + "/" + call.hedge() + " " + verdict);
    }

    @Override
    public void onRefused(CallView call, String policy, RefusalReason reason) {
      note("refused by " + policy + " " + reason);
    }

    @Override
    public void onRetry(CallView call, long waitNanos) {
      note("retry in " + waitNanos);
    }

    @Override
    public void onRetryDenied(CallView call, RetryDenial reason) {
      note("no retry: " + reason);
    }

    @Override
    public void onHedge(CallView call, long delayNanos) {
      note("hedge after " + delayNanos);
    }

    @Override
    public void onHedgeWon(CallView call) {
      note("hedge won");
    }

    @Override
    public void onWait(CallView call, String policy, long nanos) {
      note("waited " + nanos + " for " + policy);
    }

    @Override
    public void onFallback(CallView call, Throwable failure) {
      note("fallback for " + failure.getMessage());
    }

    @Override
    public void onStateChange(StateChange change) {
      note("state " + change.from() + " -> " + change.to());
    }
  }

  /** One kind of calls. */
  private interface Interpreter {

    /** Makes the call; gives what cancels it. */
    Runnable make(World world, Pipeline pipeline, Script script, int number);
  }

  /** The attempts of a call. */
  private static final class Script {

    private final List<Integer> attempts;
    private int next;

    Script(List<Integer> attempts) {
      this.attempts = attempts;
    }

    /** What the next attempt does: in how many milliseconds it ends, and whether well. */
    int next() {
      return attempts.get(next++ % attempts.size());
    }

    static boolean succeeds(int behaviour) {
      return behaviour % 3 != 0;
    }

    static int millis(int behaviour) {
      return behaviour < 10 ? 0 : behaviour; // from 10 on: later
    }

    static IOException failure() {
      return new IOException("down");
    }
  }

  private static void end(CompletableFuture<String> source, int behaviour) {
    if (Script.succeeds(behaviour)) {
      source.complete("ok" + behaviour);
    } else {
      source.completeExceptionally(Script.failure());
    }
  }

  private static Runnable future(World world, Pipeline pipeline, Script script, int number) {
    CompletableFuture<String> call = pipeline.callAsync(() -> {
      int behaviour = script.next();
      CompletableFuture<String> source = new CompletableFuture<>();
      if (Script.millis(behaviour) == 0) {
        end(source, behaviour);
      } else {
        world.source(Script.millis(behaviour), () -> end(source, behaviour));
      }
      return source;
    });
    CompletableFuture<Void> unused = call.handle((result, failure) -> {
      if (!call.isCancelled()) {
        world.note(number + ": " + said(result, failure));
      }
      return null;
    });
    return () -> {
      boolean unusedAnswer = call.cancel(true);
    };
  }

  private static Mono<String> source(World world, Script script) {
    int behaviour = script.next();
    Mono<String> end =
        Script.succeeds(behaviour) ? Mono.just("ok" + behaviour) : Mono.error(Script.failure());
    if (Script.millis(behaviour) == 0) {
      return end;
    }
    return Mono.create(sink ->
        world.source(Script.millis(behaviour), () -> end.subscribe(sink::success, sink::error)));
  }

  private static Runnable mono(World world, Pipeline pipeline, Script script, int number) {
    Disposable call = ReactivePipeline.of(pipeline)
        .mono(() -> source(world, script))
        .subscribe(
            result -> world.note(number + ": " + said(result, null)),
            failure -> world.note(number + ": " + said(null, failure)));
    return call::dispose;
  }

  private static Runnable flux(World world, Pipeline pipeline, Script script, int number) {
    Disposable call = ReactivePipeline.of(pipeline)
        .flux(() -> Flux.from(source(world, script)))
        .subscribe(
            result -> world.note(number + ": " + said(result, null)),
            failure -> world.note(number + ": " + said(null, failure)));
    return call::dispose;
  }

  private static String said(@Nullable String result, @Nullable Throwable failure) {
    if (failure == null) {
      return "result " + result;
    }
    Throwable bare = failure instanceof CompletionException ? failure.getCause() : failure;
    return bare + " with " + bare.getSuppressed().length;
  }

  private static List<String> seen(
      Interpreter interpreter, int kinds, boolean hedges, List<Call> calls) {
    World world = new World(kinds, hedges);
    try (Pipeline pipeline = world.pipeline()) {
      for (int i = 0; i < calls.size(); i++) {
        Call call = calls.get(i);
        int number = i;
        world.later(call.startMillis(), () -> {
          Runnable cancel = interpreter.make(world, pipeline, new Script(call.attempts()), number);
          if (call.cancelMillis() < 60) {
            world.later(call.cancelMillis(), cancel);
          }
        });
      }
      world.kernel.advance(Duration.ofSeconds(5));
    }
    return world.seen;
  }

  private static List<Call> calls(List<Integer> numbers) {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i + 5 < numbers.size(); i += 6) {
      calls.add(new Call(
          numbers.get(i) % 30, 11 + numbers.get(i + 1) * 3 / 2, numbers.subList(i + 2, i + 6)));
    }
    return calls;
  }

  @Property(tries = 1000)
  void mono_goesTheWayOfAFuture(
      @ForAll @IntRange(max = KINDS - 1) int kinds,
      @ForAll @Size(min = 6, max = 36) List<@IntRange(max = 99) Integer> numbers) {
    List<Call> calls = calls(numbers);
    assertThat(seen(ThirdInterpreterTest::mono, kinds, true, calls))
        .isEqualTo(seen(ThirdInterpreterTest::future, kinds, true, calls));
  }

  @Property(tries = 1000)
  void fluxOfOneElement_goesTheWayOfAFuture_butForHedges(
      @ForAll @IntRange(max = KINDS - 1) int kinds,
      @ForAll @Size(min = 6, max = 36) List<@IntRange(max = 99) Integer> numbers) {
    List<Call> calls = calls(numbers);
    List<String> ofFlux = seen(ThirdInterpreterTest::flux, kinds, false, calls);
    List<String> ofFuture = seen(ThirdInterpreterTest::future, kinds, false, calls);
    // A stream gives its element before it ends.
    assertThat(ofFlux).containsExactlyInAnyOrderElementsOf(ofFuture);
  }
}
