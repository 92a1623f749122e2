package dev.evenkeel.core;

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
class Frame extends Timing implements CallView, ContextSource {

  private static final int LAYERS_EXPECTED = 8;

  /** What a platform thread leaves free behind its arrays, in longs: 128 bytes. */
  private static final int PADDING = 16;

  private final int padding;

  final CallerThread caller;

  /** Where the thread keeps it: how many calls are around the ones it is for. */
  int level;

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
  @Nullable HedgeRace race;

  /** Whether the call itself ended with an {@code InterruptedException}. */
  boolean callInterrupted;

  /** Whether the alarm of one of several attempts side by side has set its thread's flag. */
  boolean alarmInterrupted;

  /** Whether the thread's flag was set when the alarm was armed. */
  boolean interruptedBefore;

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

  private long callStartedNanos;

  /** How many layers the call is in, from the outermost on: those that are to be left. */
  int entered;

  /** An attempt that was left behind and still runs, with what is settled only at its end. */
  @Nullable LeftBehind leftBehind;

  /** What this attempt wants to be done when it is ended from outside; null if nothing. */
  volatile @Nullable AbortHooks hooks;

  // What CallerThread notes while the interrupting alarm is armed for this call.
  long alarm;
  long outerAlarm;

  @Nullable Kernel outerKernel;

  @Nullable Frame outerArmed;

  @Nullable Cancellable timer;

  boolean isArmed;

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
    beginTiming();
    entered = 0;
    attempt = 1;
    hedge = 0;
    retryAllowed = true;
    inherit(context);
    if (of.isTimed()) {
      callStartedNanos = now();
    }
  }

  /** Makes the frame ready for one of several attempts of a call side by side. */
  void begin(Frame whole, @Nullable HedgeRace newRace, long startNanos) {
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
    attempt = whole.attempt;
    beginTiming(whole, startNanos);
  }

  /** Its view for whoever settles a permit later than the call ends. */
  Frame copy() {
    Frame copy = new Frame(caller);
    copy.begin(this, null, startedNanos());
    copy.hedge = hedge;
    copy.take(this);
    return copy;
  }

  /** Takes over how one of several attempts side by side ended. */
  void takeOutcome(Frame one, long atNanos) {
    timeIs(atNanos);
    hedge = one.hedge;
    take(one);
    retryAllowed = one.retryAllowed;
    shareOver = one.shareOver;
  }

  private void inherit(@Nullable ContextSource context) {
    if (outer != context) {
      outer = context;
    }
    ContextSource around = caller.contextAround(this);
    if (around == null) {
      take(Criticality.CRITICAL, null);
    } else if (around instanceof Frame frame) {
      take(frame.criticality, frame.idempotencyKey);
      if (frame.hasDeadline) {
        setDeadline(
            frame.kernel() == kernel()
                ? frame.deadlineNanos
                : kernel().nanoTime() + frame.deadlineNanos - frame.kernel().nanoTime());
      }
    } else {
      CallContext given = (CallContext) around;
      take(given.criticality(), given.idempotencyKey());
      Deadline deadline = given.deadline();
      if (deadline != null) {
        setDeadline(deadline.atNanosOn(kernel()));
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
    endHooks();
    if (blockingCall != null) {
      blockingCall = null;
    }
    if (leftBehind != null) {
      leftBehind = null;
    }
  }

  /** Settles what the call holds after the engine itself has failed. */
  void abandon() {
    Pipeline of = pipeline;
    if (entered > 0 && of != null) {
      of.engine().abandon(this, 0);
    }
    clear();
  }

  /** Makes the frame ready for the next attempt. */
  void nextAttempt() {
    attempt++;
    hedge = 0;
    shareOver = false;
    leftBehind = null;
    endHooks(); // those of a listener or predicate, which belong to no attempt
    beginsAgain();
    beginAgain();
    retryAllowed = true;
  }

  @Override
  boolean isAsync() {
    return async;
  }

  Pipeline pipeline() {
    return Checks.notNull("pipeline", pipeline);
  }

  @Override
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

  @Override
  Timeout timeout(int layer) {
    return pipeline().timeout(layer);
  }

  @Override
  Timeout enforcement() {
    return pipeline().engine().enforcement();
  }

  @Override
  boolean isFirst() {
    return attempt == 1 && hedge == 0;
  }

  @Override
  void tellIgnored(long tookNanos) {
    pipeline().tellIgnored(tookNanos);
  }

  /** The attempt has ended: its hooks run no more. */
  void endHooks() {
    AbortHooks own = hooks;
    if (own != null) {
      own.end();
      hooks = null;
    }
  }

  /** What the attempt that runs wants to be done when it is ended. */
  private AbortHooks hooksOfAttempt(@Nullable Deadline deadline) {
    AbortHooks own = hooks;
    if (own == null) {
      boolean alone = enforcement().mode() == Timeout.Mode.COOPERATIVE && !async;
      own = new AbortHooks(kernel(), pipeline().faults(), alone ? deadline : null);
      hooks = own;
      if (isEndedFromOutside()) {
        own.run(); // whoever ended it has found none: those that follow run at once
      }
    }
    return own;
  }

  /** Whether the attempt is to end, but has not yet. */
  private boolean isEndedFromOutside() {
    return isLost() || (isArmed && caller.hasRung(this));
  }

  @Override
  public @Nullable Deadline deadlineInForce() {
    return hasDeadline ? new Deadline(kernel(), deadlineNanos) : null;
  }

  @Override
  void drop(@Nullable Object value) {
    pipeline().drop(value);
  }

  @Override
  public CallContext toContext() {
    Deadline deadline = deadlineInForce();
    return new CallContext(
        deadline, criticality, attempt, hedge, idempotencyKey, hooksOfAttempt(deadline));
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
