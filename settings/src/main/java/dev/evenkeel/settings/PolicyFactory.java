package dev.evenkeel.settings;

import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.limits.QueuedLimit;
import dev.evenkeel.limits.RateLimit;
import dev.evenkeel.retry.Hedge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes a pipeline's policies of what holds for it. */
final class PolicyFactory {

  private static final Map<String, Function<Reading, Policy>> POLICIES = new LinkedHashMap<>();

  static {
    POLICIES.put("total-timeout", PolicyFactory::totalTimeout);
    POLICIES.put("retry", Retries::policy);
    POLICIES.put("hedge", PolicyFactory::hedge);
    POLICIES.put("circuit-breaker", Breakers::policy);
    POLICIES.put("rate-limit", PolicyFactory::rateLimit);
    POLICIES.put("concurrency-limit", PolicyFactory::concurrencyLimit);
    POLICIES.put("adaptive-limit", PolicyFactory::adaptiveLimit);
    POLICIES.put("timeout", PolicyFactory::timeout);
  }

  private PolicyFactory() {}

  /** New policies; what cannot be made is a problem, and the others are made all the same. */
  static List<Policy> make(Reading reading, Problems problems) {
    List<Policy> policies = new ArrayList<>();
    POLICIES.forEach((name, maker) -> {
      try {
        if (reading.isOn(name)) {
          policies.add(maker.apply(reading));
        }
      } catch (Reading.Missing missing) {
        problems.add(key(reading, missing.key), reading.origin(name), "nothing", missing.expected);
      } catch (Contradiction contradiction) {
        problems.add(
            key(reading, contradiction.key),
            reading.origin(contradiction.key),
            contradiction.found,
            contradiction.expected);
      } catch (IllegalArgumentException | IllegalStateException refused) {
        problems.add(
            key(reading, name),
            reading.origin(name),
            String.valueOf(refused.getMessage()),
            "values that go together");
      }
    });
    return policies;
  }

  static String key(Reading reading, String key) {
    return Names.key(Names.PIPELINES, reading.pipeline, key);
  }

  /** A value that others rule out. */
  static final class Contradiction extends RuntimeException {
    final String key;
    final String found;
    final String expected;

    Contradiction(String key, String found, String expected) {
      super(key, null, false, false);
      this.key = key;
      this.found = found;
      this.expected = expected;
    }
  }

  private static Policy timeout(Reading reading) {
    Duration duration = reading.duration("timeout.duration");
    return reading.choice("timeout.mode").equals("cooperative")
        ? Timeout.cooperative(duration)
        : Timeout.of(duration);
  }

  private static Policy totalTimeout(Reading reading) {
    return Timeout.total(reading.duration("total-timeout.duration"));
  }

  private static Policy hedge(Reading reading) {
    int delay = reading.depth("hedge.delay");
    int quantile = reading.depth("hedge.quantile");
    if (delay == quantile) {
      throw new Contradiction(
          delay == Integer.MAX_VALUE ? "hedge" : "hedge.quantile",
          delay == Integer.MAX_VALUE ? "neither a delay nor a quantile" : "a delay and a quantile",
          "one of hedge.delay and hedge.quantile");
    }
    Hedge.Builder builder = delay < quantile
        ? Hedge.after(reading.duration("hedge.delay"))
        : Hedge.afterQuantile(reading.number("hedge.quantile"));
    builder
        .maxHedges(reading.count("hedge.max-hedges"))
        .minAttempt(reading.duration("hedge.min-attempt"));
    return reading.choice("hedge.calls").equals("idempotent")
        ? builder.forIdempotentCalls()
        : builder.forCallsWithIdempotencyKey();
  }

  private static Policy concurrencyLimit(Reading reading) {
    int calls = reading.count("concurrency-limit.max-concurrent-calls");
    int queued = reading.count("concurrency-limit.max-queued");
    if (queued == 0) {
      return perKey(reading, "concurrency-limit", () -> ConcurrencyLimit.of(calls));
    }
    Duration wait = reading.duration("concurrency-limit.max-wait");
    return perKey(reading, "concurrency-limit", () -> {
      QueuedLimit limit = QueuedLimit.of(calls, queued);
      limit.setMaxWait(wait);
      return limit;
    });
  }

  private static Policy adaptiveLimit(Reading reading) {
    int min = reading.count("adaptive-limit.min");
    int max = reading.count("adaptive-limit.max", Math.max(min, 1_000));
    if (max < min) {
      throw new Contradiction(
          "adaptive-limit.max",
          String.valueOf(max),
          "at least adaptive-limit.min, which is " + min);
    }
    int initial = reading.count("adaptive-limit.initial", Math.min(Math.max(min, 20), max));
    if (initial < min || initial > max) {
      throw new Contradiction(
          "adaptive-limit.initial",
          String.valueOf(initial),
          "between adaptive-limit.min and max, " + min + " to " + max);
    }
    return perKey(reading, "adaptive-limit", () -> AdaptiveLimit.of(initial, min, max));
  }

  private static Policy rateLimit(Reading reading) {
    int calls = reading.count("rate-limit.calls");
    Duration period = reading.duration("rate-limit.period");
    Duration wait = reading.duration("rate-limit.max-wait");
    return perKey(reading, "rate-limit", () -> {
      RateLimit limit = RateLimit.of(calls, period);
      limit.setMaxWait(wait);
      return limit;
    });
  }

  /** One gate, or one for each key. */
  static <G extends Gate> Policy perKey(Reading reading, String policy, Supplier<G> maker) {
    return reading.onOff(policy + ".per-key")
        ? PerKey.of(maker, reading.count(policy + ".max-keys"))
        : maker.get();
  }
}
