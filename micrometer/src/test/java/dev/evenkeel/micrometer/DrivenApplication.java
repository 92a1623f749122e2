package dev.evenkeel.micrometer;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.limits.QueuedLimit;
import dev.evenkeel.limits.RateLimit;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.retry.RetryBudget;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** An application in virtual time that goes through every kind of event and can be scraped. */
final class DrivenApplication {

  static final Duration STEP = Duration.ofMillis(20);

  final ManualKernel kernel = ManualKernel.withSeed(7);
  final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final Pipelines pipelines = Pipelines.create(builder -> builder.kernel(kernel));
  private boolean down;
  private long backSinceNanos;

  DrivenApplication(boolean histograms) {
    EvenkeelMetrics.Builder metrics =
        EvenkeelMetrics.builder(pipelines).maxPipelines(7).tags(List.of(Tag.of("app", "shop")));
    (histograms ? metrics.histograms() : metrics).build().bindTo(registry);
  }

  Pipeline pipeline(String name, Policy... policies) {
    return pipelines.getOrCreate(name, builder -> builder.policies(policies));
  }

  static CircuitBreaker breaker() {
    return CircuitBreaker.of(CircuitBreakerConfig.custom()
        .slidingWindowSize(20)
        .minimumNumberOfCalls(10)
        .build());
  }

  /** What it would say at {@code /metrics}. */
  Scrape scrape() {
    return Scrape.of(registry.scrape());
  }

  void isDown(boolean now) {
    down = now;
    backSinceNanos = kernel.nanoTime();
  }

  /** Calls every 20 ms of a dependency that takes 50, and up to 500 in the first minute after. */
  void traffic(Pipeline pipeline, Duration time) {
    for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(STEP)) {
      CompletableFuture<String> unused = pipeline.callAsync(this::answer);
      kernel.advance(STEP);
    }
  }

  private CompletableFuture<String> answer() {
    boolean fails = down;
    CompletableFuture<String> answer = new CompletableFuture<>();
    kernel.schedule(kernel.nanoTime() + latencyNanos(), () -> {
      boolean unused = fails
          ? answer.completeExceptionally(new IllegalStateException("down"))
          : answer.complete("up");
    });
    return answer;
  }

  private long latencyNanos() {
    Duration back = Duration.ofNanos(kernel.nanoTime() - backSinceNanos);
    boolean cold = backSinceNanos != 0 && !down && back.toSeconds() < 60;
    return Duration.ofMillis(cold ? 50 + (60 - back.toSeconds()) * 450 / 60 : 50)
        .toNanos();
  }

  void everyKindOfEvent() {
    outageAndComeback();
    retriesAndHedges();
    limits();
    callsOutOfTime();
    observed();
    for (int i = 0; i < 10; i++) {
      pipeline("customer-" + i, breaker()).run(() -> {});
    }
  }

  private void outageAndComeback() {
    Pipeline stock = pipeline("stock", breaker());
    traffic(stock, Duration.ofSeconds(20));
    isDown(true);
    traffic(stock, Duration.ofSeconds(30));
    isDown(false);
    traffic(stock, Duration.ofMinutes(3));
    CircuitBreaker breaker = stock.policy(CircuitBreaker.class).orElseThrow();
    breaker.forceOpen("maintenance");
    traffic(stock, Duration.ofSeconds(1));
    breaker.disable("an experiment");
    traffic(stock, Duration.ofSeconds(1));
    breaker.reset("done");
  }

  /** When a pipeline's own events are over: its retries are made no more. */
  private void observed() {
    Pipeline prices = pipelines.find("prices").orElseThrow();
    prices.observeOnly(true);
    CompletableFuture<String> unused =
        prices.callAsync(() -> CompletableFuture.failedFuture(new IllegalStateException("down")));
  }

  private void retriesAndHedges() {
    Pipeline prices = pipeline(
        "prices",
        Fallback.to("instead"),
        Retry.builder().budget(RetryBudget.of(0.1, 10, 2)).build(),
        Hedge.after(Duration.ofMillis(10)).forIdempotentCalls());
    for (int i = 0; i < 10; i++) {
      CompletableFuture<String> unused =
          prices.callAsync(() -> CompletableFuture.failedFuture(new IllegalStateException("down")));
      kernel.advance(Duration.ofSeconds(3));
    }
    traffic(prices, Duration.ofSeconds(5)); // stores up retries again
    List<CompletableFuture<String>> sources = new ArrayList<>();
    CompletableFuture<String> call = prices.callAsync(() -> {
      sources.add(new CompletableFuture<>());
      return sources.get(sources.size() - 1);
    });
    kernel.advance(Duration.ofMillis(10));
    boolean unused = sources.get(sources.size() - 1).complete("up");
    if (!call.isDone()) {
      throw new AssertionError("the hedge won");
    }
  }

  private void limits() {
    Pipeline orders =
        pipeline("orders", QueuedLimit.of(1, 1), AdaptiveLimit.standard(), ConcurrencyLimit.of(50));
    List<CompletableFuture<String>> calls = new ArrayList<>();
    Supplier<CompletableFuture<String>> call = () -> orders.callAsync(this::answer);
    calls.add(call.get());
    calls.add(CallContext.current().withCriticality(Criticality.SHEDDABLE).call(call::get));
    calls.add(CallContext.current().withCriticality(Criticality.CRITICAL).call(call::get));
    calls.add(call.get());
    kernel.advance(Duration.ofSeconds(2));
    calls.forEach(DrivenApplication::await);
    Pipeline quota = pipeline("quota", RateLimit.of(1, Duration.ofSeconds(1)));
    Pipeline reports = pipeline("reports", Timeout.detached(Duration.ofMillis(50), task -> {
      throw new RejectedExecutionException("full");
    }));
    for (int i = 0; i < 3; i++) {
      String unused = quota.callOrElse(() -> "up", "refused");
      String unusedToo = reports.callOrElse(() -> "up", "refused");
    }
  }

  private static void await(CompletableFuture<String> call) {
    try {
      String unused = call.join();
    } catch (CompletionException refused) {
      // counted
    }
  }

  private void callsOutOfTime() {
    Pipeline shipping = pipeline("shipping", Timeout.ofMillis(50));
    String unused = shipping.callOrElse(
        () -> {
          kernel.advance(Duration.ofMillis(450)); // ignores its interrupt
          return Thread.interrupted() ? "late" : "not interrupted";
        },
        "timeout");
    Deadline.after(Duration.ofMillis(30), kernel).run(() -> {
      kernel.advance(Duration.ofMillis(40));
      String unusedToo = shipping.callOrElse(() -> "up", "no time left");
    });
    boolean unusedCancelled = shipping.callAsync(CompletableFuture::new).cancel(true);
    long unusedVersion = shipping.update(Timeout.ofMillis(60));
  }
}
