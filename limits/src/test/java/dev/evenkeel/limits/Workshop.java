package dev.evenkeel.limits;

import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ScriptedCall;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A dependency in virtual time: some servers, one queue in front of them, exponential service times
 * and arrivals. What a limit refuses does not enter. The ideal limit is the number of servers.
 */
final class Workshop {

  private static final double SECOND = 1e9;

  /** Admits and settles: a gate of ours, or a formula of others. */
  interface Limiter {
    long admit(ScriptedCall call, long nowNanos);

    void settle(ScriptedCall call, long permit, Verdict verdict, long nowNanos);

    double limit();
  }

  static Limiter of(AdaptiveLimit gate) {
    return new Limiter() {
      @Override
      public long admit(ScriptedCall call, long nowNanos) {
        return gate.admit(call, nowNanos);
      }

      @Override
      public void settle(ScriptedCall call, long permit, Verdict verdict, long nowNanos) {
        gate.settle(call, permit, verdict, nowNanos);
      }

      @Override
      public double limit() {
        return gate.limit();
      }
    };
  }

  private record Job(ScriptedCall call, long permit, long arrived) {}

  private record Ending(long at, Job job) {}

  /** What happened in one run. */
  static final class Figures {
    int offered;
    int done;
    int timeouts;
    double latencySum;
    double limitSum;
    int limitSamples;
    double limitMax;

    double meanMillis() {
      return latencySum / Math.max(1, done) / 1e6;
    }

    double meanLimit() {
      return limitSum / Math.max(1, limitSamples);
    }

    @Override
    public String toString() {
      return String.format(
          java.util.Locale.ROOT,
          "offered %d, done %d, timeouts %d, mean latency %.0f ms, limit mean %.1f, max %.0f",
          offered,
          done,
          timeouts,
          meanMillis(),
          meanLimit(),
          limitMax);
    }
  }

  private final Limiter limiter;
  private final SplittableRandom random;
  private final PriorityQueue<Ending> busy =
      new PriorityQueue<>((one, other) -> Long.signum(one.at() - other.at()));
  private final ArrayDeque<Job> queue = new ArrayDeque<>();
  private long now;
  int servers;
  double serviceMillis;
  double timeoutMillis = Double.MAX_VALUE;

  Workshop(Limiter limiter, int servers, double serviceMillis, long start, long seed) {
    this.limiter = limiter;
    this.servers = servers;
    this.serviceMillis = serviceMillis;
    this.now = start;
    this.random = new SplittableRandom(seed);
  }

  double capacityPerSecond() {
    return servers * 1_000 / serviceMillis;
  }

  /** Offers calls at a rate, for some time. */
  Figures run(double perSecond, double seconds) {
    Figures figures = new Figures();
    long end = now + (long) (seconds * SECOND);
    long arrival = now + exponential(SECOND / perSecond);
    long sample = now;
    for (; ; ) {
      boolean ending = !busy.isEmpty() && busy.peek().at() - arrival < 0;
      long next = ending ? busy.peek().at() : arrival;
      if (next - end >= 0) {
        now = end;
        return figures;
      }
      now = next;
      if (now - sample >= 0) {
        sample += (long) (SECOND / 10);
        figures.limitSum += limiter.limit();
        figures.limitSamples++;
        figures.limitMax = Math.max(figures.limitMax, limiter.limit());
      }
      if (ending) {
        end(busy.poll().job(), figures);
      } else {
        arrive(figures);
        arrival = now + exponential(SECOND / perSecond);
      }
      while (busy.size() < servers && !queue.isEmpty()) {
        busy.add(new Ending(now + exponential(serviceMillis * 1e6), queue.poll()));
      }
    }
  }

  private void arrive(Figures figures) {
    figures.offered++;
    ScriptedCall call = new ScriptedCall(0).started(now);
    long permit = limiter.admit(call, now);
    if (permit >= 0) {
      queue.add(new Job(call, permit, now));
    }
  }

  /** A call that took too long was given up by its caller then; told late, but no better for it. */
  private void end(Job job, Figures figures) {
    long latency = now - job.arrived();
    if (latency > timeoutMillis * 1e6) {
      figures.timeouts++;
      limiter.settle(
          job.call().failed(new java.io.IOException("late")), job.permit(), Verdict.TIMEOUT, now);
    } else {
      figures.done++;
      figures.latencySum += latency;
      limiter.settle(job.call().succeeded("ok"), job.permit(), Verdict.SUCCESS, now);
    }
  }

  private long exponential(double mean) {
    return Math.max(1, (long) (-mean * Math.log(1 - random.nextDouble())));
  }
}
