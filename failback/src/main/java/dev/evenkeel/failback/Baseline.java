package dev.evenkeel.failback;

import dev.evenkeel.core.Checks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a dependency could do while it was healthy: successes a second, averaged over about 20 s,
 * their usual latency and the usual share of failures over about ten minutes, the most calls in
 * flight at once; and the calls a second it was offered, over about 5 s or 16 calls. Seconds in
 * which nearly as much failed as would trip the breaker teach nothing, so that an outage does not
 * pass for the normal state. Thread-safe; counting is striped, averaging is done by one thread a
 * second.
 */
public final class Baseline {

  private static final long INTERVAL_NANOS = 1_000_000_000L;
  private static final double HEALTH_SECONDS = 20;
  private static final double DEMAND_SECONDS = 5;
  private static final double DEMAND_CALLS = 16; // fewer in an average are noise
  private static final double MOST_DEMAND_SECONDS = 120;
  private static final double TEACHES = 0.8; // of the share of failures that trips
  private static final double BUSY_RATE = 1_000;
  private static final long FLAPPING_NANOS = 60_000_000_000L;
  private static final long DELAY_NANOS = 10_000_000_000L;
  private static final double GAP = 10; // times what passes between calls: nobody asked
  private static final double GAP_WEIGHT = 0.1;

  /** Longer is slow, by Resilience4j's default; a process that stood still makes any call long. */
  private static final double MOST_RETURNED_NANOS = 60e9;

  private static final double BURST_FADES = 0.98; // with each second that is looked at

  private static final double YOUNG_SECONDS = 2 * HEALTH_SECONDS; // later an average has kept up
  private static final double RISE_CALLS = 30; // fewer, and 3 sigma are chance all the same
  private static final double RISE_SIGMAS = 3; // of calls: less is chance

  private record Sample(long atNanos, CallCounts counts) {}

  private volatile Tolerance tolerance;
  private final LongAdder offered = new LongAdder();
  private final LongAdder succeeded = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder unjudged = new LongAdder();
  private final LongAdder latencyNanos = new LongAdder();
  private final AtomicLong nextSampleNanos;

  // Written by the one thread that won the sample.
  private final HealthWindows windows = new HealthWindows();
  private final Deque<Sample> latest = new ArrayDeque<>();
  private long sampledNanos;
  private double healthySeconds;
  private double demandSeconds;
  private long goodBefore; // the last sample
  private long badBefore;
  private long inFlight; // of the calls that are counted
  private long begun; // of them, until the last sample
  private final BegunCalls begunLately;
  private CallCounts held = CallCounts.NOTHING; // since most came back
  private boolean passesOver; // the second that is being counted
  private double mostInFlight;
  private Lesson lesson = Lesson.NONE;
  private boolean closedBefore;
  private long closedNanos;
  private double healthyRate;
  private volatile double demand;
  private volatile double returnedNanos;

  /**
   * Creates a memory of nothing.
   *
   * @param tolerance what the closed breaker bears
   * @param nowNanos the present time
   */
  public Baseline(Tolerance tolerance, long nowNanos) {
    this.tolerance = Checks.notNull("tolerance", tolerance);
    sampledNanos = nowNanos;
    begunLately = new BegunCalls(nowNanos);
    nextSampleNanos = new AtomicLong(nowNanos + INTERVAL_NANOS);
  }

  /**
   * A way back has ended well.
   *
   * @param nanos what successes took on it
   */
  synchronized void closed(Lesson newLesson, double nanos, long nowNanos) {
    returnedNanos = nanos;
    closedBefore = true;
    closedNanos = nowNanos;
    lesson = newLesson;
  }

  /** A call has succeeded after its ramp was given up: it was slow, and did not hang. */
  void cameBackLate(long nanos) {
    returnedNanos = Math.max(returnedNanos, Math.min((double) nanos, MOST_RETURNED_NANOS));
  }

  /** What successes took on the last way back; 0 if there was none. */
  double returnedNanos() {
    return returnedNanos;
  }

  /** What the last ramp has learned, if that was just now. */
  synchronized Lesson lesson(long nowNanos) {
    return closedBefore && nowNanos - closedNanos < FLAPPING_NANOS ? lesson : Lesson.NONE;
  }

  /**
   * The closed breaker bears something else from now on.
   *
   * @param newTolerance what
   */
  public void bears(Tolerance newTolerance) {
    tolerance = Checks.notNull("tolerance", newTolerance);
  }

  /**
   * Counting begins anew: what is in flight now is not counted when it ends, and what passed
   * meanwhile taught nothing. What is remembered stays.
   *
   * @param nowNanos the present time
   */
  public synchronized void resume(long nowNanos) {
    clear();
    sampledNanos = nowNanos;
    nextSampleNanos.set(nowNanos + INTERVAL_NANOS);
  }

  private void clear() {
    offered.reset();
    goodBefore += succeeded.sumThenReset();
    badBefore += failed.sumThenReset();
    unjudged.reset();
    latencyNanos.reset();
    inFlight = 0;
    begun = 0;
    begunLately.clear();
    held = CallCounts.NOTHING;
    passesOver = false;
  }

  /**
   * Calls were asked for.
   *
   * @param calls how many
   */
  public void onOffered(int calls) {
    offered.add(calls);
  }

  /**
   * Calls succeeded.
   *
   * @param nanos the latency of one of them
   * @param calls how many
   */
  public void onSuccess(long nanos, int calls) {
    succeeded.add(calls);
    latencyNanos.add(nanos * calls);
  }

  /**
   * Whether there are so many calls that counting and timing some of them is enough.
   *
   * @return true above 1,000 calls a second
   */
  public boolean isBusy() {
    return demand > BUSY_RATE;
  }

  /** A call failed. */
  public void onFailure() {
    failed.increment();
  }

  /** A call ended that says nothing: its caller left, or the dependency never saw it. */
  public void onUnjudged() {
    unjudged.increment();
  }

  /**
   * How many calls have succeeded while the breaker was closed.
   *
   * @return ever
   */
  public synchronized long succeededCalls() {
    return goodBefore + succeeded.sum();
  }

  /**
   * How many calls have failed while the breaker was closed.
   *
   * @return ever
   */
  public synchronized long failedCalls() {
    return badBefore + failed.sum();
  }

  /**
   * How many calls have begun since counting did.
   *
   * @param leftOut the share of those under way that does not count, 0 to 1
   * @return about so many, while calls come and go
   */
  public synchronized double begun(double leftOut) {
    long asked = offered.sum();
    long none = unjudged.sum();
    long ended = succeeded.sum() + failed.sum() + none;
    long underWay = Math.max(0, inFlight + asked - ended);
    return (double) (begun + asked - none) - leftOut * underWay;
  }

  /**
   * How many calls have begun lately.
   *
   * @param nanos in so long, up to about ten minutes
   * @param nowNanos the present time
   * @return rather too few: in whole slots of 4 s, and without the last second
   */
  public synchronized long begunWithin(double nanos, long nowNanos) {
    return begunLately.within(nanos, nowNanos);
  }

  /**
   * Takes over what an earlier process remembered, as if it had been seen over the last seconds:
   * what this one learns replaces it within a minute or two. Does nothing once something was
   * learned here. What is asked for is not taken over: that is of now.
   *
   * @param earlier what was remembered; without effect if it has no rate
   */
  public synchronized void recall(Memory earlier) {
    if (healthySeconds > 0 || !(earlier.rate() > 0)) {
      return;
    }
    healthySeconds = HEALTH_SECONDS;
    healthyRate = earlier.rate();
    windows.recall(earlier);
    if (earlier.burst() > 0) {
      mostInFlight = earlier.burst() + usualMost(healthyRate * windows.latencyNanos() / 1e9);
    }
  }

  /**
   * How long successes take.
   *
   * @return nanoseconds: in healthy times or, before anything was learned of those, of late; or on
   *     the last way back, if that is more; -1 if nothing has succeeded yet
   */
  public synchronized double usualNanos() {
    double healthy = windows.latencyNanos();
    double known = healthy > 0 ? healthy : latestNanos();
    return returnedNanos > 0 ? Math.max(returnedNanos, known) : known;
  }

  private double latestNanos() {
    long good = succeeded.sum() + held.good();
    long nanos = latencyNanos.sum() + held.nanos();
    for (Sample sample : latest) {
      good += sample.counts.good();
      nanos += sample.counts.nanos();
    }
    return good == 0 ? -1 : (double) nanos / good;
  }

  /**
   * Takes the counts into the averages when a second has passed; else does next to nothing.
   *
   * @param nowNanos the present time
   */
  public void sample(long nowNanos) {
    long next = nextSampleNanos.get();
    if (nowNanos - next >= 0 && nextSampleNanos.compareAndSet(next, nowNanos + INTERVAL_NANOS)) {
      average(nowNanos);
    }
  }

  private synchronized void average(long nowNanos) {
    double seconds = (nowNanos - sampledNanos) / 1e9;
    if (seconds <= 0) {
      return;
    }
    long fromNanos = sampledNanos;
    sampledNanos = nowNanos;
    long asked = offered.sumThenReset();
    long good = succeeded.sumThenReset();
    long bad = failed.sumThenReset();
    goodBefore += good;
    badBefore += bad;
    long none = unjudged.sumThenReset();
    long nanos = latencyNanos.sumThenReset();
    inFlight = Math.max(0, inFlight + asked - good - bad - none);
    begun += asked - none;
    begunLately.count(asked - none, fromNanos);
    demandSeconds += seconds;
    double horizon = demandHorizonSeconds(healthyRate);
    demand += weight(seconds, horizon, demandSeconds) * (asked / seconds - demand);
    learnOld(nowNanos);
    if (passesOver) {
      passesOver = false;
      return;
    }
    held = held.plus(new CallCounts(seconds, asked - none, good, bad, nanos, inFlight));
    if (!held.cameBack()) {
      return; // most are under way: a burst is judged when it is over
    }
    boolean bears = held.bad() <= TEACHES * tolerance.failureShare() * (held.good() + held.bad());
    if (held.good() > 0 && bears) {
      latest.addLast(new Sample(nowNanos, held));
    }
    held = CallCounts.NOTHING;
  }

  private void learnOld(long nowNanos) {
    for (Sample oldest = latest.peekFirst();
        oldest != null && nowNanos - oldest.atNanos >= DELAY_NANOS;
        oldest = latest.peekFirst()) {
      latest.removeFirst();
      learn(oldest.counts);
    }
  }

  private void learn(CallCounts sample) {
    healthySeconds += sample.seconds();
    windows.add(
        sample.seconds(), (double) sample.good(), (double) sample.bad(), (double) sample.nanos());
    double weight = weight(sample.seconds(), HEALTH_SECONDS, healthySeconds);
    boolean gap = healthyRate > 0 && sample.seconds() * healthyRate > GAP * sample.good();
    healthyRate += (gap ? Math.min(weight, GAP_WEIGHT) : weight)
        * (sample.good() / sample.seconds() - healthyRate);
    mostInFlight = Math.max(BURST_FADES * mostInFlight, (double) sample.inFlight());
  }

  /**
   * The dependency has failed. Its last seconds before that were no healthy ones, even if its calls
   * succeeded: a queue may have built up, or traffic may have left. They teach nothing, unless
   * there are no others; or the memory is young, traffic has risen, and calls took no longer and
   * failed no more often than before: then the dependency bore that.
   */
  public synchronized void forgetLatest() {
    if (healthySeconds == 0) {
      latest.forEach(sample -> learn(sample.counts));
    } else if (healthySeconds < YOUNG_SECONDS) {
      learnRise();
    }
    latest.clear();
    held = CallCounts.NOTHING;
  }

  /**
   * A process that has just started and has had its full load for seconds, as after a deployment.
   */
  private void learnRise() {
    double usualNanos = windows.latencyNanos();
    double usualShare = windows.failureShare();
    double seconds = 0;
    double good = 0;
    for (Sample sample : latest) {
      if (sample.counts.isUsual(usualNanos, usualShare)) {
        seconds += sample.counts.seconds();
        good += (double) sample.counts.good();
      }
    }
    double expected = healthyRate * seconds;
    if (good >= RISE_CALLS && good > expected + RISE_SIGMAS * Math.sqrt(expected)) {
      healthyRate = good / seconds;
    }
  }

  /**
   * Nor does the second that is being counted teach anything. Whoever comes back alone counts it
   * together with all that it refuses, which teaches nothing anyway; a fleet's member is asked for
   * its memory before that, and calls that hung when the dependency failed would be a burst that it
   * bore.
   */
  public synchronized void passOver() {
    passesOver = true;
  }

  /**
   * Over how long to average what is asked for; with few calls a short average is mostly chance.
   */
  static double demandHorizonSeconds(double healthyRate) {
    double forCalls = healthyRate > 0 ? DEMAND_CALLS / healthyRate : 0;
    return Math.max(DEMAND_SECONDS, Math.min(MOST_DEMAND_SECONDS, forCalls));
  }

  /** An exponential average by elapsed time; a plain mean while it is young. */
  private static double weight(double seconds, double horizon, double age) {
    return Math.max(1 - StrictMath.exp(-seconds / horizon), Math.min(1, seconds / age));
  }

  /**
   * What is remembered.
   *
   * @return as of the last second that was counted
   */
  public synchronized Memory memory() {
    double latency = windows.latencyNanos();
    double steady = healthyRate * latency / 1e9;
    return new Memory(
        healthyRate,
        latency,
        windows.failureShare(),
        Math.max(0, mostInFlight - usualMost(steady)),
        demand);
  }

  /** In flight at once, of a steady load. */
  private static double usualMost(double steady) {
    return steady + 4 * Math.sqrt(steady) + 3;
  }
}
