package dev.evenkeel.retry;

import dev.evenkeel.core.Checks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next attempt. {@link #fullJitter}, {@link #equalJitter} and
 * {@link #decorrelatedJitter} stay random when they have reached their cap, so that clients which
 * failed together do not come back together; {@link #withJitter} does the same to every other one.
 *
 * <p>Formulas: full, equal and decorrelated jitter as in M. Brooker, <i>Exponential Backoff And
 * Jitter</i>, AWS Architecture Blog, 2015. Immutable and thread-safe, if a function of one's own
 * is.
 */
public final class Backoff {

  /** Random bits that stand for one half: with them a wait is its mean. */
  private static final long HALF = 1L << 63;

  private static final int MOST_WAITS = 10_000;

  private final Steps steps;
  private final long capNanos;

  /** The part of each wait that chance may take away. */
  private final double jitter;

  private final String text;

  /** The wait before jitter. */
  private sealed interface Steps {}

  /** Grows by a factor and an addition with each attempt. */
  private record Growing(long baseNanos, double factor, long stepNanos) implements Steps {}

  private record Listed(List<Long> waitsNanos) implements Steps {}

  /** Grows by chance from the wait before. */
  private record Decorrelated(long baseNanos) implements Steps {}

  private record Own(DelayFunction function) implements Steps {}

  private Backoff(Steps steps, long capNanos, double jitter, String text) {
    this.steps = steps;
    this.capNanos = capNanos;
    this.jitter = jitter;
    this.text = text;
  }

  /**
   * Always the same wait. Clients that fail together come back together: for tests, single clients,
   * or {@link #withJitter}.
   *
   * @param wait more than zero
   * @return the backoff
   */
  public static Backoff fixed(Duration wait) {
    long nanos = Checks.positiveNanos("wait", wait);
    return new Backoff(new Growing(nanos, 1, 0), nanos, 0, Checks.text(wait));
  }

  /**
   * Uniform between 0 and {@code min(cap, base * 2^(attempt - 1))}. The default: it spreads the
   * most.
   *
   * @param base the bound of the first wait, more than zero
   * @param cap the bound of all waits, at least the base
   * @return the backoff
   */
  public static Backoff fullJitter(Duration base, Duration cap) {
    return exponential(base, 2, cap).withJitter(1);
  }

  /**
   * Uniform between the half and the whole of {@code min(cap, base * 2^(attempt - 1))}: never very
   * short.
   *
   * @param base the bound of the first wait, more than zero
   * @param cap the bound of all waits, at least the base
   * @return the backoff
   */
  public static Backoff equalJitter(Duration base, Duration cap) {
    return exponential(base, 2, cap).withJitter(0.5);
  }

  /**
   * Uniform between {@code base} and {@code min(cap, 3 * previous wait)}: grows by chance, not in
   * step.
   *
   * @param base the shortest wait, more than zero
   * @param cap the bound of all waits, at least the base
   * @return the backoff
   */
  public static Backoff decorrelatedJitter(Duration base, Duration cap) {
    long capNanos = cap(base, cap);
    return new Backoff(
        new Decorrelated(base.toNanos()),
        capNanos,
        0,
        Checks.text(base) + " to " + Checks.text(cap) + ", decorrelated jitter");
  }

  /**
   * {@code min(cap, base * factor^(attempt - 1))}, without jitter: see {@link #withJitter}.
   *
   * @param base the first wait, more than zero
   * @param factor how much longer each wait is than the one before, 1 to 100
   * @param cap the bound of all waits, at least the base
   * @return the backoff
   */
  public static Backoff exponential(Duration base, double factor, Duration cap) {
    long capNanos = cap(base, cap);
    Checks.range("factor", factor, 1, 100);
    return new Backoff(
        new Growing(base.toNanos(), factor, 0),
        capNanos,
        0,
        Checks.text(base) + " x " + number(factor) + " to " + Checks.text(cap));
  }

  /**
   * {@code min(cap, base + step * (attempt - 1))}, without jitter: see {@link #withJitter}.
   *
   * @param base the first wait, more than zero
   * @param step how much longer each wait is than the one before, zero or more
   * @param cap the bound of all waits, at least the base
   * @return the backoff
   */
  public static Backoff linear(Duration base, Duration step, Duration cap) {
    long capNanos = cap(base, cap);
    long stepNanos = Checks.nonNegativeNanos("step", step);
    return new Backoff(
        new Growing(base.toNanos(), 1, stepNanos),
        capNanos,
        0,
        Checks.text(base) + " + " + Checks.text(step) + " to " + Checks.text(cap));
  }

  /**
   * Waits as listed; the last one also before all later attempts. Without jitter: see
   * {@link #withJitter}.
   *
   * @param first the first wait, more than zero
   * @param next the waits after it, each more than zero, shorter or longer than the one before; at
   *     most 9,999
   * @return the backoff
   */
  public static Backoff of(Duration first, Duration... next) {
    Checks.notNull("next", next);
    Checks.range("next.length", next.length, 0, MOST_WAITS - 1);
    List<Duration> waits = new ArrayList<>(List.of(Checks.notNull("first", first)));
    for (int i = 0; i < next.length; i++) {
      waits.add(Checks.notNull("next[" + i + "]", next[i]));
    }
    List<Long> nanos =
        waits.stream().map(wait -> Checks.positiveNanos("wait", wait)).toList();
    long longest = Collections.max(nanos);
    String text = waits.stream().limit(10).map(Checks::text).collect(Collectors.joining(", "));
    return new Backoff(new Listed(nanos), longest, 0, waits.size() > 10 ? text + ", ..." : text);
  }

  /**
   * Waits as a function says, such as one that knows the failure. If it throws, or answers null or
   * a negative time, no further attempt is made and its fault is logged once.
   *
   * <pre>{@code
   * Backoff.of(
   *     (attempt, failure, result) ->
   *         failure instanceof ConnectException ? Duration.ofSeconds(1) : Duration.ofMillis(50L * attempt),
   *     Duration.ofSeconds(5));
   * }</pre>
   *
   * @param function from the attempt to the wait after it
   * @param cap the bound of all waits, more than zero: what the function answers beyond it is cut
   * @return the backoff
   */
  public static Backoff of(DelayFunction function, Duration cap) {
    Checks.notNull("function", function);
    long capNanos = Checks.positiveNanos("cap", cap);
    return new Backoff(new Own(function), capNanos, 0, "a function, up to " + Checks.text(cap));
  }

  /**
   * The same waits with jitter: each is uniform between a part of it and the whole. Takes the place
   * of what jitter there is.
   *
   * @param share how much of a wait chance may take away, 0 to 1: 1 is full jitter, 0.5 equal
   *     jitter, 0 none
   * @return a new backoff with the same cap
   * @throws IllegalStateException if this is {@link #decorrelatedJitter}, which is random already
   */
  public Backoff withJitter(double share) {
    Checks.range("share", share, 0, 1);
    if (steps instanceof Decorrelated) {
      throw new IllegalStateException(
          "withJitter: of decorrelated jitter (expected: a backoff that is not random by itself)");
    }
    return new Backoff(steps, capNanos, share, text);
  }

  private static long cap(Duration base, Duration cap) {
    Checks.positiveNanos("base", base);
    long capNanos = Checks.positiveNanos("cap", cap);
    if (cap.compareTo(base) < 0) {
      throw new IllegalArgumentException(
          "cap: " + Checks.text(cap) + " (expected: at least the base, " + Checks.text(base) + ")");
    }
    return capNanos;
  }

  /** The longest wait. */
  long capNanos() {
    return capNanos;
  }

  /** The wait after the attempt with this number. */
  long waitNanos(
      int attempt,
      @Nullable Throwable failure,
      @Nullable Object result,
      long previousWaitNanos,
      long random) {
    if (steps instanceof Decorrelated chance) {
      long previous = Math.max(chance.baseNanos, previousWaitNanos);
      long top = previous > capNanos / 3 ? capNanos : 3 * previous;
      return between(chance.baseNanos, top, random);
    }
    long whole = Math.min(capNanos, stepNanos(attempt, failure, result));
    return between(whole - (long) (jitter * whole), whole, random);
  }

  private long stepNanos(int attempt, @Nullable Throwable failure, @Nullable Object result) {
    if (steps instanceof Growing growing) {
      double grown = growing.baseNanos * StrictMath.pow(growing.factor, attempt - 1.0)
          + (double) growing.stepNanos * (attempt - 1);
      return (long) grown; // what is too much for a long becomes the greatest one
    } else if (steps instanceof Listed listed) {
      return listed.waitsNanos.get(Math.min(attempt, listed.waitsNanos.size()) - 1);
    }
    return ownNanos(((Own) steps).function.delay(attempt, failure, result));
  }

  private long ownNanos(@Nullable Duration answer) {
    Duration delay = Checks.notNull("delay", answer);
    if (delay.isNegative()) {
      throw new IllegalArgumentException(
          "delay: " + Checks.text(delay) + " (expected: zero or more)");
    }
    return delay.compareTo(Checks.MAX_DURATION) > 0 ? capNanos : delay.toNanos();
  }

  private static long between(long low, long high, long random) {
    double unit = (random >>> 11) * 0x1.0p-53;
    return low + (long) (unit * (high - low));
  }

  /** What so many waits take together in the mean; 0 if it is a function that knows. */
  long usualNanos(int waits) {
    if (steps instanceof Own) {
      return 0;
    }
    long longest = Checks.MAX_DURATION.toNanos();
    long sum = 0;
    long previous = 0;
    for (int attempt = 1; attempt <= waits && sum < longest; attempt++) {
      previous = waitNanos(attempt, null, null, previous, HALF);
      sum += previous;
    }
    return Math.min(longest, sum);
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.valueOf(value);
  }

  @Override
  public String toString() {
    if (jitter == 0) {
      return text;
    }
    return text
        + (jitter == 1
            ? ", full jitter"
            : jitter == 0.5
                ? ", equal jitter"
                : String.format(Locale.ROOT, ", %.0f %% jitter", 100 * jitter));
  }
}
