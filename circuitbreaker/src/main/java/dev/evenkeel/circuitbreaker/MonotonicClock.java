package dev.evenkeel.circuitbreaker;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Shows Resilience4j the monotonic time the gate was given, counted from the breaker's beginning,
 * where it would otherwise read the wall clock.
 */
final class MonotonicClock extends Clock {

  private final long originNanos;
  private volatile long nowNanos;

  MonotonicClock(long originNanos, long nowNanos) {
    this.originNanos = originNanos;
    this.nowNanos = nowNanos;
  }

  void set(long newNowNanos) {
    nowNanos = newNowNanos;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochSecond(0, nowNanos - originNanos);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
