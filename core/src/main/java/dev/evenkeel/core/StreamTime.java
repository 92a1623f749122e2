package dev.evenkeel.core;

/**
 * The time of one attempt of a stream. The pipeline's timeouts for an attempt bound the time to the
 * first element and between two, as long as one is asked for; all other deadlines bound the whole
 * stream. What gates see as its latency is the time to the first element. Written by one thread at
 * a time; read by the timer's.
 */
final class StreamTime {

  private static final int NO_LAYER = -2;

  private final long gapNanos;
  private final int gapOwner;
  private final boolean hasWhole;
  private final int wholeOwner;

  /** Until the first element an attempt may have only its part of the time. */
  private volatile long wholeNanos;

  private final long undividedNanos;

  private final long beganNanos;
  private volatile boolean waiting;
  private volatile long sinceNanos;
  private volatile boolean wasAsked;
  private volatile boolean given;
  private long firstNanos;

  /**
   * Creates it, when the attempt begins.
   *
   * @param gapOwner the layer of the timeout between elements; less than 0 if there is none
   * @param wholeOwner as {@link Timing#deadlineOwner}
   */
  private StreamTime(
      Frame frame, long gapNanos, int gapOwner, boolean hasWhole, long wholeNanos, int wholeOwner) {
    this.gapNanos = gapNanos;
    this.gapOwner = gapOwner;
    this.hasWhole = hasWhole;
    this.wholeNanos = wholeNanos;
    this.wholeOwner = wholeOwner;
    undividedNanos = frame.undivided(wholeNanos);
    beganNanos = frame.now();
    sinceNanos = beganNanos;
  }

  /** That of an attempt of the call whose way in led through these layers. */
  static StreamTime of(Frame frame, Layer[] layers) {
    long gap = Long.MAX_VALUE;
    int gapOwner = NO_LAYER;
    boolean hasWhole = frame.hasDeadline && frame.isEnforced();
    long whole = frame.deadlineNanos;
    int wholeOwner = frame.deadlineOwner;
    for (int at = 0; at < layers.length; at++) {
      if (layers[at] instanceof TimeoutLayer layer && !layer.timeout().isTotal()) {
        if (gapOwner == NO_LAYER) { // what was in force outside of it
          hasWhole = frame.notes[at] != TimeoutLayer.NO_DEADLINE;
          whole = frame.numbers[at];
          wholeOwner = frame.notes[at];
        }
        if (layer.timeout().nanos() <= gap) {
          gap = layer.timeout().nanos();
          gapOwner = at;
        }
      }
    }
    return new StreamTime(frame, gap, gapOwner, hasWhole, whole, wholeOwner);
  }

  boolean isBounded() {
    return hasWhole || hasGap();
  }

  private boolean hasGap() {
    return gapOwner != NO_LAYER;
  }

  boolean hasGiven() {
    return given;
  }

  /** An element was asked for, and none is on its way. */
  void asked(Kernel kernel) {
    if (!waiting) {
      sinceNanos = kernel.nanoTime();
      wasAsked = true;
      waiting = true;
    }
  }

  void elementBegins(Kernel kernel) {
    waiting = false;
    if (!given) {
      firstNanos = kernel.nanoTime() - (wasAsked ? sinceNanos : beganNanos);
      wholeNanos = undividedNanos;
      given = true;
    }
  }

  /** An element has arrived. */
  void waits(Kernel kernel, boolean forNext) {
    if (forNext) {
      if (hasGap()) {
        sinceNanos = kernel.nanoTime();
      }
      waiting = true;
    }
  }

  boolean isWholeOver(long nowNanos) {
    return hasWhole && nowNanos - wholeNanos >= 0;
  }

  private boolean isGapOver(long nowNanos) {
    return hasGap() && waiting && nowNanos - sinceNanos >= gapNanos;
  }

  boolean isOver(long nowNanos) {
    return isWholeOver(nowNanos) || isGapOver(nowNanos);
  }

  /** When something may be over, if no element comes; later than now, if the whole is not over. */
  long nextLook(long nowNanos) {
    long gapEnd = (waiting ? sinceNanos : nowNanos) + gapNanos;
    if (gapEnd - nowNanos <= 0) { // asked for while an element was on its way
      gapEnd = nowNanos + gapNanos;
    }
    return hasGap() && (!hasWhole || gapEnd - wholeNanos < 0) ? gapEnd : wholeNanos;
  }

  /** The stream ended by itself, or its caller left: puts its time into the frame. */
  void ended(Frame frame) {
    if (hasGap() && waiting) {
      bind(frame, sinceNanos + gapNanos);
    } else {
      bindWhole(frame);
    }
    long now = frame.now();
    if (given) {
      frame.beganAt(now - firstNanos);
    } else {
      frame.beganAt(wasAsked ? sinceNanos : now);
    }
  }

  /** Its time was over: puts the outcome into the frame. */
  void over(Frame frame, long rangNanos) {
    boolean whole = !isGapOver(rangNanos);
    if (whole) {
      bindWhole(frame);
    } else {
      bind(frame, sinceNanos + gapNanos);
    }
    frame.beganAt(wasAsked ? sinceNanos : rangNanos);
    PipelineException exception = frame.timedOut(null, rangNanos);
    boolean unfair = !waiting || (whole && given && !frame.enforcement().isSet());
    if (unfair && frame.verdict().isEvidence()) {
      frame.end(Verdict.CANCELLED, exception); // the stream did not fail to go on
    }
  }

  /**
   * Whether it would have been ended, of a stream that was only observed and has ended by itself;
   * what would have ended it is in the frame. The time between later elements is not known.
   *
   * @param firstNanos the time to its first element
   */
  boolean wouldHaveEnded(Frame frame, long firstNanos) {
    long now = frame.now();
    frame.beganAt(now - firstNanos);
    if (hasGap() && firstNanos >= gapNanos) {
      bind(frame, now - firstNanos + gapNanos);
      return true;
    }
    bindWhole(frame);
    return isWholeOver(now);
  }

  /** Whichever is sooner; of two at the same time the inner one, as in {@link TimeoutLayer}. */
  private void bind(Frame frame, long gapEndNanos) {
    if (hasWhole && wholeNanos - gapEndNanos < 0) {
      bindWhole(frame);
    } else {
      frame.hasDeadline = true;
      frame.deadlineNanos = gapEndNanos;
      frame.deadlineOwner = gapOwner;
    }
  }

  private void bindWhole(Frame frame) {
    frame.hasDeadline = hasWhole;
    frame.deadlineNanos = wholeNanos;
    frame.deadlineOwner = hasWhole ? wholeOwner : Timing.CALLER;
  }
}
