package dev.evenkeel.healthcheck;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a group is, as of the moment it was asked for. Immutable.
 *
 * @param group the group
 * @param status its state
 * @param phase where the process is in its life
 * @param reason why it is not UP, for people; null if it is
 * @param guard what the {@link SharedGuard} said; null if no SHARED check of the group fails
 * @param checks the checks that bear on it, in the order they were added
 */
public record HealthSnapshot(
    Group group,
    Status status,
    Phase phase,
    @Nullable String reason,
    @Nullable String guard,
    List<CheckSnapshot> checks) {

  /**
   * Whether to answer that traffic is welcome, or that no restart is needed: 200 rather than 503.
   *
   * @return true if it is UP or DEGRADED, or UNKNOWN in a group that serves then
   */
  public boolean isServing() {
    return status.isServing() || (status == Status.UNKNOWN && group.servesWhenUnknown());
  }
}
