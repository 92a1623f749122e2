package dev.evenkeel.examples.comeback;

import java.util.List;

/**
 * What a fleet's users asked for and got in some bins.
 *
 * @param bins how many bins
 * @param asked calls users made
 * @param ok calls that ended well
 * @param failed calls that ended badly
 */
record FleetCounts(int bins, long asked, long ok, long failed) {

  /** Users come at random: so much less than what is due is still no fault of the client's. */
  private static final double TOLERATED_SHARE = 0.1;

  private static final double TOLERATED_DEVIATIONS = 4;

  static FleetCounts of(List<ClientBin> bins) {
    long asked = 0;
    long ok = 0;
    long failed = 0;
    for (ClientBin bin : bins) {
      asked += bin.asked();
      ok += bin.ok();
      failed += bin.failed();
    }
    return new FleetCounts(bins.size(), asked, ok, failed);
  }

  /** The share of the calls that ended which ended well; 0 if none ended. */
  double servedShare() {
    return ok + failed == 0 ? 0 : (double) ok / (ok + failed);
  }

  /** What was asked for as a share of what was due at this rate; 0 without bins. */
  double askedShare(double perSecond) {
    return bins == 0 ? 0 : asked / due(perSecond);
  }

  /** Whether the users came as they were to come: a client that is starved sends too few. */
  boolean asksFor(double perSecond) {
    double due = due(perSecond);
    return asked >= due * (1 - TOLERATED_SHARE) - TOLERATED_DEVIATIONS * Math.sqrt(due);
  }

  private double due(double perSecond) {
    return perSecond * bins * Settings.seconds(Settings.BIN);
  }
}
