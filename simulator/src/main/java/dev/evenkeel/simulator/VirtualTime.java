package dev.evenkeel.simulator;

import dev.evenkeel.core.Kernel;
import java.time.Duration;

/**
 * The time of a simulation that is not a {@link Scenario}: one kernel for all that is in it, whose
 * timers run in order, as fast as the machine can. The same seed gives the same run. One thread.
 */
public final class VirtualTime {

  private static final int FIRST_STREAM = 100;

  private final EventQueue events = new EventQueue(0);
  private final long seed;
  private final SimKernel kernel;

  /**
   * A time that stands at 0.
   *
   * @param seed of the run
   */
  public VirtualTime(long seed) {
    this(seed, Duration.ZERO);
  }

  /**
   * A time that stands at 0, in which what may block takes a while.
   *
   * @param seed of the run
   * @param blocking how long an exchange with a store takes
   */
  public VirtualTime(long seed, Duration blocking) {
    this.seed = seed;
    kernel = new SimKernel(
        events, new Chance(seed, Purpose.POLICY, 0), 0, Integer.SIZE, blocking.toNanos());
  }

  /**
   * The kernel for all that is simulated.
   *
   * @return the kernel
   */
  public Kernel kernel() {
    return kernel;
  }

  /**
   * Runs whatever is due before a point in time.
   *
   * @param end since the beginning
   */
  public void runUntil(Duration end) {
    while (events.next(end.toNanos())) {
      kernel.run((int) events.payload());
    }
  }

  /**
   * A stream of random numbers of its own, so that what draws from one does not move another.
   *
   * @param number which one
   * @return the stream
   */
  public Stream stream(int number) {
    return new Stream(new Chance(seed, FIRST_STREAM, number));
  }

  /** Random numbers. */
  public static final class Stream {

    private final Chance chance;

    private Stream(Chance chance) {
      this.chance = chance;
    }

    /**
     * A number between 0 and 1.
     *
     * @return 0 or more, less than 1
     */
    public double unit() {
      return chance.unit();
    }

    /**
     * A time that is exponentially distributed.
     *
     * @param mean the mean
     * @return nanoseconds, 0 or more
     */
    public long exponentialNanos(Duration mean) {
      return (long) (mean.toNanos() * chance.exponential());
    }
  }
}
