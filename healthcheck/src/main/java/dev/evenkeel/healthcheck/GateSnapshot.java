package dev.evenkeel.healthcheck;

import dev.evenkeel.core.GateState;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a breaker without making a call. Immutable.
 *
 * @param state its state and the share of the calls it lets through
 * @param since for how long it has been in that kind of state
 * @param timeLeft until it next lets a call through to find out; null if it does or need not
 * @param refused how many calls it has refused; null if no {@link PipelineWatch} counts them
 * @param reason why it came to this state; null if no {@link PipelineWatch} heard it
 * @param history the share over the last five minutes, oldest first
 */
public record GateSnapshot(
    GateState state,
    Duration since,
    @Nullable Duration timeLeft,
    @Nullable Long refused,
    @Nullable String reason,
    List<ShareSample> history) {

  /**
   * The share at one time.
   *
   * @param ago how long ago
   * @param share of the calls that were asked for, 0 to 1
   */
  public record ShareSample(Duration ago, double share) {}
}
