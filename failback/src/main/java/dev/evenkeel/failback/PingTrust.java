package dev.evenkeel.failback;

/**
 * Whether a ping may decide that the dependency is back. A ping can say yes while calls say no: it
 * asks another endpoint, or needs no database. After a ramp that a ping began and that relapsed, a
 * call has to succeed first, for as long as there are calls. Thread-safe; {@link #rampBegan} and
 * {@link #rampEnded} are called under the lock of the way back.
 */
final class PingTrust {

  /** So long after a call there is still said to be traffic. */
  private static final long TRAFFIC_NANOS = 60_000_000_000L;

  /** Noting each call would make all threads write to one place. */
  private static final long NOTE_EVERY_NANOS = 1_000_000_000L;

  private volatile boolean doubted;
  private volatile long askedNanos;
  private boolean begunByPing;

  /** The way back begins. */
  void begin(long nowNanos) {
    doubted = false;
    askedNanos = nowNanos;
  }

  /** A call was asked for. */
  void onCall(long nowNanos) {
    if (nowNanos - askedNanos >= NOTE_EVERY_NANOS) {
      askedNanos = nowNanos;
    }
  }

  /** A probe has succeeded. */
  void rampBegan(boolean byPing) {
    begunByPing = byPing;
    doubted = doubted && byPing;
  }

  /** The ramp has ended in failures. */
  void rampEnded() {
    doubted |= begunByPing;
  }

  /** How long a ping has to leave the place to a call; 0 if it may go. */
  long holdBackNanos(long nowNanos) {
    return doubted ? Math.max(0, TRAFFIC_NANOS - (nowNanos - askedNanos)) : 0;
  }
}
