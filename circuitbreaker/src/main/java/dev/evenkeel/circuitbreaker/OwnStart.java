package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.CallView;
import java.util.concurrent.TimeUnit;

/**
 * The first seconds of a breaker's life, in which a call that took too long says little about the
 * dependency: the process has classes to load, code to compile and connections to open. A timeout
 * is held back then. The next success drops what is held: the dependency answers, so it was this
 * process. If nothing succeeds for some seconds, it is believed after all, all of it.
 *
 * <p>What fails by itself, such as a connection that is refused, is never in doubt; nor is a row of
 * failures ({@link ConsecutiveFailures}). So a dependency that is down at the start is found to be,
 * by refused calls as ever and by timeouts {@link #SILENT_NANOS} after the first one; one that is
 * half down when its time is over. Thread-safe; it costs one read for each success.
 */
final class OwnStart {

  /** How long timeouts are in doubt, from the first call on. */
  static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How long nothing but timeouts is waited for; as long as the standard row of failures takes. */
  static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int NOT_BEGUN = -1;

  /** So many timeouts are held back. */
  private volatile int held = NOT_BEGUN;

  private volatile boolean old;
  private long firstCallNanos;
  private long heldFromNanos; // guarded by this

  /** One whose time is over from the beginning: every failure is believed at once. */
  static OwnStart over() {
    OwnStart start = new OwnStart();
    start.held = 0;
    start.old = true;
    return start;
  }

  /** Whether what is slow may be so because of this process. */
  boolean isYoung(long nowNanos) {
    if (!old && held != NOT_BEGUN && nowNanos - firstCallNanos >= YOUNG_NANOS) {
      old = true; // for good: the clock may wrap around
    }
    return !old;
  }

  /** A call succeeded. */
  void succeeded(CallView call) {
    if (held != 0) {
      drop(call);
    }
  }

  private synchronized void drop(CallView call) {
    begin(call);
    held = 0;
  }

  private void begin(CallView call) {
    if (held == NOT_BEGUN) {
      firstCallNanos = call.startedNanos();
      held = 0;
    }
  }

  /**
   * A call failed.
   *
   * @param timeout whether somebody gave up waiting
   * @return how many failures are believed with that: none, or this one and what was held back
   */
  int failed(CallView call, boolean timeout, long nowNanos) {
    if (old && held == 0) {
      return 1;
    }
    return judge(call, timeout, nowNanos);
  }

  private synchronized int judge(CallView call, boolean timeout, long nowNanos) {
    begin(call);
    boolean young = isYoung(nowNanos);
    if (!timeout || (!young && held == 0)) {
      return 1;
    }
    if (held == 0) {
      heldFromNanos = nowNanos;
    }
    int all = held == Integer.MAX_VALUE ? held : held + 1;
    boolean believed = !young || nowNanos - heldFromNanos >= SILENT_NANOS;
    held = believed ? 0 : all;
    return believed ? all : 0;
  }
}
