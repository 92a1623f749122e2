package dev.evenkeel.outbox;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a relay counts, and what tells a message that fails from a broker that is away: others have
 * got through since, or the breaker says that all is well. Counts are thread-safe; the rest is used
 * by one round at a time.
 */
final class RelayCounts {

  private static final int MOST_SUSPECTS = 1_000;

  final LongAdder sent = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder expired = new LongAdder();
  final LongAdder setAside = new LongAdder();

  /** How many had got through when a message failed last; the oldest one goes. */
  private final Map<String, Long> suspects = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
      return size() > MOST_SUSPECTS;
    }
  };

  private long successes;

  synchronized void succeeded(String messageId) {
    successes++;
    suspects.remove(messageId);
  }

  synchronized void forget(String messageId) {
    suspects.remove(messageId);
  }

  /** A message has failed: whether that is its own fault. */
  synchronized boolean isItsOwn(String messageId, Pace pace) {
    Long before = suspects.put(messageId, successes);
    if (pace.isWatched()) {
      return pace.isWell();
    }
    return before != null && successes > before;
  }

  RelayFigures figures() {
    return new RelayFigures(sent.sum(), failed.sum(), expired.sum(), setAside.sum());
  }
}
