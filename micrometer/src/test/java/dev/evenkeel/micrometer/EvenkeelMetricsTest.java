package dev.evenkeel.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.limits.QueuedLimit;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.retry.RetryBudget;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class EvenkeelMetricsTest {

  private static final double[] PERCENTILES = {0.5, 0.95, 0.99};

  private final ManualKernel kernel = ManualKernel.create();
  private final Pipelines pipelines = Pipelines.create(builder -> builder.kernel(kernel));
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final EvenkeelMetrics metrics = EvenkeelMetrics.of(pipelines);

  private Pipeline pipeline(String name, Policy... policies) {
    return pipelines.getOrCreate(name, builder -> builder.policies(policies));
  }

  private Search search(EvenkeelMeter meter, String pipeline, String... tags) {
    return registry.find(meter.meterName()).tag("pipeline", pipeline).tags(tags);
  }

  private double count(EvenkeelMeter meter, String pipeline, String... tags) {
    Search found = search(meter, pipeline, tags);
    FunctionCounter counter = found.functionCounter();
    return counter != null ? counter.count() : found.counter().count();
  }

  private double gauge(EvenkeelMeter meter, String pipeline, String... tags) {
    return search(meter, pipeline, tags).gauge().value();
  }

  private Timer timer(EvenkeelMeter meter, String pipeline, String... tags) {
    return search(meter, pipeline, tags).timer();
  }

  private static void fail() throws IOException {
    throw new IOException("down");
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

  @Test
  void everyOutcome_isCounted_ofPipelinesThatThereWereAndThatComeLater() {
    Pipeline before = pipeline("before", Timeout.ofMillis(50));
    metrics.bindTo(registry);
    Pipeline later = pipeline("later", Retry.jittered(3), Timeout.ofMillis(50));
    before.run(() -> kernel.advance(Duration.ofMillis(20)));
    CompletableFuture<String> late = before.callAsync(CompletableFuture::new);
    kernel.advance(Duration.ofMillis(50));
    assertThat(late).isCompletedExceptionally();
    assertThat(before.callAsync(CompletableFuture::new).cancel(true)).isTrue();
    assertThat(later.callOrElse(
            () -> {
              fail();
              return "never";
            },
            "instead"))
        .isEqualTo("instead");
    assertThat(count(EvenkeelMeter.CALLS, "before", "outcome", "success")).isEqualTo(1);
    assertThat(count(EvenkeelMeter.CALLS, "before", "outcome", "timeout")).isEqualTo(1);
    assertThat(count(EvenkeelMeter.CALLS, "before", "outcome", "cancelled")).isEqualTo(1);
    assertThat(count(EvenkeelMeter.CALLS, "later", "outcome", "failure")).isEqualTo(1);
    assertThat(count(EvenkeelMeter.ATTEMPTS, "later", "kind", "first", "outcome", "failure"))
        .isEqualTo(1);
    assertThat(count(EvenkeelMeter.ATTEMPTS, "later", "kind", "retry", "outcome", "failure"))
        .isEqualTo(2);
    assertThat(count(EvenkeelMeter.RETRIES, "later")).isEqualTo(2);
    assertThat(count(EvenkeelMeter.RETRIES_NOT_MADE, "later", "reason", "attempts"))
        .isEqualTo(1);
    Timer took = timer(EvenkeelMeter.CALL_DURATION, "before", "outcome", "success");
    assertThat(took.count()).isEqualTo(1);
    assertThat(took.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(20);
  }

  @Test
  void refusals_fallbacks_waits_andTimeLeft_areSeen() {
    metrics.bindTo(registry);
    QueuedLimit limit = QueuedLimit.of(1, 1);
    Pipeline pipeline = pipeline("p", Fallback.to("instead"), limit);
    CompletableFuture<String> source = new CompletableFuture<>();
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      calls.add(Deadline.after(Duration.ofMillis(500), kernel)
          .call(() -> pipeline.callAsync(() -> source)));
    }
    assertThat(gauge(EvenkeelMeter.LIMIT_QUEUED, "p", "policy", "queued-limit")).isEqualTo(1);
    assertThat(gauge(EvenkeelMeter.LIMIT_IN_FLIGHT, "p", "policy", "queued-limit"))
        .isEqualTo(1);
    kernel.advance(Duration.ofMillis(30));
    source.complete("up");
    assertThat(calls).allMatch(CompletableFuture::isDone);
    assertThat(count(
            EvenkeelMeter.REFUSALS, "p", "policy", "queued-limit", "reason", "concurrency_limit"))
        .isEqualTo(1);
    assertThat(count(EvenkeelMeter.FALLBACKS, "p")).isEqualTo(1);
    assertThat(count(EvenkeelMeter.CALLS, "p", "outcome", "success")).isEqualTo(3);
    assertThat(timer(EvenkeelMeter.WAITS, "p", "policy", "queued-limit")
            .totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(30);
    assertThat(timer(EvenkeelMeter.TIME_LEFT, "p").mean(TimeUnit.MILLISECONDS)).isEqualTo(500);
  }

  @Test
  void hedges_areCounted_andWhetherTheyWon() {
    metrics.bindTo(registry);
    Pipeline pipeline = pipeline("p", Hedge.after(Duration.ofMillis(10)).forIdempotentCalls());
    List<CompletableFuture<String>> sources = new ArrayList<>();
    CompletableFuture<String> call = pipeline.callAsync(() -> {
      sources.add(new CompletableFuture<>());
      return sources.get(sources.size() - 1);
    });
    kernel.advance(Duration.ofMillis(10));
    sources.get(1).complete("up");
    assertThat(call).isCompletedWithValue("up");
    assertThat(count(EvenkeelMeter.HEDGES, "p")).isEqualTo(1);
    assertThat(count(EvenkeelMeter.HEDGES_WON, "p")).isEqualTo(1);
    assertThat(count(EvenkeelMeter.ATTEMPTS, "p", "kind", "hedge", "outcome", "success"))
        .isEqualTo(1);
    assertThat(count(EvenkeelMeter.ATTEMPTS, "p", "kind", "first", "outcome", "cancelled"))
        .isEqualTo(1);
  }

  @Test
  void attemptThatIgnoresItsInterrupt_isSeenWithHowLateItEnded() {
    metrics.bindTo(registry);
    Pipeline pipeline = pipeline("p", Timeout.ofMillis(50));
    String unused = pipeline.callOrElse(
        () -> {
          kernel.advance(Duration.ofMillis(450));
          return Thread.interrupted() ? "late" : "not interrupted";
        },
        "timeout");
    Timer late = timer(EvenkeelMeter.LATE_ENDS, "p");
    assertThat(late.count()).isEqualTo(1);
    assertThat(late.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(400);
  }

  private static CircuitBreaker breaker() {
    return CircuitBreaker.of(CircuitBreakerConfig.custom()
        .slidingWindowSize(20)
        .minimumNumberOfCalls(10)
        .build());
  }

  private void trip(Pipeline pipeline) {
    for (int i = 0; i < 20; i++) {
      String unused = pipeline.callOrElse(
          () -> {
            fail();
            return "never";
          },
          "instead");
    }
  }

  @Test
  void breaker_itsShareAndTheDebtOfItsComeback_areSeen() {
    metrics.bindTo(registry);
    Pipeline pipeline = pipeline("p", breaker());
    for (int i = 0; i < 500; i++) {
      kernel.advance(Duration.ofMillis(20));
      pipeline.run(() -> {});
    }
    assertThat(gauge(EvenkeelMeter.BREAKER_STATE, "p", "state", "closed")).isEqualTo(1);
    assertThat(gauge(EvenkeelMeter.BREAKER_SHARE, "p")).isEqualTo(1);
    trip(pipeline);
    assertThat(gauge(EvenkeelMeter.BREAKER_STATE, "p", "state", "closed")).isZero();
    assertThat(gauge(EvenkeelMeter.BREAKER_STATE, "p", "state", "open")).isEqualTo(1);
    assertThat(gauge(EvenkeelMeter.BREAKER_SHARE, "p")).isZero();
    assertThat(gauge(EvenkeelMeter.COMEBACK_REFUSED, "p")).isEqualTo(10);
    CircuitBreaker breaker = pipeline.policy(CircuitBreaker.class).orElseThrow();
    int calls = 0;
    int refused = 10;
    for (;
        calls < 10_000 && gauge(EvenkeelMeter.BREAKER_STATE, "p", "state", "closed") < 1;
        calls++) {
      kernel.advance(Duration.ofMillis(20));
      refused += pipeline.callOrElse(() -> 0, 1);
    }
    assertThat(breaker.state().share()).isEqualTo(1);
    assertThat(gauge(EvenkeelMeter.COMEBACK_REFUSED, "p")).isEqualTo(refused);
    assertThat(count(EvenkeelMeter.BREAKER_CHANGES, "p", "state", "open")).isEqualTo(1);
    assertThat(count(EvenkeelMeter.BREAKER_CHANGES, "p", "state", "closed")).isEqualTo(1);
    Timer comeback = timer(EvenkeelMeter.COMEBACK_DURATION, "p");
    assertThat(comeback.count()).isEqualTo(1);
    assertThat(comeback.totalTime(TimeUnit.MILLISECONDS)).isCloseTo(calls * 20.0, within(40.0));
  }

  @Test
  void breakersPerKey_areCountedByState() {
    metrics.bindTo(registry);
    Pipeline pipeline = pipeline("p", PerKey.of(EvenkeelMetricsTest::breaker));
    pipeline.forKey("a").run(() -> {});
    pipeline.forKey("b").run(() -> {});
    trip(pipeline.forKey("c"));
    assertThat(gauge(EvenkeelMeter.BREAKER_STATE, "p", "state", "closed")).isEqualTo(2);
    assertThat(gauge(EvenkeelMeter.BREAKER_STATE, "p", "state", "open")).isEqualTo(1);
    assertThat(gauge(EvenkeelMeter.BREAKER_SHARE, "p")).isEqualTo(2.0 / 3, within(1e-9));
  }

  @Test
  void newSettings_showTheirVersion_andTheGaugesOfNewPolicies() {
    metrics.bindTo(registry);
    Pipeline pipeline = pipeline("p", ConcurrencyLimit.of(10));
    assertThat(gauge(EvenkeelMeter.SETTINGS_VERSION, "p")).isEqualTo(1);
    assertThat(gauge(EvenkeelMeter.OBSERVE_ONLY, "p")).isZero();
    assertThat(gauge(EvenkeelMeter.LIMIT_MAX, "p", "policy", "concurrency-limit"))
        .isEqualTo(10);
    long unused = pipeline.update(
        ConcurrencyLimit.of(7),
        AdaptiveLimit.of(30, 1, 50),
        Timeout.ofMillis(50),
        Retry.builder().budget(RetryBudget.of(0.1, 10, 4)).build(),
        breaker());
    assertThat(gauge(EvenkeelMeter.SETTINGS_VERSION, "p")).isEqualTo(2);
    assertThat(gauge(EvenkeelMeter.LIMIT_MAX, "p", "policy", "concurrency-limit"))
        .isEqualTo(7);
    assertThat(gauge(EvenkeelMeter.LIMIT_MAX, "p", "policy", "adaptive-limit")).isEqualTo(30);
    assertThat(gauge(EvenkeelMeter.RETRY_BUDGET, "p")).isEqualTo(4);
    assertThat(gauge(EvenkeelMeter.BREAKER_SHARE, "p")).isEqualTo(1);
  }

  @Test
  void whatAnObserveOnlyPipelineWouldHaveDone_isCounted_andNothingElseIs() {
    metrics.bindTo(registry);
    Pipeline pipeline =
        pipeline("p", Retry.jittered(3), ConcurrencyLimit.of(1), Timeout.ofMillis(100));
    pipeline.observeOnly(true);
    pipeline.run(() -> pipeline.run(() -> kernel.advance(Duration.ofMillis(100))));

    assertThat(count(
            EvenkeelMeter.WOULD_HAVE,
            "p",
            "action",
            "refused",
            "policy",
            "concurrency-limit",
            "reason",
            "concurrency_limit"))
        .isEqualTo(1);
    assertThat(count(
            EvenkeelMeter.WOULD_HAVE,
            "p",
            "action",
            "timed_out",
            "policy",
            "timeout",
            "reason",
            "none"))
        .isEqualTo(1);
    assertThat(count(EvenkeelMeter.CALLS, "p", "outcome", "success")).isEqualTo(2);
    assertThat(search(EvenkeelMeter.REFUSALS, "p").counters()).isEmpty();
    assertThat(count(EvenkeelMeter.RETRIES, "p")).isZero();
    assertThat(gauge(EvenkeelMeter.OBSERVE_ONLY, "p")).isEqualTo(1);
  }

  @Test
  void pipelineThatLeavesTheRegistry_takesItsMetersWithIt() {
    metrics.bindTo(registry);
    Pipeline pipeline = pipeline("p", breaker());
    assertThat(registry.getMeters()).isNotEmpty();
    assertThat(pipelines.remove("p")).contains(pipeline);
    assertThat(registry.getMeters()).isEmpty();
    Pipeline again = pipeline("p", breaker());
    again.run(() -> {});
    assertThat(count(EvenkeelMeter.CALLS, "p", "outcome", "success")).isEqualTo(1);
    metrics.close();
    assertThat(registry.getMeters()).isEmpty();
    again.run(() -> {});
    assertThat(pipelines.find("p")).contains(again);
  }

  @Test
  void morePipelinesThanThereIsRoomFor_areCountedTogether() {
    EvenkeelMetrics few = EvenkeelMetrics.builder(pipelines)
        .maxPipelines(2)
        .tags(List.of(Tag.of("app", "shop")))
        .build();
    few.bindTo(registry);
    for (int i = 0; i < 50; i++) {
      pipeline("p" + i, breaker()).run(() -> {});
    }
    Set<String> names = new TreeSet<>();
    for (Meter meter : registry.getMeters()) {
      names.add(meter.getId().getTag("pipeline"));
      assertThat(meter.getId().getTag("app")).isEqualTo("shop");
    }
    assertThat(names).containsExactly("_other", "p0", "p1");
    assertThat(count(EvenkeelMeter.CALLS, "_other", "outcome", "success")).isEqualTo(48);
    assertThat(search(EvenkeelMeter.BREAKER_SHARE, "_other").gauge()).isNull();
  }

  /** A lognormal latency, all calls of which are timed beside a sample of them. */
  @Test
  void busyPipeline_isTimedBySample_whosePercentilesAreThoseOfAllCalls() {
    registry.config().meterFilter(new MeterFilter() {
      @Override
      public DistributionStatisticConfig configure(
          Meter.Id id, DistributionStatisticConfig config) {
        return DistributionStatisticConfig.builder()
            .percentiles(PERCENTILES)
            .percentilePrecision(3)
            .build()
            .merge(config);
      }
    });
    metrics.bindTo(registry);
    Pipeline pipeline = pipeline("p", breaker());
    SplittableRandom random = new SplittableRandom(5);
    Runnable call = () -> {
      double normal = 0;
      for (int i = 0; i < 12; i++) {
        normal += random.nextDouble();
      }
      long micros = (long) (200 * Math.exp(0.3 * (normal - 6)));
      pipeline.run(() -> kernel.advance(Duration.ofNanos(micros * 1_000)));
    };
    for (int i = 0; i < 10_000; i++) {
      call.run();
    }
    Timer timer = timer(EvenkeelMeter.CALL_DURATION, "p", "outcome", "success");
    long timed = timer.count();
    assertThat(comesTrue(() -> {
          long before = timer.count();
          for (int i = 0; i < 640; i++) {
            call.run();
          }
          return timer.count() - before < 100;
        }))
        .as("the sample takes over")
        .isTrue();
    assertThat(timed).isPositive();
    double counted = count(EvenkeelMeter.CALLS, "p", "outcome", "success");
    long sampledBefore = timer.count();
    int calls = 2_560_000; // of a sample of 10,000 the 99th percentile is 2 % off in 6 of 100 runs
    double[] micros = new double[calls];
    for (int i = 0; i < calls; i++) {
      long begin = kernel.nanoTime();
      call.run();
      micros[i] = (kernel.nanoTime() - begin) / 1e3;
    }
    assertThat(count(EvenkeelMeter.CALLS, "p", "outcome", "success") - counted).isEqualTo(calls);
    assertThat(timer.count() - sampledBefore).isBetween(38_000L, 42_000L);
    Arrays.sort(micros);
    for (ValueAtPercentile found : timer.takeSnapshot().percentileValues()) {
      double exact = micros[(int) (found.percentile() * calls)];
      assertThat(found.value(TimeUnit.MICROSECONDS))
          .as("at %s", found.percentile())
          .isCloseTo(exact, within(0.02 * exact));
    }
  }

  @Test
  void pipelineThatCalmsDown_isTimedWholeAgain() {
    metrics.bindTo(registry);
    Pipeline pipeline = pipeline("p");
    for (int i = 0; i < 5_000; i++) {
      pipeline.run(() -> kernel.advance(Duration.ofNanos(300_000)));
    }
    Timer timer = timer(EvenkeelMeter.CALL_DURATION, "p", "outcome", "success");
    assertThat(comesTrue(() -> grows(pipeline, timer, Duration.ofNanos(300_000)) < 100))
        .isTrue();
    assertThat(comesTrue(() -> grows(pipeline, timer, Duration.ofMillis(100)) == 640))
        .isTrue();
  }

  private long grows(Pipeline pipeline, Timer timer, Duration each) {
    long before = timer.count();
    for (int i = 0; i < 640; i++) {
      pipeline.run(() -> kernel.advance(each));
    }
    return timer.count() - before;
  }

  @Test
  void everyCall_isTimed_ifTheUserSaysSo() {
    EvenkeelMetrics.builder(pipelines).timeEveryCall().build().bindTo(registry);
    Pipeline pipeline = pipeline("p");
    for (int i = 0; i < 20_000; i++) {
      pipeline.run(() -> kernel.advance(Duration.ofNanos(10_000)));
    }
    assertThat(timer(EvenkeelMeter.CALL_DURATION, "p", "outcome", "success").count())
        .isEqualTo(20_000);
  }

  @Test
  void pageOfAllMeters_isMadeFromTheirTable() throws IOException {
    StringBuilder page = new StringBuilder();
    page.append("# Metrics\n\n")
        .append("Every meter of `evenkeel-micrometer`, made from `EvenkeelMeter`. All have the tag")
        .append(" `pipeline`. In Prometheus a counter `evenkeel.calls` is `evenkeel_calls_total`,")
        .append(" a timer `evenkeel.call.duration` is `evenkeel_call_duration_seconds_count`,")
        .append(" `_sum` and `_max`. How to use them: [guide/metrics.md](guide/metrics.md).\n\n")
        .append("| meter | type | tags | what it says |\n|---|---|---|---|\n");
    for (EvenkeelMeter meter : EvenkeelMeter.values()) {
      page.append("| `")
          .append(meter.meterName())
          .append("` | ")
          .append(meter.type())
          .append(" | ")
          .append(meter.tags().isEmpty() ? "" : "`" + String.join("`, `", meter.tags()) + "`")
          .append(" | ")
          .append(meter.description())
          .append(" |\n");
    }
    page.append(
            "\nOf the process's place in a [fleet](guide/fleet.md#what-it-tells), by `FleetMetrics`")
        .append(" and without that tag:\n\n")
        .append("| meter | type | tags | what it says |\n|---|---|---|---|\n");
    for (String row : FleetMetricsTest.ROWS) {
      page.append(row).append("\n");
    }
    assertThat(Path.of("../docs/metrics.md")).content().isEqualTo(page.toString());
  }

  @Test
  void everyMeter_isRegistered_withTheTagsOfTheTable() {
    metrics.bindTo(registry);
    Pipeline pipeline =
        pipeline("p", Timeout.ofMillis(50), Retry.jittered(2), breaker(), QueuedLimit.of(1, 1));
    CompletableFuture<String> source = new CompletableFuture<>();
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      calls.add(pipeline.callAsync(() -> source));
    }
    source.complete("up");
    kernel.advance(Duration.ofSeconds(5)); // the waits of retries
    assertThat(calls).allMatch(CompletableFuture::isDone);
    pipeline.observeOnly(true);
    pipeline.run(() -> kernel.advance(Duration.ofMillis(50)));
    for (EvenkeelMeter meter : EvenkeelMeter.values()) {
      Set<String> expected = new TreeSet<>(meter.tags());
      expected.add("pipeline");
      assertThat(registry.find(meter.meterName()).meters())
          .as(meter.meterName())
          .isNotEmpty()
          .allSatisfy(found -> {
            Set<String> tags = new TreeSet<>();
            found.getId().getTags().forEach(tag -> tags.add(tag.getKey()));
            assertThat(tags).isEqualTo(expected);
            assertThat(found.getId().getDescription()).isEqualTo(meter.description());
          });
    }
  }
}
