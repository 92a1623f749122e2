package dev.evenkeel.simulator;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Policy.Position;
import dev.evenkeel.core.RetryDriver;
import dev.evenkeel.core.Timeout;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A user's policies, made anew for each process of a run. One for each run. */
final class OwnPolicies implements PolicySet {

  private final Supplier<? extends Collection<? extends Policy>> policies;
  private final Set<Policy> used = Collections.newSetFromMap(new IdentityHashMap<>());
  private final @Nullable Duration timeout;
  private final @Nullable Duration total;

  /**
   * Asks once for the timeouts, which the run needs before its processes.
   *
   * @throws IllegalArgumentException if there is something that cannot be rehearsed
   */
  OwnPolicies(Supplier<? extends Collection<? extends Policy>> policies) {
    this.policies = policies;
    timeout = duration(Position.TIMEOUT);
    total = duration(Position.TOTAL_TIMEOUT);
  }

  private @Nullable Duration duration(Position position) {
    Duration found = null;
    for (Policy policy : Checks.notNull("policies", policies.get())) {
      if (policy instanceof Timeout own && own.position() == position) {
        found = own.duration();
      }
    }
    return found;
  }

  /** The scenario with the timeout of these policies, if they have one. */
  Scenario in(Scenario scenario) {
    Duration own = timeout == null ? total : timeout;
    return own == null ? scenario : scenario.with(Field.TIMEOUT, own.toNanos() / 1e9 + "s");
  }

  @Override
  public Member member(Surroundings world, int client, int shard) {
    RetryDriver retry = null;
    CircuitBreaker breaker = null;
    for (Policy policy : policies.get()) {
      if (policy instanceof Timeout || policy instanceof Fallback) {
        continue; // the one is the scenario's; the other changes nothing for the dependency
      }
      if (!used.add(policy)) {
        throw new IllegalArgumentException("policies: one " + policy.name()
            + " for two processes (expected: new ones, each time that they are asked for)");
      }
      if (policy instanceof RetryDriver driver && retry == null) {
        retry = driver;
      } else if (policy instanceof CircuitBreaker gate && breaker == null) {
        breaker = gate;
      } else {
        throw new IllegalArgumentException("policies: " + policy.name()
            + " (expected: at most one retry and one circuit breaker, beside timeouts and a"
            + " fallback: the rest cannot be rehearsed)");
      }
    }
    if (breaker != null) {
      breaker.attach(world.attachment(client, shard));
    }
    return new Member(retry, breaker);
  }

  @Override
  public boolean hasMonotonicClock() {
    return true;
  }

  @Override
  public long totalNanos() {
    return total == null ? Long.MAX_VALUE : total.toNanos();
  }
}
