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
  private final double probeShare;
  private final double startShare;
  private final double inFlightCeiling;
  private final double growthPerSecond;
  private final double additionPerSecond;
  private final long stepNanos;

  private Failback(Builder builder) {
    minCooldownNanos = builder.minCooldownNanos;
    maxCooldownNanos = builder.maxCooldownNanos;
    probeLeaseNanos = builder.probeLeaseNanos;
    probeShare = builder.probeShare;
    startShare = builder.startShare;
    inFlightCeiling = builder.inFlightCeiling;
    growthPerSecond = builder.growthPerSecond;
    additionPerSecond = builder.additionPerSecond;
    stepNanos = builder.stepNanos;
    if (maxCooldownNanos < minCooldownNanos) {
      throw new IllegalArgumentException("maxCooldown: "
          + Checks.text(Duration.ofNanos(maxCooldownNanos)) + " (expected: at least minCooldown, "
          + Checks.text(Duration.ofNanos(minCooldownNanos)) + ")");
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

  /**
   * How many probes a second the members of a fleet make together: half of {@code probeShare} of
   * their traffic, as whoever finds the dependency back tells the others.
   *
   * @param healthyRate successes a second of all of them; 0 or more
   * @return at most one in {@code minCooldown}, at least one in {@code maxCooldown}
   */
  public double probesTogether(double healthyRate) {
    return ProbePace.together(this, healthyRate);
  }

  double minCooldownNanos() {
    return minCooldownNanos;
  }

  double maxCooldownNanos() {
    return maxCooldownNanos;
  }

  long probeLeaseNanos() {
    return probeLeaseNanos;
  }

  double probeShare() {
    return probeShare;
  }

  double startShare() {
    return startShare;
  }

  double inFlightCeiling() {
    return inFlightCeiling;
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
        "probes %.1f %% of the traffic, every %.1f..%.1f s, ramp from %.2f",
        100 * probeShare,
        minCooldownNanos / 1e9,
        maxCooldownNanos / 1e9,
        startShare);
  }

  /** Builds the settings. Not thread-safe. */
  public static final class Builder {

    private long minCooldownNanos = Duration.ofMillis(100).toNanos();
    private long maxCooldownNanos = Duration.ofSeconds(15).toNanos();
    private long probeLeaseNanos = Duration.ofSeconds(5).toNanos();
    private double probeShare = 0.02;
    private double startShare = 0.25;
    private double inFlightCeiling = 2;
    private double growthPerSecond = 1.5;
    private double additionPerSecond = 0.3;
    private long stepNanos = Duration.ofMillis(200).toNanos();

    private Builder() {}

    /**
     * The shortest time between two probes, however much traffic there was.
     *
     * @param time more than zero; 100 ms by default: ten probes a second find a return soon enough
     * @return this
     */
    public Builder minCooldown(Duration time) {
      minCooldownNanos = Checks.positiveNanos("minCooldown", time);
      return this;
    }

    /**
     * The longest time between two probes, however little traffic there was. It bounds how late a
     * process with less than about 3 calls/s notices a return, at the price of a larger share of
     * probes; {@code docs/failback.md} has the curve.
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
     * Probes as a share of the traffic the dependency was used to. A process that was used to
     * {@code B} calls a second waits {@code 1 / (probeShare * B)} between two probes, 30 % longer
     * or shorter at random, and so notices a return after half of that on average. The first six
     * waits after a relapse are 0.4 of that. If more than twice as much is asked for now, or if
     * nothing is remembered, half of what is asked for stands for {@code B}.
     *
     * @param share 0.0001 to 1; 0.02 by default: a dead dependency hardly feels it, and a process
     *     with 80 calls/s notices within 0.6 s
     * @return this
     */
    public Builder probeShare(double share) {
      probeShare = Checks.range("probeShare", share, 0.0001, 1);
      return this;
    }

    /**
     * The calls in flight a ramp begins with, as a share of those in healthy times; a small process
     * begins with one call, as its probe was one. The share doubles with each step up to 1.
     *
     * @param share 0.001 to 1; 0.25 by default: fewer calls in flight than the dependency bore
     *     while healthy cannot overload it by their number, and each step below costs 0.2 s of
     *     traffic
     * @return this
     */
    public Builder startShare(double share) {
      startShare = Checks.range("startShare", share, 0.001, 1);
      return this;
    }

    /**
     * How many times the calls in flight of healthy times may be reached quickly. What waits in the
     * dependency's queue stays below this, however cold it is.
     *
     * @param multiple 1 to 10; 2 by default: enough to keep a dependency busy that had half of its
     *     capacity to spare, and with a load of 0.9 a queue of one healthy load
     * @return this
     */
    public Builder inFlightCeiling(double multiple) {
      inFlightCeiling = Checks.range("inFlightCeiling", multiple, 1, 10);
      return this;
    }

    /**
     * By how much the multiple of the calls in flight rises in a second, from 1 to the ceiling,
     * while the dependency is slower than in healthy times. Beyond the ceiling a quarter of it, or
     * up to two thirds where there are many calls to learn from, as long as the latency does not
     * rise.
     *
     * @param multiple 0.001 to 10; 0.3 by default: more would send noticeably more than a cold
     *     dependency can serve while its queue fills
     * @return this
     */
    public Builder additionPerSecond(double multiple) {
      additionPerSecond = Checks.range("additionPerSecond", multiple, 0.001, 10);
      return this;
    }

    /**
     * The factor by which the rate grows in a second after failures have cut it to what was
     * delivered. With detection delay {@code d} and growth {@code G} the excess built up before the
     * next failure shows is {@code (G^d - 1) / ln G - d} seconds of work.
     *
     * @param factor 1.01 to 10; 1.5 by default: less than 0.3 s of work for a delay of 1.2 s
     * @return this
     */
    public Builder growthPerSecond(double factor) {
      growthPerSecond = Checks.range("growthPerSecond", factor, 1.01, 10);
      return this;
    }

    /**
     * The mean time between two decisions of the ramp; each is 30 % longer or shorter at random.
     *
     * @param time 10 ms to 1 min; 200 ms by default: about the latency of a cold dependency, below
     *     which there would be nothing to learn from
     * @return this
     */
    public Builder step(Duration time) {
      long nanos = Checks.positiveNanos("step", time);
      if (nanos < 10_000_000L || nanos > 60_000_000_000L) {
        throw new IllegalArgumentException(
            "step: " + Checks.text(time) + " (expected: 10 ms to 1 min)");
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
