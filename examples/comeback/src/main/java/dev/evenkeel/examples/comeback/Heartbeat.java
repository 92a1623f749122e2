package dev.evenkeel.examples.comeback;

import java.util.List;

/**
 * When a process's reports came in, one for each bin. A process that stood still is silent, and
 * then sends several at once. Times are in seconds after the users began to come.
 *
 * @param who the process, for people
 * @param fromSeconds since when it is expected to report
 * @param toSeconds until when
 * @param atSeconds when it did, in order
 */
record Heartbeat(String who, double fromSeconds, double toSeconds, List<Double> atSeconds) {

  Heartbeat {
    atSeconds = List.copyOf(atSeconds);
  }

  /** The longest time without a report. */
  double longestSilence() {
    double last = fromSeconds;
    double longest = 0;
    for (double at : atSeconds) {
      if (at > last && at < toSeconds) {
        longest = Math.max(longest, at - last);
        last = at;
      }
    }
    return Math.max(longest, toSeconds - last);
  }
}
