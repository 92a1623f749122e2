package dev.evenkeel.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.retry.RetryBudget;
import dev.evenkeel.testkit.ManualKernel;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.micrometer.registry.otlp.OtlpMetricsSender;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What docs/guide/metrics.md and docs/runbooks.md show is what the build compiles and runs. */
class MetricsGuideTest {

  private static final Logger LOG = LoggerFactory.getLogger(MetricsGuideTest.class);

  private final ManualKernel kernel = ManualKernel.create();
  private final Pipelines pipelines = Pipelines.create(builder -> builder.kernel(kernel));

  static EvenkeelMetrics metrics(Pipelines pipelines, MeterRegistry registry) {
    EvenkeelMetrics metrics = EvenkeelMetrics.of(pipelines);
    metrics.bindTo(registry);
    return metrics; // close() takes the meters out again
  }

  static EvenkeelMetrics metricsOfTheShop(Pipelines pipelines, MeterRegistry registry) {
    EvenkeelMetrics metrics = EvenkeelMetrics.builder(pipelines)
        .tags(Tags.of("app", "shop")) // on all meters
        .histograms() // percentiles over many processes
        .timeEveryCall()
        .maxPipelines(50)
        .build();
    metrics.bindTo(registry);
    return metrics;
  }

  static void fewBuckets(MeterRegistry registry) {
    registry.config().meterFilter(new MeterFilter() {
      @Override
      public DistributionStatisticConfig configure(
          Meter.Id id, DistributionStatisticConfig config) {
        if (!id.getName().equals(EvenkeelMeter.CALL_DURATION.meterName())) {
          return config;
        }
        return DistributionStatisticConfig.builder()
            .percentilesHistogram(false)
            .serviceLevelObjectives(5e6, 20e6, 100e6, 300e6, 1e9) // nanoseconds
            .build()
            .merge(config);
      }
    });
  }

  static PrometheusMeterRegistry prometheus(Pipelines pipelines) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    EvenkeelMetrics.of(pipelines).bindTo(registry);
    return registry; // registry.scrape() is the page that Prometheus reads
  }

  static OtlpMeterRegistry openTelemetry(Pipelines pipelines, OtlpMetricsSender sender) {
    OtlpMeterRegistry registry =
        OtlpMeterRegistry.builder(OtlpConfig.DEFAULT).metricsSender(sender).build();
    EvenkeelMetrics.of(pipelines).bindTo(registry);
    return registry; // new OtlpMeterRegistry(OtlpConfig.DEFAULT, Clock.SYSTEM) sends over HTTP
  }

  static CircuitBreaker breaker(Pipelines pipelines, String name) {
    return pipelines.find(name).orElseThrow().policy(CircuitBreaker.class).orElseThrow();
  }

  static CircuitBreaker breakerOfKey(Pipelines pipelines, String name, String key) {
    return pipelines
        .find(name)
        .orElseThrow()
        .forKey(key)
        .policy(CircuitBreaker.class)
        .orElseThrow();
  }

  static List<Policy> replace(Pipeline pipeline, Policy next) {
    List<Policy> before = pipeline.policies();
    long version = pipeline.update(before.stream()
        .map(policy -> policy.getClass() == next.getClass() ? next : policy)
        .toArray(Policy[]::new));
    LOG.info("{}: settings {} are in force", pipeline.name(), version);
    return before;
  }

  static void putBack(Pipeline pipeline, List<Policy> before) {
    long version = pipeline.update(before.toArray(Policy[]::new));
    LOG.info("{}: settings {} are in force", pipeline.name(), version);
  }

  @Test
  void codeOfTheGuideAndTheRunBooks_isCodeOfThisClass() throws Exception {
    assertThat(blocksFoundOf("../docs/guide/metrics.md")).isEqualTo(5);
    assertThat(blocksFoundOf("../docs/runbooks.md")).isEqualTo(2);
  }

  private static int blocksFoundOf(String page) throws Exception {
    String source = squeezed(
        Files.readString(Path.of("src/test/java/dev/evenkeel/micrometer/MetricsGuideTest.java")));
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Path.of(page)));
    int blocks = 0;
    while (block.find()) {
      assertThat(source).contains(squeezed(block.group(1)));
      blocks++;
    }
    return blocks;
  }

  /** Lines are broken where the page wants it. */
  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }

  private Pipeline stock() {
    return pipelines.getOrCreate(
        "stock",
        builder ->
            builder.policies(Timeout.ofMillis(300), Retry.jittered(3), CircuitBreaker.standard()));
  }

  @Test
  void metersComeAndGo() {
    MeterRegistry registry = new SimpleMeterRegistry();
    try (EvenkeelMetrics metrics = metrics(pipelines, registry)) {
      assertThat(metrics).isNotNull();
      stock().run(() -> {});
      assertThat(registry
              .get("evenkeel.calls")
              .tag("outcome", "success")
              .functionCounter()
              .count())
          .isEqualTo(1);
    }
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void bucketsAreThoseOfTheFilter_andTagsAreOnAll() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    fewBuckets(registry);
    try (EvenkeelMetrics metrics = metricsOfTheShop(pipelines, registry)) {
      assertThat(metrics).isNotNull();
      stock().run(() -> {});
      Map<String, Set<String>> labels =
          Scrape.of(registry.scrape()).metrics().get("evenkeel_call_duration_seconds_bucket");
      assertThat(labels).containsEntry("app", Set.of("shop"));
      assertThat(labels.get("le")).isEqualTo(Set.of("0.005", "0.02", "0.1", "0.3", "1.0", "+Inf"));
    }
  }

  @Test
  void prometheus_readsThePage() {
    PrometheusMeterRegistry registry = prometheus(pipelines);
    stock().run(() -> {});
    assertThat(Scrape.of(registry.scrape())
            .value("evenkeel_calls_total", "pipeline=\"stock\"", "outcome=\"success\""))
        .isEqualTo(1);
  }

  @Test
  void openTelemetry_getsTheSameThroughMicrometersBridge() throws Exception {
    List<OtlpMetricsSender.Request> sent = new CopyOnWriteArrayList<>();
    OtlpMeterRegistry registry = openTelemetry(pipelines, sent::add);
    stock().run(() -> {});
    registry.close(); // sends at once
    assertThat(sent).isNotEmpty();
    Map<String, Metric> metrics =
        ExportMetricsServiceRequest.parseFrom(sent.get(0).getMetricsData())
            .getResourceMetricsList()
            .stream()
            .flatMap(resource -> resource.getScopeMetricsList().stream())
            .flatMap(scope -> scope.getMetricsList().stream())
            .collect(Collectors.toMap(Metric::getName, Function.identity(), (one, other) -> one));
    assertThat(metrics)
        .containsKeys("evenkeel.calls", "evenkeel.call.duration", "evenkeel.circuitbreaker.share");
    assertThat(metrics.get("evenkeel.call.duration").getUnit()).isEqualTo("milliseconds");
    List<NumberDataPoint> calls = metrics.get("evenkeel.calls").getSum().getDataPointsList();
    assertThat(calls)
        .filteredOn(point -> point.getAsDouble() == 1)
        .singleElement()
        .satisfies(point -> assertThat(point.getAttributesList().stream()
                .map(one -> one.getKey() + "=" + one.getValue().getStringValue()))
            .containsExactlyInAnyOrder("outcome=success", "pipeline=stock"));
  }

  @Test
  void whatTheRunBooksDo_works_andCanBeUndone() {
    Pipeline stock = stock();
    CircuitBreaker breaker = breaker(pipelines, "stock");
    stock.run(() -> {});
    breaker.forceOpen("restarts");
    assertThat(breaker.state().kind()).isEqualTo(Kind.FORCED_OPEN);
    breaker.comeBack("whole again");
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
    breaker.skipRamp("it is warm");
    assertThat(breaker.state().kind()).isEqualTo(Kind.CLOSED);
    breaker.comeBack("it was not");
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
    breaker.disable("an experiment");
    assertThat(breaker.state().kind()).isEqualTo(Kind.DISABLED);
    breaker.reset("done");
    assertThat(breaker.state().kind()).isEqualTo(Kind.CLOSED);
    List<Policy> before = replace(
        stock,
        Retry.builder().maxAttempts(3).budget(RetryBudget.of(0.2, 50, 10)).build());
    assertThat(stock.version()).isEqualTo(2);
    assertThat(breaker(pipelines, "stock")).isSameAs(breaker);
    putBack(stock, before);
    assertThat(stock.version()).isEqualTo(3);
    assertThat(stock.policies()).hasToString(before.toString());
    List<Policy> slower = replace(stock, Timeout.ofMillis(800));
    assertThat(stock.describe()).contains("800 ms");
    putBack(stock, slower);
    List<Policy> retrying = replace(stock, Retry.jittered(1));
    putBack(stock, retrying);
    assertThat(stock.describe()).contains("300 ms").doesNotContain("800 ms");
    Pipeline shards = pipelines.getOrCreate(
        "shards", builder -> builder.policies(PerKey.of(CircuitBreaker::standard)));
    breakerOfKey(pipelines, "shards", "shard-3").forceOpen("it is gone");
    assertThat(shards.policy(PerKey.class).orElseThrow().remove("shard-3")).isTrue();
    assertThat(breakerOfKey(pipelines, "shards", "shard-3").state().kind()).isEqualTo(Kind.CLOSED);
  }
}
