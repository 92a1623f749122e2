package dev.evenkeel.micrometer;

import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.RefusalReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * From the moment a breaker opens to the one it closes: how long that took, and what it refused. Of
 * a breaker per key each key's comeback is timed; what is refused is that of all keys since the
 * first of them opened. Thread-safe.
 */
final class Comebacks {

  private static final int MOST_KEYS = 10_000;

  private final Map<Kind, Counter> changes = new EnumMap<>(Kind.class);
  private final Timer duration;
  private final AtomicLong refused = new AtomicLong();
  private final Map<String, Long> openSince = new HashMap<>(); // guarded by this
  private boolean oneIsOpen; // guarded by this

  Comebacks(PipelineMeters meters) {
    for (Kind kind : Kind.values()) {
      changes.put(kind, meters.counterOf(EvenkeelMeter.BREAKER_CHANGES, "state", Words.of(kind)));
    }
    duration = meters.timerOf(EvenkeelMeter.COMEBACK_DURATION);
  }

  /** With a gauge of its own, which several pipelines cannot share. */
  void bindTo(PipelineMeters meters) {
    meters.gauge(
        EvenkeelMeter.COMEBACK_REFUSED, Tags.empty(), refused, count -> (double) count.get());
  }

  void onRefused(RefusalReason reason) {
    switch (reason) {
      case CIRCUIT_OPEN, CIRCUIT_PROBING, CIRCUIT_RAMPING -> refused.incrementAndGet();
      default -> {}
    }
  }

  void onChange(@Nullable String key, Kind to, long atNanos) {
    Counter counter = changes.get(to);
    if (counter != null) {
      counter.increment();
    }
    String name = key == null ? "" : key;
    synchronized (this) {
      switch (to) {
        case OPEN -> {
          if (!oneIsOpen) {
            refused.set(0);
            oneIsOpen = true;
          }
          if (openSince.size() < MOST_KEYS) {
            openSince.putIfAbsent(name, atNanos);
          }
        }
        case CLOSED -> {
          Long since = openSince.remove(name);
          if (since != null) {
            duration.record(Math.max(0, atNanos - since), TimeUnit.NANOSECONDS);
          }
          oneIsOpen = !openSince.isEmpty();
        }
        case FORCED_OPEN, DISABLED -> {
          openSince.remove(name); // by hand: no comeback
          oneIsOpen = !openSince.isEmpty();
        }
        case PROBING, RAMPING -> {}
      }
    }
  }
}
