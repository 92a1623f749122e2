package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.retry.RetryBudget;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 10,000 changes while two threads make blocking, asynchronous and hedged calls. */
class ChangeUnderLoadTest {

  private static final int CHANGES = 10_000;

  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();
  private final AtomicInteger out = new AtomicInteger();
  private final AtomicInteger settledTwice = new AtomicInteger();
  private final AtomicInteger wrong = new AtomicInteger();
  private final AtomicBoolean stop = new AtomicBoolean();

  /** Counts its permits, all of which must come back once. */
  private final class Counting implements Gate {

    @Override
    public Policy changedTo(Policy next) {
      return this;
    }

    @Override
    public long admit(CallView call, long nowNanos) {
      out.incrementAndGet();
      return 0;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
      if (out.decrementAndGet() < 0) {
        settledTwice.incrementAndGet();
      }
    }

    @Override
    public String name() {
      return "counting";
    }
  }

  private Policy[] policies(int i, boolean hedged) {
    List<Policy> policies = new ArrayList<>();
    policies.add(Timeout.ofMillis(1_000 + i % 7));
    policies.add(Retry.builder()
        .maxAttempts(1 + i % 3)
        .budget(RetryBudget.of(0.1 + i % 2 / 10.0, 10 + i % 5, 5))
        .build());
    policies.add(CircuitBreaker.of(CircuitBreakerConfig.custom()
        .failureRateThreshold(60 + i % 3)
        .slidingWindowSize(100 + i % 2 * 20)
        .build()));
    policies.add(PerKey.of(() -> ConcurrencyLimit.of(50 + i % 4)));
    policies.add(QueuedLimit.of(40 + i % 3, 100));
    policies.add(AdaptiveLimit.of(40, 10 + i % 2, 1_000));
    policies.add(RateLimit.of(1_000_000 + i % 2, Duration.ofSeconds(1)));
    if (i % 2 == 0) {
      policies.add(new Counting()); // comes and goes
    }
    if (hedged) {
      policies.add(Hedge.after(Duration.ofMillis(200 + i % 3)).forIdempotentCalls());
    }
    return policies.toArray(new Policy[0]);
  }

  /** Blocking and asynchronous calls in turns, of which one in 24 fails. */
  private void call(Pipeline pipeline) {
    for (int i = 0; !stop.get(); i++) {
      int number = i;
      Pipeline view = i % 2 == 0 ? pipeline : pipeline.forKey("shard-" + i % 10);
      begun.incrementAndGet();
      if (i % 3 == 0) {
        assertThat(view.callOrElse(() -> number, -1)).isIn(number, -1);
        ended.incrementAndGet();
        continue;
      }
      CompletableFuture<Integer> source = new CompletableFuture<>();
      if (i % 3 == 1) {
        source.complete(number);
      }
      var unused = view.callAsync(() -> source).handle((result, failure) -> {
        if (failure == null && result != number) {
          wrong.incrementAndGet();
        }
        return ended.incrementAndGet();
      });
      if (i % 8 == 0) {
        source.completeExceptionally(new IllegalStateException("a test"));
      } else {
        source.complete(number);
      }
    }
  }

  private static boolean comesTrue(BooleanSupplier condition) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(30)) {
        return false;
      }
      LockSupport.parkNanos(1_000_000);
    }
    return true;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyCallEndsOnce_noPermitIsLost_andTheStateIsKept(boolean hedged) throws Exception {
    AtomicLong told = new AtomicLong();
    Pipeline pipeline = Pipeline.builder("p")
        .listener(new PipelineListener() {
          @Override
          public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
            told.incrementAndGet();
          }
        })
        .policies(policies(0, hedged))
        .build();
    CircuitBreaker breaker = pipeline.policy(CircuitBreaker.class).orElseThrow();
    ExecutorService callers = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> running =
          List.of(callers.submit(() -> call(pipeline)), callers.submit(() -> call(pipeline)));
      for (int i = 1; i <= CHANGES; i++) {
        assertThat(pipeline.update(policies(i, hedged))).isEqualTo(i + 1);
      }
      stop.set(true);
      for (Future<?> caller : running) {
        caller.get(60, TimeUnit.SECONDS);
      }
    } finally {
      stop.set(true);
      callers.shutdown();
    }
    assertThat(comesTrue(() -> ended.get() == begun.get() && out.get() == 0)).isTrue();
    assertThat(wrong).hasValue(0);
    assertThat(settledTwice).hasValue(0);
    assertThat(told).hasValue(begun.get());
    assertThat(pipeline.policy(CircuitBreaker.class)).containsSame(breaker);
    assertThat(pipeline.policy(QueuedLimit.class).orElseThrow().inFlight()).isZero();
    assertThat(pipeline.policy(QueuedLimit.class).orElseThrow().queued()).isZero();
    assertThat(pipeline.policy(AdaptiveLimit.class).orElseThrow().inFlight()).isZero();
    PerKey<?> keyed = pipeline.policy(PerKey.class).orElseThrow();
    for (String key : keyed.keys()) {
      assertThat(((ConcurrencyLimit) keyed.gate(key)).inFlight()).as(key).isZero();
    }
  }
}
