package dev.evenkeel.spring.actuate;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.RetryDenial;
import dev.evenkeel.core.SettingsChange;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.core.WouldHave;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last events of each pipeline. Changes of state and what is done by hand are kept one by
 * one; refusals, retries and hedges are counted, because an outage makes thousands of them a second
 * and would push out what explains it. Thread-safe.
 */
public final class PipelineEvents implements PipelineListener {

  /** So many pipelines at most: a bound against names that are made up. */
  private static final int MOST_PIPELINES = 1_000;

  private final int size;
  private final Kernel kernel;
  private final Map<String, Kept> pipelines = new ConcurrentHashMap<>();

  /** What is kept of one pipeline; the queue is guarded by itself. */
  private static final class Kept {
    private final Deque<Entry> last = new ArrayDeque<>();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<String, Map<GateState.Kind, StateChange>> changes = new ConcurrentHashMap<>();
  }

  private record Entry(long atNanos, String type, String text) {}

  /**
   * One event.
   *
   * @param secondsAgo how long ago, in seconds
   * @param type what kind: {@code state-change}, {@code override}, {@code undone}, ...
   * @param text what happened, for people
   */
  public record Event(double secondsAgo, String type, String text) {}

  /**
   * Empty.
   *
   * @param size how many events are kept of each pipeline, 1 to 10,000
   * @param kernel whose clock
   * @throws IllegalArgumentException if the size is out of its range
   */
  public PipelineEvents(int size, Kernel kernel) {
    this.size = Checks.range("evenkeel.events.buffer-size", size, 1, 10_000);
    this.kernel = Checks.notNull("kernel", kernel);
  }

  /** Nothing that it keeps needs the clock to be read. */
  @Override
  public boolean wantsDurations() {
    return false;
  }

  @Override
  public boolean wantsResults() {
    return false;
  }

  @Override
  public void onRefused(CallView call, String policy, RefusalReason reason) {
    count(call.pipelineName(), "refused: " + reason);
  }

  @Override
  public void onRetry(CallView call, long waitNanos) {
    count(call.pipelineName(), "retries");
  }

  @Override
  public void onRetryDenied(CallView call, RetryDenial reason) {
    count(call.pipelineName(), "retries denied: " + reason);
  }

  @Override
  public void onHedge(CallView call, long delayNanos) {
    count(call.pipelineName(), "hedges");
  }

  @Override
  public void onFallback(CallView call, @Nullable Throwable failure) {
    count(call.pipelineName(), "fallbacks of the pipeline");
  }

  @Override
  public void onWouldHave(
      CallView call, String policy, WouldHave decision, @Nullable RefusalReason reason) {
    count(
        call.pipelineName(),
        "would have " + decision + ": " + (reason == null ? policy : reason.name()));
  }

  @Override
  public void onStateChange(StateChange change) {
    Kept kept = kept(change.pipeline());
    if (kept != null) {
      String gate = gate(change.policy(), change.key());
      kept.changes
          .computeIfAbsent(gate, first -> new ConcurrentHashMap<>())
          .put(change.to().kind(), change);
      add(
          kept,
          "state-change",
          gate + ": " + change.from() + " -> " + change.to() + ": " + change.reason());
    }
  }

  @Override
  public void onSettingsChange(SettingsChange change) {
    List<String> gone = new ArrayList<>(change.before());
    gone.removeAll(change.after());
    List<String> come = new ArrayList<>(change.after());
    come.removeAll(change.before());
    add(
        change.pipelineName(),
        "settings-change",
        "version " + change.version() + ": " + gone + " -> " + come);
  }

  private static String gate(String policy, @Nullable String key) {
    return key == null ? policy : policy + " [" + key + "]";
  }

  private void count(String pipeline, String what) {
    Kept kept = kept(pipeline);
    if (kept != null) {
      kept.counts.computeIfAbsent(what, first -> new LongAdder()).increment();
    }
  }

  private @Nullable Kept kept(String pipeline) {
    Kept kept = pipelines.get(pipeline);
    if (kept == null && pipelines.size() < MOST_PIPELINES) {
      kept = pipelines.computeIfAbsent(pipeline, first -> new Kept());
    }
    return kept;
  }

  /** Adds what was done by hand. */
  void add(String pipeline, String type, String text) {
    Kept kept = kept(pipeline);
    if (kept != null) {
      add(kept, type, text);
    }
  }

  private void add(Kept kept, String type, String text) {
    Entry entry = new Entry(kernel.nanoTime(), type, text);
    synchronized (kept.last) {
      if (kept.last.size() == size) {
        kept.last.removeFirst();
      }
      kept.last.addLast(entry);
    }
  }

  /** The last events, the newest first. */
  List<Event> events(String pipeline) {
    Kept kept = pipelines.get(pipeline);
    if (kept == null) {
      return List.of();
    }
    Collection<Entry> entries;
    synchronized (kept.last) {
      entries = List.copyOf(kept.last);
    }
    long now = kernel.nanoTime();
    List<Event> events = new ArrayList<>();
    entries.forEach(entry ->
        events.add(0, new Event(seconds(now - entry.atNanos()), entry.type(), entry.text())));
    return events;
  }

  /** What was counted, by what it is. */
  Map<String, Long> counts(String pipeline) {
    Map<String, Long> counts = new TreeMap<>();
    Kept kept = pipelines.get(pipeline);
    if (kept != null) {
      kept.counts.forEach((what, count) -> counts.put(what, count.sum()));
    }
    return counts;
  }

  /**
   * How a gate came to the state that it is in; null if it has never left its first one. Probes
   * that fail, one after the other, are not told: the breaker is open for what opened it.
   */
  @Nullable StateChange lastChange(String pipeline, String policy, @Nullable String key, GateState.Kind now) {
    Kept kept = pipelines.get(pipeline);
    Map<GateState.Kind, StateChange> ofGate =
        kept == null ? null : kept.changes.get(gate(policy, key));
    return ofGate == null ? null : ofGate.get(now);
  }

  /** Whole milliseconds are enough for people. */
  static double seconds(long nanos) {
    return Math.max(0, nanos / 1_000_000) / 1e3;
  }
}
