package dev.evenkeel.reactor;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound, where it is used, which locks a pipeline may meet on a thread that must not
 * block: each is held for some nanoseconds, with no code of a user's and no wait inside. Found by
 * the service loader; without BlockHound it is never loaded.
 *
 * <p>They are the lock around the sliding window by which Resilience4j decides when a breaker
 * trips, and the one around the queue of the kernel's threads.
 */
public final class ShortLocks implements BlockHoundIntegration {

  private static final String WINDOWS = "io.github.resilience4j.core.metrics.";

  /** For the service loader. */
  public ShortLocks() {}

  @Override
  public void applyTo(BlockHound.Builder builder) {
    for (String window :
        new String[] {"FixedSizeSlidingWindowMetrics", "SlidingTimeWindowMetrics"}) {
      builder.allowBlockingCallsInside(WINDOWS + window, "record");
      builder.allowBlockingCallsInside(WINDOWS + window, "getSnapshot");
    }
    builder.allowBlockingCallsInside("dev.evenkeel.core.Workers", "acquire");
  }
}
