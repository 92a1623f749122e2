package dev.evenkeel.micrometer;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Verdict;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Times every call of a pipeline that is not busy, and leaves it at the engine's own sample, one
 * call in 64, when it is: the clock costs more than all the rest of a quick call. It is busy above
 * {@value #BUSY} calls a second, and no more below {@value #CALM}. Thread-safe.
 */
final class DurationSwitch {

  static final int BUSY = 1_000;
  static final int CALM = 250;

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Pipeline pipeline;
  private final PipelineMeters meters;
  private final boolean always;
  private final PipelineListener everyCall = new EveryCall();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicBoolean switching = new AtomicBoolean();
  private volatile boolean timesAll = true;
  private volatile boolean ended;
  private volatile long windowStart;
  private volatile boolean begun;

  DurationSwitch(Pipeline pipeline, PipelineMeters meters, boolean always) {
    this.pipeline = pipeline;
    this.meters = meters;
    this.always = always;
  }

  void begin() {
    pipeline.addListener(everyCall);
  }

  void end() {
    ended = true;
    boolean unused = pipeline.removeListener(everyCall);
  }

  /** Whether every call is timed. */
  boolean timesAll() {
    return timesAll;
  }

  /** A call that stands for many. */
  void onSample(long nowNanos, int weight) {
    if (!timesAll) {
      count(nowNanos, weight);
    }
  }

  private void count(long nowNanos, int weight) {
    long counted = calls.addAndGet(weight);
    if (!begun) {
      windowStart = nowNanos;
      begun = true;
      return;
    }
    long passed = nowNanos - windowStart;
    if (passed < SECOND_NANOS || !switching.compareAndSet(false, true)) {
      return;
    }
    try {
      double perSecond = (double) counted / passed * SECOND_NANOS;
      calls.set(0);
      windowStart = nowNanos;
      if (timesAll ? perSecond > BUSY && !always : perSecond < CALM) {
        timesAll = !timesAll;
        Kernel.system().execute(this::apply); // a call changes no listeners
      }
    } finally {
      switching.set(false);
    }
  }

  private synchronized void apply() {
    if (timesAll && !ended) {
      pipeline.addListener(everyCall);
    } else {
      boolean unused = pipeline.removeListener(everyCall);
    }
    if (ended) {
      boolean unused = pipeline.removeListener(everyCall);
    }
  }

  /** Has the clock read for each call. */
  private final class EveryCall implements PipelineListener {

    @Override
    public boolean wantsResults() {
      return false;
    }

    @Override
    public void onCallStart(CallView call) {
      CallMeters.timeLeft(meters, call);
    }

    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      if (call.weight() == 1) { // a sample is recorded already
        meters.callTook(verdict, durationNanos);
      }
      if (timesAll) {
        count(call.startedNanos(), 1);
      }
    }
  }
}
