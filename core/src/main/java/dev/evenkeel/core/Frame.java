package dev.evenkeel.core;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that belongs to one call. Confined to one thread at a time; a thread keeps it for its next
 * call, unless the call turned out to be truly asynchronous: such a call keeps its frame and hands
 * it on through the atomic state of its attempts.
 *
 * <p>A frame that is kept is an old object, and the collectors make writing a reference into an old
 * object dear. So the way of a call that succeeds writes none: what is noted is a number, or is
 * there already, and the result is kept only if a layer wants to see it.
 */
class Frame extends Outcome implements CallView, ContextSource {

  /** An alarm that rings so late says that the process stood still, if its kernel does not. */
  private static final long MUCH_TOO_LATE_NANOS = 1_000_000_000;

  private static final int LAYERS_EXPECTED = 8;

  /** What a platform thread leaves free behind its arrays, in longs: 128 bytes. */
  private static final int PADDING = 16;

  private final int padding;

  /** Stands for the caller, where the place of a layer is noted. */
  static final int CALLER = -1;

  final CallerThread caller;

  private @Nullable Pipeline pipeline;
  private @Nullable Kernel kernel;

  /** The context that was set when the call began, to tell whether another one was set within. */
  private @Nullable ContextSource outer;

  /** What a blocking call calls; kept only for hedges, which call it on other threads. */
  @Nullable CheckedSupplier<?, ?> blockingCall;

  /** An asynchronous call that a layer wants to take over. */
  boolean suspended;

  /** Which one of the attempts side by side this is: 0 for the first. */
  int hedge;

  /** The attempts side by side, of which this is one; null if there is but one. */
  private @Nullable HedgeRace race;

  /** Whether the call itself ended with an {@code InterruptedException}. */
  boolean callInterrupted;

  /** Whether the alarm of one of several attempts side by side has set its thread's flag. */
  boolean alarmInterrupted;

  /** This attempt's part of the deadline; null if it has all of it. */
  private @Nullable Share share;

  /** Whether the attempt was ended because its share was over, and not the deadline itself. */
  boolean shareOver;

  private boolean async;
  private Criticality criticality = Criticality.CRITICAL;
  private @Nullable String idempotencyKey;

  /** What each layer notes for this call, at its own place. */
  long[] numbers;

  int[] notes;

  @Nullable Object[] objects;

  /** Whether gates that can do without the time are asked to. */
  boolean mayBeTimeless;

  private boolean sample;

  private boolean timeKnown;
  private boolean startKnown;
  private long nowNanos;
  private long callStartedNanos;
  private long startedNanos;

  boolean hasDeadline;
  long deadlineNanos;

  /** The place of the timeout layer that set the deadline; {@link #CALLER} if the caller did. */
  int deadlineOwner;

  // What CallerThread notes while the interrupting alarm is armed for this call.
  long alarm;
  long outerAlarm;

  @Nullable Kernel outerKernel;

  @Nullable Cancellable timer;

  int attempt = 1;
  boolean retryAllowed = true;

  Frame(CallerThread caller) {
    this(caller, 0);
  }

  private Frame(CallerThread caller, int padding) {
    this.caller = caller;
    this.padding = padding;
    numbers = new long[LAYERS_EXPECTED + padding];
    notes = new int[LAYERS_EXPECTED + 2 * padding];
    objects = new @Nullable Object[LAYERS_EXPECTED];
  }

  /** That of a platform thread, see {@code CallerThread}. */
  static final class Padded extends Frame {

    @SuppressWarnings("unused") // 128 bytes behind the fields of the class above
    private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16;

    Padded(CallerThread caller) {
      super(caller, PADDING);
    }
  }

  /** Makes the frame ready for a call. */
  void begin(Pipeline of, @Nullable ContextSource context, boolean asynchronous) {
    if (pipeline != of) {
      pipeline = of;
      kernel = of.kernel();
      int layers = of.depth();
      if (layers > objects.length) {
        numbers = new long[layers + padding];
        notes = new int[layers + 2 * padding];
        objects = new @Nullable Object[layers];
      }
    }
    async = asynchronous;
    begin(of.readsResults());
    sample = !of.isTimed() && caller.isSample(of.kernel());
    mayBeTimeless = !of.isTimed() && !sample;
    timeKnown = false;
    startKnown = false;
    attempt = 1;
    hedge = 0;
    shareOver = false;
    retryAllowed = true;
    inherit(context);
    if (of.isTimed()) {
      callStartedNanos = now();
    }
  }

  /** Makes the frame ready for one of several attempts of a call side by side. */
  void begin(Frame whole, HedgeRace newRace, long startNanos) {
    pipeline = whole.pipeline;
    kernel = whole.kernel;
    numbers = new long[whole.numbers.length];
    notes = whole.notes.clone();
    objects = new @Nullable Object[whole.objects.length];
    async = whole.async;
    begin(true);
    race = newRace;
    blockingCall = whole.blockingCall;
    criticality = whole.criticality;
    idempotencyKey = whole.idempotencyKey;
    callStartedNanos = whole.callStartedNanos;
    hasDeadline = whole.hasDeadline;
    deadlineNanos = whole.deadlineNanos;
    deadlineOwner = whole.deadlineOwner;
    share = whole.share;
    attempt = whole.attempt;
    timeKnown = true;
    startKnown = true;
    nowNanos = startNanos;
    startedNanos = startNanos;
  }

  /** Takes over how one of several attempts side by side ended. */
  void takeOutcome(Frame one, long atNanos) {
    timeKnown = true;
    nowNanos = atNanos;
    hedge = one.hedge;
    take(one);
    retryAllowed = one.retryAllowed;
    shareOver = one.shareOver;
  }

  /** Leaves this attempt only a part of the time, so that some remains for those after it. */
  void splitDeadline(int attemptsLeft) {
    if (hasDeadline && attemptsLeft > 1) {
      long nanos = (deadlineNanos - now()) / attemptsLeft;
      share = new Share(now() + nanos, nanos, deadlineNanos);
      deadlineNanos = now() + nanos;
    }
  }

  /** Gives the attempts after this one the whole of what remains. */
  void endShare() {
    Share over = share;
    if (over != null) {
      deadlineNanos = over.wholeNanos;
      share = null;
    }
  }

  /**
   * A part of the deadline.
   *
   * @param atNanos when it ends
   * @param nanos how long it is
   * @param wholeNanos when the whole deadline is
   */
  private record Share(long atNanos, long nanos, long wholeNanos) {}

  private void inherit(@Nullable ContextSource context) {
    hasDeadline = false;
    deadlineOwner = CALLER;
    if (outer != context) {
      outer = context;
    }
    ContextSource around = caller.contextAround(this);
    if (around == null) {
      take(Criticality.CRITICAL, null);
    } else if (around instanceof Frame frame) {
      take(frame.criticality, frame.idempotencyKey);
      if (frame.hasDeadline) {
        hasDeadline = true;
        deadlineNanos = frame.kernel() == kernel()
            ? frame.deadlineNanos
            : kernel().nanoTime() + frame.deadlineNanos - frame.kernel().nanoTime();
      }
    } else {
      CallContext given = (CallContext) around;
      take(given.criticality(), given.idempotencyKey());
      Deadline deadline = given.deadline();
      if (deadline != null) {
        hasDeadline = true;
        deadlineNanos = deadline.atNanosOn(kernel());
      }
    }
  }

  private void take(Criticality newCriticality, @Nullable String newKey) {
    if (criticality != newCriticality) {
      criticality = newCriticality;
    }
    if (!Objects.equals(idempotencyKey, newKey)) {
      idempotencyKey = newKey;
    }
  }

  /** Lets go of what the call brought. */
  void clear() {
    forget();
    if (blockingCall != null) {
      blockingCall = null;
    }
  }

  /** Makes the frame ready for the next attempt. */
  void nextAttempt() {
    attempt++;
    hedge = 0;
    shareOver = false;
    timeKnown = false;
    startKnown = false;
    beginAgain();
    retryAllowed = true;
  }

  /** Time has passed: the next one who asks for it reads the clock. */
  void timePassed() {
    timeKnown = false;
  }

  /** The attempt begins only now: what was waited for before is not its own. */
  void beginsNow() {
    timeKnown = false;
    startKnown = false;
    now();
  }

  /** The time of the last event of this call; the clock is read when it is first asked for. */
  long now() {
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
  long attemptStartedNanos() {
    now();
    return startedNanos;
  }

  boolean isAsync() {
    return async;
  }

  Pipeline pipeline() {
    return Checks.notNull("pipeline", pipeline);
  }

  Kernel kernel() {
    return Checks.notNull("kernel", kernel);
  }

  /** The context that was set when this call began. */
  @Nullable ContextSource outer() {
    return outer;
  }

  /** How long the call has taken; known for pipelines that are timed. */
  long durationNanos() {
    return now() - callStartedNanos;
  }

  @Override
  boolean isLost() {
    return race != null && race.isLostFor(this);
  }

  @Override
  RefusalReason refusalReason(int layer) {
    return Refusal.reason(numbers[layer]);
  }

  @Override
  CallRefusedException refusal(int layer) {
    return pipeline().engine().refusal(this, layer);
  }

  @Nullable HedgeRace race() {
    return race;
  }

  /** The deadline passed before the attempt began. */
  PipelineException expired() {
    PipelineException exception = overdue(false, null);
    end(Verdict.REFUSED, exception);
    return exception;
  }

  /**
   * The deadline passed while the attempt ran.
   *
   * @param rangNanos when that was noticed
   */
  PipelineException timedOut(@Nullable Throwable cause, long rangNanos) {
    shareOver = isCutToShare();
    PipelineException exception = overdue(true, cause);
    // A later attempt or a hedge that the total timeout cut short had less time than the dependency
    // may take: no evidence.
    Timeout owner = deadlineOwner();
    boolean evidence = owner != null
        && !(owner.isTotal() && (attempt > 1 || hedge > 0))
        && hadItsChance(rangNanos);
    end(evidence ? Verdict.TIMEOUT : Verdict.CANCELLED, exception);
    return exception;
  }

  /**
   * Whether the dependency had at least half of the allowed time in which this process did not
   * stand still. Without that its silence says nothing. A kernel that cannot tell is asked how late
   * the alarm was: by more than a busy machine is.
   */
  private boolean hadItsChance(long rangNanos) {
    long allowed = deadlineNanos - startedNanos;
    long still = stoodStillNanos(rangNanos);
    return still > 0
        ? 2 * (rangNanos - startedNanos - still) >= allowed
        : rangNanos - deadlineNanos < Math.max(MUCH_TOO_LATE_NANOS, allowed / 2);
  }

  /** Whether the time is over even without what this process stood still. */
  boolean isTimeOver(long endNanos) {
    return endNanos - stoodStillNanos(endNanos) - deadlineNanos >= 0;
  }

  private long stoodStillNanos(long untilNanos) {
    Standstill last = kernel().standstill(untilNanos);
    return last == null ? 0 : last.nanosWithin(startedNanos, untilNanos);
  }

  /** Whether the deadline in force is this attempt's share, and not a timeout of its own. */
  private boolean isCutToShare() {
    Share part = share;
    Timeout owner = deadlineOwner();
    return part != null && deadlineNanos == part.atNanos && (owner == null || owner.isTotal());
  }

  /** Whose timeout set the deadline; null if the caller brought it. */
  private @Nullable Timeout deadlineOwner() {
    return deadlineOwner == CALLER ? null : pipeline().timeout(deadlineOwner);
  }

  private PipelineException overdue(boolean started, @Nullable Throwable cause) {
    Timeout owner = deadlineOwner();
    Share part = share;
    if (part != null && isCutToShare()) {
      return new CallTimeoutException(pipelineName(), "retry", Duration.ofNanos(part.nanos), cause);
    }
    return owner == null
        ? new DeadlineExceededException(pipelineName(), started, cause)
        : new CallTimeoutException(pipelineName(), owner.name(), owner.duration(), cause);
  }

  @Override
  public CallContext toContext() {
    Deadline deadline = hasDeadline ? new Deadline(kernel(), deadlineNanos) : null;
    return new CallContext(deadline, criticality, attempt, hedge, idempotencyKey);
  }

  @Override
  public String pipelineName() {
    return pipeline().name();
  }

  @Override
  public @Nullable String key() {
    return pipeline().key();
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public int weight() {
    return sample ? Sampling.CALLS_PER_SAMPLE : 1;
  }

  @Override
  public int hedge() {
    return hedge;
  }

  @Override
  public @Nullable String idempotencyKey() {
    return idempotencyKey;
  }

  @Override
  public long startedNanos() {
    if (!startKnown) {
      now();
    }
    return startedNanos + stoodStillNanos(nowNanos); // so it is in no latency
  }

  @Override
  public long remainingNanos(long atNanos) {
    return hasDeadline ? deadlineNanos - atNanos : Long.MAX_VALUE;
  }

  @Override
  public Criticality criticality() {
    return criticality;
  }

  @Override
  public long random() {
    return kernel().random();
  }
}
