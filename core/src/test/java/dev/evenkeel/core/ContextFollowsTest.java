package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What runs for a call on other threads runs as if it were on its caller's. */
class ContextFollowsTest {

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final ClassLoader application = new URLClassLoader(new URL[0], before);
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private final CallContext context = CallContext.current()
      .withCriticality(Criticality.SHEDDABLE)
      .withDeadline(Deadline.after(Duration.ofMinutes(5)));

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(before);
  }

  private void look(String who) {
    CallContext current = CallContext.current();
    boolean mine = Thread.currentThread().getContextClassLoader() == application;
    seen.add(who
        + " "
        + current.criticality()
        + (current.deadline() == null ? " no deadline" : "")
        + (mine ? "" : " " + Thread.currentThread().getContextClassLoader()));
  }

  private <T> T asApplication(CheckedSupplier<T, RuntimeException> call) {
    Thread.currentThread().setContextClassLoader(application);
    try {
      return context.call(call);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void attemptsFallbackAndListener_ofAnAsynchronousCall() throws Exception {
    Pipeline pipeline = Pipeline.builder("p")
        .listener(new PipelineListener() {
          @Override
          public void onRetry(CallView call, long waitNanos) {
            look("onRetry");
          }

          @Override
          public void onFallback(CallView call, Throwable failure) {
            look("onFallback");
          }

          @Override
          public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
            look("onCallEnd");
          }
        })
        .policies(
            Fallback.of(failure -> {
              look("fallback");
              return "fallback";
            }),
            new StubDriver(2),
            Timeout.ofMillis(20))
        .build();
    CompletableFuture<String> call = asApplication(() -> pipeline.<String>callAsync(() -> {
      look("attempt " + CallContext.current().attempt());
      return new CompletableFuture<>();
    }));
    CompletableFuture<String> dependent = call.thenApply(answer -> {
      seen.add("dependent " + CallContext.current().criticality());
      return answer;
    });
    assertThat(dependent.get(Hostile.BOUND_SECONDS, TimeUnit.SECONDS)).isEqualTo("fallback");
    assertThat(seen)
        .containsExactly(
            "attempt 1 SHEDDABLE",
            "onRetry SHEDDABLE",
            "attempt 2 SHEDDABLE",
            "fallback SHEDDABLE",
            "onFallback SHEDDABLE",
            "onCallEnd SHEDDABLE",
            "dependent SHEDDABLE"); // that of the whole call, no attempt's
  }

  @Test
  void fallbackAfterAStageThatSomebodyElseCompletes() {
    Pipeline pipeline = Pipeline.of("p", Fallback.of(failure -> {
      look("fallback");
      return "fallback";
    }));
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> call = asApplication(() -> pipeline.callAsync(() -> source));
    source.completeExceptionally(new IllegalStateException());
    assertThat(call).isCompletedWithValue("fallback");
    assertThat(seen).containsExactly("fallback SHEDDABLE");
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    assertThat(CallContext.current().deadline()).isNull();
  }

  @Test
  void blockingHedge() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(60_000), new StubHedge(1_000_000, 1));
    AtomicInteger attempts = new AtomicInteger();
    String answer = asApplication(() -> pipeline.call(() -> {
      look("hedge " + CallContext.current().hedge());
      if (attempts.getAndIncrement() == 0) {
        Hostile.quietly(Hostile::hang);
      }
      return "answer";
    }));
    assertThat(answer).isEqualTo("answer");
    assertThat(seen).containsExactlyInAnyOrder("hedge 0 SHEDDABLE", "hedge 1 SHEDDABLE");
  }

  @Test
  void asynchronousHedge() throws Exception {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(60_000), new StubHedge(1_000_000, 1));
    CompletableFuture<String> call = asApplication(() -> pipeline.callAsync(() -> {
      look("hedge " + CallContext.current().hedge());
      return CallContext.current().hedge() == 0
          ? new CompletableFuture<>()
          : CompletableFuture.completedFuture("answer");
    }));
    assertThat(call.get(Hostile.BOUND_SECONDS, TimeUnit.SECONDS)).isEqualTo("answer");
    assertThat(seen).containsExactly("hedge 0 SHEDDABLE", "hedge 1 SHEDDABLE");
  }

  @Test
  void perKey_makesEachGateWithItsKey() {
    AtomicReference<String> made = new AtomicReference<>();
    PerKey<ConcurrencyLimit> perKey = PerKey.of(key -> {
      made.set(key);
      return ConcurrencyLimit.of(key.length() + 1);
    });
    assertThat(made).hasValue(PerKey.SHARED);
    assertThat(perKey.gate("shard-3").maxConcurrentCalls()).isEqualTo(8);
    assertThat(made).hasValue("shard-3");
  }

  @Test
  void perKeyBeyondItsBound_asksNobodyAndMakesNothing() {
    AtomicInteger made = new AtomicInteger();
    PerKey<ConcurrencyLimit> perKey = PerKey.of(
        key -> {
          made.incrementAndGet();
          return ConcurrencyLimit.of(1);
        },
        2);
    for (int i = 0; i < 1_000; i++) {
      assertThat(perKey.gate("key" + i) == perKey.gate(null)).isEqualTo(i >= 2);
    }
    assertThat(made).hasValue(3);
    assertThat(perKey.gate("key0")).isNotSameAs(perKey.gate("key1"));
  }
}
