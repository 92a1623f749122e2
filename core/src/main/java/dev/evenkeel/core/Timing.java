package dev.evenkeel.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time of a call: when it began, its deadline and whose that is, and what it says about the
 * dependency that this passed. A part of the call's {@link Frame}.
 *
 * <p>One rule says whose time was over. The deadline in force is that of whoever set it: one of
 * this pipeline's timeouts, or the caller, who may be a pipeline around this one. When it has
 * passed, an attempt that failed has failed because of it, whatever it threw, for layers inside and
 * clients see it too and may be quicker than our alarm; when it has not, a deadline or timeout that
 * an attempt reports is one of its own. And one rule says what it is evidence of: a timeout of this
 * pipeline's for one attempt that passed is evidence. If a shorter time was in force, it is
 * evidence if the attempt had a fair chance, which is half of its own timeout. What this process
 * stood still counts for neither.
 */
abstract class Timing extends Outcome {

  /** Stands for the caller, where the place of a layer is noted. */
  static final int CALLER = -1;

  /** An alarm that rings so late says that the process stood still, if its kernel does not. */
  private static final long MUCH_TOO_LATE_NANOS = 1_000_000_000;

  /** Clients take their timeouts in milliseconds, and round the time that is left. */
  private static final long CLIENTS_NANOS = 1_000_000;

  /** From so much on a call that comes back late has ignored its interrupt. */
  private static final long IGNORED_NANOS = 100_000_000;

  private boolean timeKnown;
  private boolean startKnown;
  private long nowNanos;
  private long startedNanos;

  boolean hasDeadline;
  long deadlineNanos;

  /** The place of the timeout layer that set the deadline; {@link #CALLER} if the caller did. */
  int deadlineOwner;

  /** This attempt's part of the deadline; null if it has all of it. */
  private @Nullable Share share;

  /** Whether the attempt was ended because its share was over, and not the deadline itself. */
  boolean shareOver;

  /**
   * A part of the deadline.
   *
   * @param atNanos when it ends
   * @param nanos how long it is
   * @param wholeNanos when the whole deadline is
   */
  private record Share(long atNanos, long nanos, long wholeNanos) {}

  abstract Kernel kernel();

  /** One of this pipeline's timeouts. */
  abstract Timeout timeout(int layer);

  /**
   * How an attempt is ended, and how long it may take; that of a pipeline without a timeout too.
   */
  abstract Timeout enforcement();

  abstract boolean isAsync();

  /** Whether this is the first attempt, with none beside it, so that it has all the time. */
  abstract boolean isFirst();

  final void beginTiming() {
    timeKnown = false;
    startKnown = false;
    shareOver = false;
    if (share != null) {
      share = null; // of a call in which the engine failed
    }
    hasDeadline = false;
    deadlineOwner = CALLER;
  }

  /** Takes over the time of a call for one of its attempts side by side, which begins now. */
  final void beginTiming(Timing whole, long startNanos) {
    hasDeadline = whole.hasDeadline;
    deadlineNanos = whole.deadlineNanos;
    deadlineOwner = whole.deadlineOwner;
    share = whole.share;
    timeKnown = true;
    startKnown = true;
    nowNanos = startNanos;
    startedNanos = startNanos;
  }

  final void setDeadline(long atNanos) {
    hasDeadline = true;
    deadlineNanos = atNanos;
  }

  /** Time has passed: the next one who asks for it reads the clock. */
  final void timePassed() {
    timeKnown = false;
  }

  final void timeIs(long atNanos) {
    timeKnown = true;
    nowNanos = atNanos;
  }

  /** The attempt begins only now: what was waited for before is not its own. */
  final void beginsNow() {
    timeKnown = false;
    startKnown = false;
    now();
  }

  /** Another attempt of the call begins. */
  final void beginsAgain() {
    timeKnown = false;
    startKnown = false;
  }

  /** The attempt began then: it had to wait for a thread. */
  final void beganAt(long atNanos) {
    startedNanos = atNanos;
  }

  /** The time of the last event of this call; the clock is read when it is first asked for. */
  final long now() {
    if (!timeKnown) {
      timeKnown = true;
      nowNanos = kernel().nanoTime();
      if (!startKnown) {
        startKnown = true;
        startedNanos = nowNanos;
      }
    }
    return nowNanos;
  }

  /** When this attempt began; to be asked for on the way in. */
  final long attemptStartedNanos() {
    now();
    return startedNanos;
  }

  /**
   * When this attempt began, as gates see it.
   *
   * @return nanoseconds on the kernel's clock
   */
  public final long startedNanos() {
    if (!startKnown) {
      now();
    }
    return startedNanos + stoodStillNanos(nowNanos); // so it is in no latency
  }

  /** Leaves this attempt only a part of the time, so that some remains for those after it. */
  final void splitDeadline(int attemptsLeft) {
    if (hasDeadline && attemptsLeft > 1) {
      long nanos = (deadlineNanos - now()) / attemptsLeft;
      share = new Share(now() + nanos, nanos, deadlineNanos);
      deadlineNanos = now() + nanos;
    }
  }

  /** Gives the attempts after this one the whole of what remains. */
  final void endShare() {
    Share over = share;
    if (over != null) {
      deadlineNanos = over.wholeNanos;
      share = null;
    }
  }

  /** The deadline that another one is this attempt's part of; that one itself if it is none. */
  final long undivided(long atNanos) {
    Share part = share;
    return part != null && part.atNanos == atNanos ? part.wholeNanos : atNanos;
  }

  /** Whether the time is over before anything has begun. */
  final boolean isExpired() {
    return hasDeadline && deadlineNanos - now() <= 0 && isEnforced();
  }

  /** Whether a deadline ends calls here: not in an observe-only pipeline. */
  final boolean isEnforced() {
    return enforcement().mode() != Timeout.Mode.OBSERVED;
  }

  /**
   * Whether the time was over when the attempt ended, even without what this process stood still.
   */
  final boolean isOver() {
    return hasDeadline && now() - stoodStillNanos(now()) - deadlineNanos >= 0 && isEnforced();
  }

  /**
   * As {@link #isOver}, for attempts that no alarm watches over. The system's kernel often knows
   * without a look at the clock.
   */
  final boolean isOverUnwatched() {
    return hasDeadline
        && !(kernel() instanceof SystemKernel system && system.alarms().isBefore(deadlineNanos))
        && isOver();
  }

  /** The attempt has failed, and no alarm has rung. */
  final void ended(Throwable failure, boolean interruptedFromOutside) {
    if (interruptedFromOutside) {
      end(Verdict.CANCELLED, failure);
    } else if (hasDeadline
        && !(failure instanceof Error)
        && deadlineNanos - toleranceNanos() - now() <= 0
        && isEnforced()) {
      timedOut(failure, now());
    } else {
      failed(failure);
    }
  }

  /** A call that must obey the deadline by itself does so by a client's timeout. */
  private long toleranceNanos() {
    return enforcement().mode() == Timeout.Mode.COOPERATIVE ? CLIENTS_NANOS : 0;
  }

  /** The deadline passed before the attempt began. */
  final PipelineException expired() {
    PipelineException exception = overdue(false, null, 0);
    end(Verdict.REFUSED, exception);
    Timeout owner = deadlineOwner();
    tellExpired(owner == null ? "deadline" : owner.name());
    return exception;
  }

  /**
   * The deadline passed while the attempt ran.
   *
   * @param cause what it threw; null if it has not ended, or returned
   * @param rangNanos when that was noticed
   */
  final PipelineException timedOut(@Nullable Throwable cause, long rangNanos) {
    shareOver = isCutToShare();
    PipelineException exception = overdue(true, cause, ignoredNanos());
    end(isEvidence(rangNanos) ? Verdict.TIMEOUT : Verdict.CANCELLED, exception);
    return exception;
  }

  private boolean isEvidence(long rangNanos) {
    long needed = fairNanos();
    if (needed < 0) {
      return false;
    }
    long still = stoodStillNanos(rangNanos);
    boolean rangInTime =
        still > 0 || rangNanos - deadlineNanos < Math.max(MUCH_TOO_LATE_NANOS, needed);
    return rangInTime && rangNanos - startedNanos - still >= needed;
  }

  /** What a fair chance is; less than 0 if no time of this pipeline's says so. */
  private long fairNanos() {
    Timeout owner = deadlineOwner();
    if (owner != null && !owner.isTotal()) {
      return owner.nanos() / 2;
    }
    if (enforcement().isSet()) {
      return enforcement().nanos() / 2;
    }
    return owner != null && isFirst() ? (deadlineNanos - startedNanos) / 2 : -1;
  }

  /** The call has ended after the deadline, which was not in force. */
  final void wouldHaveTimedOut() {
    Timeout owner = deadlineOwner();
    tellWouldHaveTimedOut(owner == null ? "deadline" : owner.name());
    timedOut(failure(), deadlineNanos);
  }

  private long stoodStillNanos(long untilNanos) {
    Standstill last = kernel().standstill(untilNanos);
    return last == null ? 0 : last.nanosWithin(startedNanos, untilNanos);
  }

  /** How long the call took, if it came back so late that it has ignored its interrupt; else 0. */
  private long ignoredNanos() {
    boolean ignored = !isAsync()
        && enforcement().mode() == Timeout.Mode.INTERRUPT
        && now() - stoodStillNanos(now()) - deadlineNanos >= IGNORED_NANOS;
    return ignored ? now() - startedNanos : 0;
  }

  /** Whether the deadline in force is this attempt's share, and not a timeout of its own. */
  private boolean isCutToShare() {
    Share part = share;
    Timeout owner = deadlineOwner();
    return part != null && deadlineNanos == part.atNanos && (owner == null || owner.isTotal());
  }

  /** Whose timeout set the deadline; null if the caller brought it. */
  private @Nullable Timeout deadlineOwner() {
    return deadlineOwner == CALLER ? null : timeout(deadlineOwner);
  }

  private PipelineException overdue(boolean started, @Nullable Throwable cause, long tookNanos) {
    Timeout owner = deadlineOwner();
    Share part = share;
    if (tookNanos > 0) {
      tellIgnored(tookNanos);
    }
    if (part != null && isCutToShare()) {
      return new CallTimeoutException(
          pipelineName(), "retry", Duration.ofNanos(part.nanos), tookNanos, cause);
    }
    return owner == null
        ? new DeadlineExceededException(pipelineName(), started, tookNanos, cause)
        : new CallTimeoutException(
            pipelineName(), owner.name(), owner.duration(), tookNanos, cause);
  }

  /** A call or attempt was not begun, for its time was over. */
  abstract void tellExpired(String owner);

  /** A call that its pipeline only observes was not ended when its time was over. */
  abstract void tellWouldHaveTimedOut(String owner);

  /** A call came back late because it ignored its interrupt. */
  abstract void tellIgnored(long tookNanos);
}
