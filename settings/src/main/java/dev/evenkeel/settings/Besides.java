package dev.evenkeel.settings;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.limits.QueuedLimit;
import dev.evenkeel.limits.RateLimit;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import java.util.List;

/** What a pipeline has besides settings: fallbacks, and gates of a user's own. */
final class Besides {

  private static final List<Class<? extends Policy>> SETTINGS = List.of(
      Timeout.class,
      Retry.class,
      Hedge.class,
      CircuitBreaker.class,
      RateLimit.class,
      ConcurrencyLimit.class,
      QueuedLimit.class,
      AdaptiveLimit.class);

  private Besides() {}

  /** Without those that came with settings before. */
  static List<Policy> settings(Pipeline pipeline, List<Policy> ours) {
    return pipeline.policies().stream()
        .filter(policy -> !isSetting(policy) && ours.stream().noneMatch(one -> one == policy))
        .toList();
  }

  private static boolean isSetting(Policy policy) {
    Policy kind = policy instanceof PerKey<?> perKey ? perKey.gate(null) : policy;
    return SETTINGS.stream().anyMatch(type -> type.isInstance(kind));
  }
}
