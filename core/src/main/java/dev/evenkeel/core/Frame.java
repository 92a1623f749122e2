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
class Frame extends Inheriting {

  private static final int LAYERS_EXPECTED = 8;

  /** What a platform thread leaves free behind its arrays, in longs: 128 bytes. */
  private static final int PADDING = 16;

  private final int padding;

  final CallerThread caller;

  /** Where the thread keeps it: how many calls are around the ones it is for. */
  int level;

  private @Nullable Plan plan;
  private @Nullable String key;
  private @Nullable Kernel kernel;

  /** What a blocking call calls; kept only for hedges, which call it on other threads. */
  @Nullable CheckedSupplier<?, ?> blockingCall;

  /** An asynchronous call that a layer wants to take over. */
  boolean suspended;

  /** The attempts side by side, of which this is one; null if there is but one. */
  @Nullable HedgeRace race;

  /** Whether the call itself ended with an {@code InterruptedException}. */
  boolean callInterrupted;

  /** Whether the alarm of one of several attempts side by side has set its thread's flag. */
  boolean alarmInterrupted;

  /** Whether the thread's flag was set when the alarm was armed. */
  boolean interruptedBefore;

  private boolean async;

  /** What each layer notes for this call, at its own place. */
  long[] numbers;

  int[] notes;

  @Nullable Object[] objects;

  /** Whether gates that can do without the time are asked to. */
  boolean mayBeTimeless;

  private boolean sample;

  /** Whether the listeners are told how long the call and its attempts take. */
  private boolean timed;

  private long callStartedNanos;

  /** How many layers the call is in, from the outermost on: those that are to be left. */
  int entered;

  /** An attempt that was left behind and still runs, with what is settled only at its end. */
  @Nullable LeftBehind leftBehind;

  // What CallerThread notes while the interrupting alarm is armed for this call.
  long alarm;
  long outerAlarm;

  @Nullable Kernel outerKernel;

  @Nullable Frame outerArmed;

  @Nullable Cancellable timer;

  boolean isArmed;

  boolean retryAllowed = true;

  /** Whether a {@link CallTally} is to be told yet that its first attempt has succeeded. */
  boolean plainAttempt;

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

  /**
   * Makes the frame ready for a call.
   *
   * @param inForce the plan that it is made by: that of the pipeline, or the one for calls that
   *     bring a fallback
   * @return the plan
   */
  Plan begin(Pipeline of, Plan inForce, @Nullable ContextSource context, boolean asynchronous) {
    if (plan != inForce) {
      plan = inForce;
      kernel = inForce.kernel;
      int layers = inForce.engine.depth();
      if (layers > objects.length) {
        numbers = new long[layers + padding];
        notes = new int[layers + 2 * padding];
        objects = new @Nullable Object[layers];
      }
    }
    String newKey = of.key();
    if (!Objects.equals(key, newKey)) {
      key = newKey;
    }
    async = asynchronous;
    begin(inForce.readsResults);
    boolean everyCall = inForce.hearer.timed;
    sample = !everyCall && caller.isSample(inForce.kernel);
    mayBeTimeless = !everyCall && !sample;
    beginTiming();
    entered = 0;
    attempt = 1;
    hedge = 0;
    retryAllowed = true;
    plainAttempt = false;
    inherit(context, caller.contextAround(this));
    timed = inForce.hearer.hearsEnds && !mayBeTimeless;
    if (timed) {
      callStartedNanos = now();
    }
    return inForce;
  }

  /** Makes the frame ready for one of several attempts of a call side by side. */
  void begin(Frame whole, @Nullable HedgeRace newRace, long startNanos) {
    plan = whole.plan;
    key = whole.key;
    kernel = whole.kernel;
    numbers = new long[whole.numbers.length];
    notes = whole.notes.clone();
    objects = new @Nullable Object[whole.objects.length];
    async = whole.async;
    begin(true);
    race = newRace;
    blockingCall = whole.blockingCall;
    serves(whole);
    inheritAs(whole);
    timed = true; // the time of all that is done side by side is known
    callStartedNanos = whole.callStartedNanos;
    beginTiming(whole, startNanos);
  }

  /**
   * Makes the frame ready for what the policies of an observe-only pipeline decide on a call, which
   * has just begun. They are given the time, and see results as ever.
   */
  void begin(Frame observed, Plan deciding) {
    plan = deciding;
    key = observed.key;
    kernel = observed.kernel;
    int layers = deciding.engine.depth();
    if (layers > objects.length) {
      numbers = new long[layers];
      notes = new int[layers];
      objects = new @Nullable Object[layers];
    }
    async = true; // nothing of it is done on a thread that could be kept waiting
    begin(true);
    stream = observed.stream;
    inherit(observed);
    beginTiming(observed, observed.now());
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

  /** Lets go of what the call brought. */
  void clear() {
    forget();
    endHooks();
    if (blockingCall != null) {
      blockingCall = null;
    }
    forgetAnswers();
    if (leftBehind != null) {
      leftBehind = null;
    }
  }

  /** Settles what the call holds after the engine itself has failed. */
  void abandon() {
    Plan of = plan;
    if (entered > 0 && of != null) {
      of.engine.abandon(this, 0);
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

  @Override
  Plan plan() {
    return Checks.notNull("plan", plan);
  }

  @Override
  Kernel kernel() {
    return Checks.notNull("kernel", kernel);
  }

  /** How long the call has taken, for the listeners. */
  long durationNanos() {
    return timed ? now() - callStartedNanos : PipelineListener.UNKNOWN_DURATION;
  }

  /** The attempt begins: its time is taken, if the listeners are told of it. */
  void attemptBegins() {
    if (timed) {
      now();
    }
  }

  /** How long the attempt has taken, for the listeners. */
  long attemptNanos() {
    return timed ? now() - startedNanos() : PipelineListener.UNKNOWN_DURATION;
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
    return plan().engine.refusal(this, layer);
  }

  @Override
  Timeout timeout(int layer) {
    return plan().engine.timeout(layer);
  }

  @Override
  Timeout enforcement() {
    return plan().engine.enforcement();
  }

  /** Whether the only attempt has succeeded. */
  boolean isPlain() {
    return hasSucceeded() && attempt == 1 && hedge == 0 && race == null;
  }

  @Override
  boolean isFirst() {
    return attempt == 1 && hedge == 0;
  }

  @Override
  void tellExpired(String owner) {
    plan().hearer.refused(this, owner, RefusalReason.DEADLINE);
  }

  @Override
  void tellWouldHaveTimedOut(String owner) {
    plan().decisions().timedOut(this, owner);
  }

  @Override
  void tellIgnored(long tookNanos) {
    plan().tellIgnored(tookNanos);
  }

  @Override
  boolean isEndedFromOutside() {
    return isLost() || (isArmed && caller.hasRung(this));
  }

  @Override
  void drop(@Nullable Object value) {
    plan().drop(value);
  }

  @Override
  public String pipelineName() {
    return plan().pipelineName;
  }

  @Override
  public @Nullable String key() {
    return key;
  }

  @Override
  public int weight() {
    return sample ? Sampling.CALLS_PER_SAMPLE : 1;
  }

  @Override
  public long random() {
    return kernel().random();
  }
}
