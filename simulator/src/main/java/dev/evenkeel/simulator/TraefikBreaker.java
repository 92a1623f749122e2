package dev.evenkeel.simulator;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Verdict;

/**
 * Traefik's circuit breaker: looks every 100 ms whether half of the last 10 s failed; then 10 s
 * nothing, then 10 s in which the admitted share rises from 0 to a half, then everything. Failing
 * again on the way starts it over.
 */
final class TraefikBreaker extends BaselineGate {

  private enum State {
    STANDBY,
    TRIPPED,
    RECOVERING
  }

  private static final long FALLBACK = 10_000_000_000L;
  private static final long RECOVERY = 10_000_000_000L;
  private static final long CHECK = 100_000_000L;
  private static final double FAILED_SHARE = 0.5;

  private final Surroundings world;
  private final int client;
  private final int shard;
  private SlidingCounts counts = new SlidingCounts(10);
  private State state = State.STANDBY;
  private long until;
  private long lastCheck;
  private int allowed;
  private int denied;

  TraefikBreaker(Surroundings world, int client, int shard) {
    super("traefik");
    this.world = world;
    this.client = client;
    this.shard = shard;
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    if (state == State.TRIPPED) {
      if (nowNanos < until) {
        return REFUSED;
      }
      state = State.RECOVERING;
      until = nowNanos + RECOVERY;
      allowed = 0;
      denied = 0;
    }
    if (state == State.RECOVERING) {
      if (nowNanos > until) {
        state = State.STANDBY;
        return 0;
      }
      double target = 0.5 * (RECOVERY - (until - nowNanos)) / RECOVERY;
      if ((allowed + 1.0) / (allowed + 1 + denied) >= target) {
        denied++;
        return REFUSED;
      }
      allowed++;
    }
    return 0;
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    counts.advance(nowNanos);
    counts.add(1, verdict == Verdict.SUCCESS ? 1 : 0);
    if (state == State.TRIPPED || nowNanos < lastCheck + CHECK) {
      return;
    }
    lastCheck = nowNanos;
    if (counts.all() - counts.good() > FAILED_SHARE * counts.all()) {
      state = State.TRIPPED;
      until = nowNanos + FALLBACK;
      counts = new SlidingCounts(10);
      counts.advance(nowNanos);
      world.tripped(client, shard);
    }
  }
}
