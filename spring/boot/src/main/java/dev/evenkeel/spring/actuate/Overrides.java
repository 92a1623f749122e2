package dev.evenkeel.spring.actuate;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was done with breakers by hand, and is undone when its time is over. Each has a line in the
 * log {@code dev.evenkeel.audit} when it begins and when it ends. Thread-safe.
 */
final class Overrides {

  private static final Logger AUDIT = LoggerFactory.getLogger("dev.evenkeel.audit");

  private final Kernel kernel;
  private final PipelineEvents events;
  private final Map<Where, Held> active = new HashMap<>(); // guarded by itself

  Overrides(Kernel kernel, PipelineEvents events) {
    this.kernel = kernel;
    this.events = events;
  }

  /** One breaker. */
  record Where(String pipeline, @Nullable String key) {
    @Override
    public String toString() {
      return key == null ? pipeline : pipeline + " [" + key + "]";
    }
  }

  /**
   * What is in force.
   *
   * @param action what was done
   * @param before the state in which the breaker was before anything was done by hand
   * @param untilNanos when it is undone, on the kernel's clock
   * @param reason why
   * @param who did it
   */
  record Held(Action action, GateState before, long untilNanos, String reason, String who) {

    /** Whether a breaker is still as it was put; an action that does not last put it nowhere. */
    boolean isInForce(GateState state) {
      return switch (action) {
        case FORCE_OPEN -> state.kind() == Kind.FORCED_OPEN;
        case DISABLE -> state.kind() == Kind.DISABLED;
        default -> state.kind() != Kind.FORCED_OPEN && state.kind() != Kind.DISABLED;
      };
    }
  }

  /** What came of it. */
  record Result(GateState before, GateState after, String atTheExpiry) {}

  /** The timers, to take back what is replaced; guarded by the map of what is active. */
  private final Map<Where, Cancellable> timers = new HashMap<>();

  Result apply(
      Where where,
      CircuitBreaker breaker,
      Action action,
      Duration expiry,
      String reason,
      String who) {
    GateState before;
    String undo;
    synchronized (active) {
      before = breaker.state();
      Held earlier = end(where);
      // What was there before the first hand is what comes back.
      GateState origin = earlier != null && earlier.isInForce(before) ? earlier.before() : before;
      undo = undo(action, origin);
      if (undo != null) {
        long until = kernel.nanoTime() + expiry.toNanos();
        Held held = new Held(action, origin, until, reason, who);
        active.put(where, held);
        timers.put(
            where,
            kernel.schedule(until, () -> kernel.execute(() -> expire(where, breaker, held))));
      }
    }
    action.apply(breaker, reason + " (by " + who + ", for " + expiry + ")"); // listeners may call
    GateState after = breaker.state();
    String end = undo == null ? "nothing to undo" : undo;
    AUDIT.warn(
        "{}: {} by {} for {}: {} -> {}; at the expiry: {}; reason: {}",
        where,
        action.text(),
        who,
        expiry,
        before,
        after,
        end,
        reason);
    events.add(
        where.pipeline(),
        "override",
        where + ": " + action.text() + " by " + who + " for " + expiry + ": " + before + " -> "
            + after + ": " + reason);
    return new Result(before, after, end);
  }

  /** What will be done at the expiry; null for nothing. */
  private static @Nullable String undo(Action action, GateState origin) {
    return switch (origin.kind()) {
      case FORCED_OPEN -> action == Action.FORCE_OPEN ? null : "forced open again";
      case DISABLED -> action == Action.DISABLE ? null : "disabled again";
      case CLOSED ->
        switch (action) {
          case FORCE_OPEN -> "back through probes and a ramp";
          case DISABLE -> "closed, and watched again";
          default -> null;
        };
      case OPEN, PROBING, RAMPING -> action.lasts() ? "back through probes and a ramp" : null;
    };
  }

  private void expire(Where where, CircuitBreaker breaker, Held held) {
    synchronized (active) {
      if (!held.equals(active.get(where))) {
        return; // replaced meanwhile
      }
      end(where);
    }
    GateState before = breaker.state();
    String what = held.action().text();
    if (held.action().lasts() && !held.isInForce(before)) {
      AUDIT.warn(
          "{}: {} by {} is over; left alone, as it is {} now", where, what, held.who(), before);
      return;
    }
    restore(breaker, held);
    AUDIT.warn("{}: {} by {} is over: {} -> {}", where, what, held.who(), before, breaker.state());
    events.add(
        where.pipeline(),
        "undone",
        where + ": " + what + " by " + held.who() + ": " + before + " -> " + breaker.state());
  }

  private static void restore(CircuitBreaker breaker, Held held) {
    String reason = "the time of " + held.action().text() + " is over";
    Kind origin = held.before().kind();
    if (origin == Kind.FORCED_OPEN) {
      breaker.forceOpen(reason);
    } else if (origin == Kind.DISABLED) {
      breaker.disable(reason);
    } else if (origin == Kind.CLOSED && held.action() == Action.DISABLE) {
      breaker.reset(reason);
    } else {
      breaker.comeBack(reason);
      Kind kind = breaker.state().kind();
      if (kind == Kind.FORCED_OPEN || kind == Kind.DISABLED) {
        breaker.reset(reason); // one without failback has no way back to begin
      }
    }
  }

  /** Called under the lock. */
  private @Nullable Held end(Where where) {
    Cancellable timer = timers.remove(where);
    if (timer != null) {
      timer.cancel();
    }
    return active.remove(where);
  }

  @Nullable Held active(Where where) {
    synchronized (active) {
      return active.get(where);
    }
  }
}
