package dev.evenkeel.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A point in time by which work must be done, on a monotonic clock, so that setting the wall clock
 * changes nothing. Set around several calls it clips each of them: pipelines cut waits, attempts
 * and retries to what remains and start nothing once it has passed. A deadline inside another one
 * can only shorten it.
 *
 * <pre>{@code
 * Deadline.after(Duration.ofMillis(500)).run(() -> {
 *   Stock stock = inventory.call(() -> client.stock(sku));
 *   prices.run(() -> priceClient.refresh(stock));
 * });
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class Deadline {

  private final Kernel kernel;
  private final long atNanos;

  Deadline(Kernel kernel, long atNanos) {
    this.kernel = kernel;
    this.atNanos = atNanos;
  }

  /**
   * A deadline on the system's clock.
   *
   * @param timeLeft from now on: zero (already passed) to 100 years
   * @return the deadline
   */
  public static Deadline after(Duration timeLeft) {
    return after(timeLeft, Kernel.system());
  }

  /**
   * A deadline on a kernel's clock.
   *
   * @param timeLeft from now on: zero (already passed) to 100 years
   * @param kernel whose clock
   * @return the deadline
   */
  public static Deadline after(Duration timeLeft, Kernel kernel) {
    long nanos = Checks.nonNegativeNanos("timeLeft", timeLeft);
    Checks.notNull("kernel", kernel);
    return new Deadline(kernel, kernel.nanoTime() + nanos);
  }

  /**
   * The deadline in force on this thread: one that was set around this code, or that of the
   * pipeline call which runs it.
   *
   * @return the deadline; null if there is none
   */
  public static @Nullable Deadline current() {
    return CallContext.current().deadline();
  }

  /**
   * The time left.
   *
   * @return zero once it has passed
   */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, remainingNanos()));
  }

  /**
   * Whether the time is over.
   *
   * @return true from the point in time on
   */
  public boolean isExpired() {
    return remainingNanos() <= 0;
  }

  /**
   * Runs code under this deadline, or an outer one if that is sooner.
   *
   * @param <T> the type of the result
   * @param <X> what the code throws
   * @param code what to run
   * @return its result
   * @throws X as the code does
   */
  public <T extends @Nullable Object, X extends Throwable> T call(CheckedSupplier<T, X> code)
      throws X {
    return CallContext.current().withDeadline(this).call(code);
  }

  /**
   * Runs code under this deadline, or an outer one if that is sooner.
   *
   * @param <X> what the code throws
   * @param code what to run
   * @throws X as the code does
   */
  public <X extends Throwable> void run(CheckedRunnable<X> code) throws X {
    CallContext.current().withDeadline(this).run(code);
  }

  /** The earlier one of two, which may be on different clocks. */
  static Deadline earlier(@Nullable Deadline one, Deadline other) {
    return one == null || other.remainingNanos() < one.remainingNanos() ? other : one;
  }

  long remainingNanos() {
    return atNanos - kernel.nanoTime();
  }

  /** This point in time on another kernel's clock. */
  long atNanosOn(Kernel other) {
    return other == kernel ? atNanos : other.nanoTime() + remainingNanos();
  }

  /** Whose clock it is on. */
  Kernel kernel() {
    return kernel;
  }

  @Override
  public String toString() {
    return "Deadline(in " + Text.duration(remainingNanos()) + ")";
  }
}
