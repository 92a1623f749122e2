package dev.evenkeel.examples.comeback;

import java.util.List;

/**
 * Time and rate in the coordinates of a panel: one scale for all panels, so that they can be
 * compared by eye. A panel has two plots on one time axis: above what users got, below, as a strip
 * with a scale of its own, what was sent.
 */
record Scale(double fromSeconds, double toSeconds, double maxRate, double maxSent) {

  static final int WIDTH = 1080;
  static final int HEIGHT = 300;
  static final int LEFT = 52;
  static final int RIGHT = WIDTH - 16;
  static final int TOP = 6;
  static final int BOTTOM = 186;
  static final int STRIP_TOP = 202;
  static final int STRIP_BOTTOM = HEIGHT - 26;

  /** Room above the capacity line for what is written into the plot. */
  private static final double HEADROOM = 1.45;

  static Scale of(List<Result> results, Settings settings) {
    double capacity = settings.service().capacityPerSecond();
    double from = 0;
    double to = 0;
    double sent = capacity;
    for (Result result : results) {
      Recording recording = result.recording();
      from = Math.min(from, -recording.returnedSeconds());
      to = Math.max(
          to,
          recording.client().size() * Settings.seconds(Settings.BIN) - recording.returnedSeconds());
      for (double perSecond : new Series(recording).perSecond(ClientBin::sent)) {
        sent = Math.max(sent, perSecond);
      }
    }
    return new Scale(from, to, capacity * HEADROOM, sent);
  }

  double x(double secondsAfterReturn) {
    double share = (secondsAfterReturn - fromSeconds) / (toSeconds - fromSeconds);
    return LEFT + Math.max(0, share) * (RIGHT - LEFT);
  }

  double y(double perSecond) {
    return BOTTOM - Math.min(1, perSecond / maxRate) * (BOTTOM - TOP);
  }

  double stripY(double perSecond) {
    return STRIP_BOTTOM - Math.min(1, perSecond / maxSent) * (STRIP_BOTTOM - STRIP_TOP);
  }
}
