package dev.evenkeel.healthcheck;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one check, as of the moment it was asked for. Immutable.
 *
 * @param name its name
 * @param kind whose fault a failure is
 * @param status its state; UNKNOWN before the first good result (or enough bad ones) and when the
 *     last one is too old
 * @param since for how long it has been that
 * @param age how old the last result is; null while nothing is settled
 * @param message why, for people; null if there is nothing to say
 * @param data the check's figures
 * @param failuresInARow how many of the last results were bad; 0 if the last was good
 * @param lastSuccess how long ago the last good result came; null if none has
 * @param cause the last failure's cause; null if none was
 * @param causeAge how long ago that was; null if none was
 * @param hung the run that does not end; null if there is none
 * @param gate the breaker it looks at; null if it looks at something else
 */
public record CheckSnapshot(
    String name,
    CheckKind kind,
    Status status,
    Duration since,
    @Nullable Duration age,
    @Nullable String message,
    Map<String, Object> data,
    int failuresInARow,
    @Nullable Duration lastSuccess,
    @Nullable Cause cause,
    @Nullable Duration causeAge,
    @Nullable Hung hung,
    @Nullable GateSnapshot gate) {

  /**
   * A run that is over its time limit and does not end. Its thread is lost until it does; no other
   * run of this check is started meanwhile, so it is one at most.
   *
   * @param threadName the thread to look for in a thread dump
   * @param running for how long
   */
  public record Hung(String threadName, Duration running) {}
}
