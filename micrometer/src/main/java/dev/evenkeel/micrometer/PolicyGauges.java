package dev.evenkeel.micrometer;

import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.StatefulGate;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.limits.QueuedLimit;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.retry.RetryBudget;
import io.micrometer.core.instrument.Tags;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What the policies of one pipeline say of themselves when a scrape asks. They are looked up in the
 * pipeline each time, for settings may have changed; of a policy per key all keys that are in use
 * count together. Thread-safe.
 */
final class PolicyGauges {

  private static final boolean RETRIES = isThere("dev.evenkeel.retry.Retry");
  private static final boolean LIMITS = isThere("dev.evenkeel.limits.QueuedLimit");

  private final Pipeline pipeline;
  private final PipelineMeters meters;
  private final Set<Class<?>> bound = new HashSet<>(); // guarded by this

  PolicyGauges(Pipeline pipeline, PipelineMeters meters) {
    this.pipeline = pipeline;
    this.meters = meters;
    meters.gauge(
        EvenkeelMeter.SETTINGS_VERSION, Tags.empty(), pipeline, of -> (double) of.version());
    meters.gauge(
        EvenkeelMeter.OBSERVE_ONLY, Tags.empty(), pipeline, of -> of.isObserveOnly() ? 1 : 0);
  }

  /** Adds the gauges of policies that have none yet. */
  synchronized void bind() {
    if (isNew(StatefulGate.class)) {
      bindBreaker();
    }
    if (isNew(ConcurrencyLimit.class)) {
      limit(
          ConcurrencyLimit.class,
          "concurrency-limit",
          ConcurrencyLimit::maxConcurrentCalls,
          ConcurrencyLimit::inFlight);
    }
    if (LIMITS) {
      Limits.bind(this);
    }
    if (RETRIES) {
      Retries.bind(this);
    }
  }

  private boolean isNew(Class<? extends Policy> type) {
    return pipeline.policy(type).isPresent() && bound.add(type);
  }

  private void bindBreaker() {
    for (Kind kind : Kind.values()) {
      meters.gauge(
          EvenkeelMeter.BREAKER_STATE,
          Tags.of("state", Words.of(kind)),
          pipeline,
          of -> (double) all(of, StatefulGate.class)
              .filter(gate -> gate.state().kind() == kind)
              .count());
    }
    meters.gauge(
        EvenkeelMeter.BREAKER_SHARE,
        Tags.empty(),
        pipeline,
        of -> all(of, StatefulGate.class)
            .mapToDouble(gate -> gate.state().share())
            .average()
            .orElse(1));
  }

  private <G extends Gate> void limit(
      Class<G> type, String name, ToDoubleFunction<G> max, ToDoubleFunction<G> inFlight) {
    sum(EvenkeelMeter.LIMIT_MAX, type, name, max);
    sum(EvenkeelMeter.LIMIT_IN_FLIGHT, type, name, inFlight);
  }

  private <G extends Gate> void sum(
      EvenkeelMeter meter, Class<G> type, String name, ToDoubleFunction<G> value) {
    meters.gauge(
        meter,
        Tags.of("policy", name),
        pipeline,
        of -> all(of, type).mapToDouble(value).sum());
  }

  /** The gates of a type, also those of all keys; without a key in use, that of calls without. */
  private static <G> Stream<G> all(Pipeline pipeline, Class<G> type) {
    return pipeline.policies().stream()
        .flatMap(PolicyGauges::gates)
        .filter(type::isInstance)
        .map(type::cast);
  }

  private static Stream<? extends Policy> gates(Policy policy) {
    if (!(policy instanceof PerKey<?> keyed)) {
      return Stream.of(policy);
    }
    Set<String> keys = keyed.keys();
    return keys.isEmpty()
        ? Stream.of(keyed.gate(null))
        : keys.stream().flatMap(key -> keyed.find(key).stream());
  }

  private static boolean isThere(String name) {
    try {
      Class<?> unused = Class.forName(name, false, PolicyGauges.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError absent) {
      return false;
    }
  }

  /** Loaded only if {@code evenkeel-limits} is there. */
  private static final class Limits {

    static void bind(PolicyGauges gauges) {
      if (gauges.isNew(QueuedLimit.class)) {
        gauges.limit(
            QueuedLimit.class,
            "queued-limit",
            QueuedLimit::maxConcurrentCalls,
            QueuedLimit::inFlight);
        gauges.sum(
            EvenkeelMeter.LIMIT_QUEUED, QueuedLimit.class, "queued-limit", QueuedLimit::queued);
      }
      if (gauges.isNew(AdaptiveLimit.class)) {
        gauges.limit(
            AdaptiveLimit.class, "adaptive-limit", AdaptiveLimit::limit, AdaptiveLimit::inFlight);
      }
    }
  }

  /** Loaded only if {@code evenkeel-retry} is there. */
  private static final class Retries {

    static void bind(PolicyGauges gauges) {
      if (gauges.isNew(Retry.class)) {
        gauges.meters.gauge(
            EvenkeelMeter.RETRY_BUDGET,
            Tags.empty(),
            gauges.pipeline,
            of -> of.policy(Retry.class).map(Retries::available).orElse(Double.NaN));
      }
    }

    private static double available(Retry retry) {
      RetryBudget budget = retry.budget();
      return budget == null ? Double.NaN : budget.available();
    }
  }
}
