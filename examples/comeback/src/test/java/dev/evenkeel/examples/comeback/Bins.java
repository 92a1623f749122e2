package dev.evenkeel.examples.comeback;

import java.util.ArrayList;
import java.util.List;

/** A fleet's reports, written by hand: 160 users a second, who get what the test says. */
final class Bins {

  static final int NORMAL = 40;
  static final int PER_SECOND = 4;

  private final List<ClientBin> bins = new ArrayList<>();

  /** Seconds in which so many of the users of each bin are answered well and the others badly. */
  Bins seconds(double seconds, int ok) {
    return seconds(seconds, NORMAL, ok, NORMAL - ok);
  }

  Bins seconds(double seconds, int asked, int ok, int failed) {
    for (int bin = 0; bin < seconds * PER_SECOND; bin++) {
      bins.add(new ClientBin(bins.size(), asked, asked, ok, failed, 0, new LatencyHistogram()));
    }
    return this;
  }

  Bins remove(int bin) {
    bins.remove(bin);
    return this;
  }

  Recording of(Contestant contestant, double killedSeconds, double returnedSeconds) {
    return new Recording(contestant, bins, List.of(), killedSeconds, returnedSeconds);
  }

  /** Before anything is killed. */
  Recording of(Contestant contestant) {
    return of(contestant, Double.NaN, Double.NaN);
  }
}
