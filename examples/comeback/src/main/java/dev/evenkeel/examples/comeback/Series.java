package dev.evenkeel.examples.comeback;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A fleet's bins as curves: for each bin the mean rate of a window around it, for users come at
 * random and the eye wants the trend. No window reaches across the kill or the return, so nothing
 * is smeared into a time where it was not.
 */
final class Series {

  private static final double BIN_SECONDS = Settings.seconds(Settings.BIN);
  private static final int SIDE_BINS = 3;

  private final Recording recording;

  Series(Recording recording) {
    this.recording = recording;
  }

  double[] perSecond(ToLongFunction<ClientBin> count) {
    List<ClientBin> bins = recording.client();
    double[] rates = new double[bins.size()];
    for (int bin = 0; bin < rates.length; bin++) {
      long sum = 0;
      int width = 0;
      for (int near = Math.max(0, bin - SIDE_BINS);
          near <= Math.min(rates.length - 1, bin + SIDE_BINS);
          near++) {
        if (phase(near) == phase(bin)) {
          sum += count.applyAsLong(bins.get(near));
          width++;
        }
      }
      rates[bin] = sum / (width * BIN_SECONDS);
    }
    return rates;
  }

  /** The middle of a bin, in seconds after the return. */
  double time(int bin) {
    return (bin + 0.5) * BIN_SECONDS - recording.returnedSeconds();
  }

  private int phase(int bin) {
    double time = time(bin);
    if (time >= 0) {
      return 2;
    }
    return time < recording.killedSeconds() - recording.returnedSeconds() ? 0 : 1;
  }
}
