package dev.evenkeel.core;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the time of one attempt, or with {@link #total} that of the whole call with all its
 * retries and waits. A caller's {@link Deadline} that is sooner wins.
 *
 * <p>How a blocking attempt is ended depends on its timeout:
 *
 * <ul>
 *   <li>{@link #of} interrupts the caller's own thread, so thread locals, MDC and traces stay as
 *       they are and no thread is needed per call. <b>The JDK closes an NIO channel whose thread is
 *       interrupted</b> ({@code ClosedByInterruptException}): a call that uses a shared
 *       {@code FileChannel} or {@code SocketChannel} must not be interrupted; use
 *       {@link #cooperative}. <b>Plain sockets on platform threads ignore interrupts</b>, and so do
 *       JDBC drivers and all other clients that read from them: such a call is ended late, when it
 *       returns, and its late result is closed. Let it be ended by {@link CallContext#onAbort}, or
 *       leave it behind with {@link #detached}. {@code docs/guide/timeouts.md} has a table of both.
 *   <li>{@link #detached} runs the attempt on an executor and leaves it behind when the time is
 *       over, after an interrupt.
 *   <li>{@link #cooperative} interrupts nothing, nor does a timeout of a pipeline around it while
 *       the call runs; it only sets {@link Deadline#current()} for the call to obey.
 * </ul>
 *
 * <p>A call that ended leaves no interrupt of ours behind, whatever it did with it. One from
 * outside is kept, unless it comes after ours and before the call ends: Java cannot tell the two
 * apart. The interrupt is sent by another thread, which may hang in closing a channel; the call
 * waits for that for 0.2 s at most.
 *
 * <p>An asynchronous attempt's result is completed in time; its source, if it is a
 * {@link java.util.concurrent.Future}, is cancelled with {@code cancel(true)}, except by
 * {@link #cooperative}, which leaves the source alone.
 *
 * <p>Immutable and thread-safe.
 */
public final class Timeout implements Policy {

  /** How a blocking attempt is ended. */
  enum Mode {
    INTERRUPT,
    DETACHED,
    COOPERATIVE,
    /** Not at all: the pipeline is observe-only. */
    OBSERVED
  }

  /** That of a pipeline without one for its attempts: it says only how they are ended. */
  static final Timeout NONE =
      new Timeout(Checks.MAX_DURATION.toNanos(), false, Mode.INTERRUPT, null);

  /** That of an observe-only pipeline: no deadline ends its calls. */
  static final Timeout OBSERVED =
      new Timeout(Checks.MAX_DURATION.toNanos(), false, Mode.OBSERVED, null);

  private final long nanos;
  private final boolean total;
  private final Mode mode;
  private final @Nullable Executor executor;

  private Timeout(long nanos, boolean total, Mode mode, @Nullable Executor executor) {
    this.nanos = nanos;
    this.total = total;
    this.mode = mode;
    this.executor = executor;
  }

  /**
   * Bounds one attempt and ends it by an interrupt.
   *
   * @param timeout more than zero, at most 100 years
   * @return the policy
   */
  public static Timeout of(Duration timeout) {
    return new Timeout(Checks.positiveNanos("timeout", timeout), false, Mode.INTERRUPT, null);
  }

  /**
   * Bounds one attempt and ends it by an interrupt.
   *
   * @param millis at least 1
   * @return the policy
   */
  public static Timeout ofMillis(long millis) {
    if (millis < 1 || millis > Checks.MAX_DURATION.toMillis()) {
      throw new IllegalArgumentException(
          "timeout: " + millis + " ms (expected: at least 1 ms, at most 36500 days)");
    }
    return of(Duration.ofMillis(millis));
  }

  /**
   * Bounds the whole call: all attempts, and the waits between them. How an attempt is ended when
   * that time is over is up to the attempt's own timeout; by an interrupt if there is none.
   *
   * @param timeout more than zero, at most 100 years
   * @return the policy
   */
  public static Timeout total(Duration timeout) {
    return new Timeout(Checks.positiveNanos("total timeout", timeout), true, Mode.INTERRUPT, null);
  }

  /**
   * Bounds one attempt that runs on an executor, so that the caller is back in time even if the
   * attempt ignores interrupts. An attempt that was left behind still holds its thread; it is
   * interrupted once. Thread locals other than the {@link CallContext} do not follow.
   *
   * @param timeout more than zero, at most 100 years
   * @param executor where attempts run; one with a thread for each task, such as a virtual-thread
   *     one on Java 21 and newer, is best. If it rejects an attempt, the call is refused with
   *     {@link RefusalReason#EXECUTOR_REJECTED}.
   * @return the policy
   */
  public static Timeout detached(Duration timeout, Executor executor) {
    return new Timeout(
        Checks.positiveNanos("timeout", timeout),
        false,
        Mode.DETACHED,
        Checks.notNull("executor", executor));
  }

  /**
   * Bounds one attempt by its deadline alone, for calls that must not be interrupted: they look at
   * {@link Deadline#current()} and end in time by themselves. Nothing ends one that does not.
   *
   * @param timeout more than zero, at most 100 years
   * @return the policy
   */
  public static Timeout cooperative(Duration timeout) {
    return new Timeout(Checks.positiveNanos("timeout", timeout), false, Mode.COOPERATIVE, null);
  }

  /**
   * The time allowed.
   *
   * @return more than zero
   */
  public Duration duration() {
    return Duration.ofNanos(nanos);
  }

  long nanos() {
    return nanos;
  }

  /** Whether it is one that somebody has set. */
  boolean isSet() {
    return this != NONE;
  }

  boolean isTotal() {
    return total;
  }

  Mode mode() {
    return mode;
  }

  @Nullable Executor executor() {
    return executor;
  }

  @Override
  public String name() {
    return total ? "total-timeout" : "timeout";
  }

  @Override
  public Position position() {
    return total ? Position.TOTAL_TIMEOUT : Position.TIMEOUT;
  }

  @Override
  public String toString() {
    String how = switch (mode) {
      case INTERRUPT, OBSERVED -> "";
      case DETACHED -> ", detached";
      case COOPERATIVE -> ", cooperative";
    };
    return name() + "(" + Text.duration(nanos) + how + ")";
  }
}
