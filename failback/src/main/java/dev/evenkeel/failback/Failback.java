package dev.evenkeel.failback;

import dev.evenkeel.core.Checks;
import java.time.Duration;
import java.util.Locale;

/**
 * The settings of the way back: OPEN for a cool-down, PROBING with one call at a time, RAMPING with
 * a growing share of the healthy traffic, CLOSED. Immutable and thread-safe.
 */
public final class Failback {

  private final long minCooldownNanos;
  private final long maxCooldownNanos;
  private final long probeLeaseNanos;
  private final double startShare;
  private final double growthPerSecond;
  private final double additionPerSecond;
  private final long stepNanos;

  private Failback(Builder builder) {
    minCooldownNanos = builder.minCooldownNanos;
    maxCooldownNanos = builder.maxCooldownNanos;
    probeLeaseNanos = builder.probeLeaseNanos;
    startShare = builder.startShare;
    growthPerSecond = builder.growthPerSecond;
    additionPerSecond = builder.additionPerSecond;
    stepNanos = builder.stepNanos;
    if (maxCooldownNanos < minCooldownNanos) {
      throw new IllegalArgumentException("maxCooldown: " + Duration.ofNanos(maxCooldownNanos)
          + " (expected: at least minCooldown, " + Duration.ofNanos(minCooldownNanos) + ")");
    }
  }

  /**
   * The defaults.
   *
   * @return the settings
   */
  public static Failback standard() {
    return builder().build();
  }

  /**
   * A builder.
   *
   * @return with the defaults
   */
  public static Builder builder() {
    return new Builder();
  }

  long minCooldownNanos() {
    return minCooldownNanos;
  }

  long maxCooldownNanos() {
    return maxCooldownNanos;
  }

  long probeLeaseNanos() {
    return probeLeaseNanos;
  }

  double startShare() {
    return startShare;
  }

  double growthPerSecond() {
    return growthPerSecond;
  }

  double additionPerSecond() {
    return additionPerSecond;
  }

  long stepNanos() {
    return stepNanos;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "cool-down %.1f..%.1f s, ramp from %.2f",
        minCooldownNanos / 1e9,
        maxCooldownNanos / 1e9,
        startShare);
  }

  /** Builds the settings. Not thread-safe. */
  public static final class Builder {

    private long minCooldownNanos = Duration.ofSeconds(1).toNanos();
    private long maxCooldownNanos = Duration.ofSeconds(15).toNanos();
    private long probeLeaseNanos = Duration.ofSeconds(5).toNanos();
    private double startShare = 0.10;
    private double growthPerSecond = 1.5;
    private double additionPerSecond = 0.05;
    private long stepNanos = Duration.ofMillis(500).toNanos();

    private Builder() {}

    /**
     * The shortest time without calls after the dependency failed. The next one is drawn from
     * {@code U(minCooldown, 3 * previous)} (decorrelated jitter), so that many clients do not probe
     * in step.
     *
     * @param time more than zero; 1 s by default
     * @return this
     */
    public Builder minCooldown(Duration time) {
      minCooldownNanos = Checks.positiveNanos("minCooldown", time);
      return this;
    }

    /**
     * The longest time without calls. It bounds how late a return can be noticed.
     *
     * @param time at least the shortest; 15 s by default
     * @return this
     */
    public Builder maxCooldown(Duration time) {
      maxCooldownNanos = Checks.positiveNanos("maxCooldown", time);
      return this;
    }

    /**
     * How long a probe keeps others from probing. One that has not answered by then may still bring
     * good news, but no longer stands in the way of the next.
     *
     * @param time more than zero; 5 s by default
     * @return this
     */
    public Builder probeLease(Duration time) {
      probeLeaseNanos = Checks.positiveNanos("probeLease", time);
      return this;
    }

    /**
     * The share of the healthy traffic a ramp begins with.
     *
     * @param share 0.001 to 1; 0.10 by default; 0.01 if the dependency comes back very cold
     * @return this
     */
    public Builder startShare(double share) {
      startShare = Checks.range("startShare", share, 0.001, 1);
      return this;
    }

    /**
     * The factor by which the share grows in a second, up to the last level known to be good. With
     * detection delay {@code d} and growth {@code G} the queue built before the first signal is
     * {@code (G^d - 1) / ln G - d} seconds of work; keep it below half the timeout.
     *
     * @param factor 1.01 to 10; 1.5 by default
     * @return this
     */
    public Builder growthPerSecond(double factor) {
      growthPerSecond = Checks.range("growthPerSecond", factor, 1.01, 10);
      return this;
    }

    /**
     * What is added to the share in a second, above the last level known to be good.
     *
     * @param share 0.001 to 1; 0.05 by default
     * @return this
     */
    public Builder additionPerSecond(double share) {
      additionPerSecond = Checks.range("additionPerSecond", share, 0.001, 1);
      return this;
    }

    /**
     * The mean time between two decisions of the ramp; each is 30 % longer or shorter at random.
     *
     * @param time 10 ms to 1 min; 500 ms by default
     * @return this
     */
    public Builder step(Duration time) {
      long nanos = Checks.positiveNanos("step", time);
      if (nanos < 10_000_000L || nanos > 60_000_000_000L) {
        throw new IllegalArgumentException("step: " + time + " (expected: 10 ms to 1 min)");
      }
      stepNanos = nanos;
      return this;
    }

    /**
     * Builds the settings.
     *
     * @return the settings
     * @throws IllegalArgumentException if the longest cool-down is shorter than the shortest
     */
    public Failback build() {
      return new Failback(this);
    }
  }
}
