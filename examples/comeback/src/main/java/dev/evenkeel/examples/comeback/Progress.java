package dev.evenkeel.examples.comeback;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Shows how it goes while it goes: one line drawn again and again on a terminal, now and then a
 * line elsewhere.
 */
final class Progress {

  private static final long PLAIN_LINE_NANOS = 5_000_000_000L;
  private static final int SMOOTHING_BINS = 8;

  private final PrintStream out;
  private final boolean terminal;
  private final String run;
  private final long startNanos = System.nanoTime();
  private String phase = "";
  private long shownNanos = startNanos;

  /**
   * Creates it.
   *
   * @param run which of several runs it is, to stand before each phase; empty for the only one
   */
  Progress(PrintStream out, boolean terminal, String run) {
    this.out = out;
    this.terminal = terminal;
    this.run = run;
  }

  void phase(String name) {
    phase = run + name;
    if (terminal) {
      out.print("\n");
    }
    print("");
  }

  /** Shows what the users get, as a share of what they asked for. */
  void show(List<Recording> recordings) {
    long nowNanos = System.nanoTime();
    if (terminal || nowNanos - shownNanos >= PLAIN_LINE_NANOS) {
      print(recordings.stream().map(Progress::goodput).collect(Collectors.joining("   ")));
      shownNanos = nowNanos;
    }
  }

  /** After this, anything else may be printed. */
  void end() {
    if (terminal) {
      out.println();
    }
  }

  private void print(String figures) {
    long second = (System.nanoTime() - startNanos) / 1_000_000_000L;
    String line =
        String.format(Locale.ROOT, "%d:%02d  %-40s  %s", second / 60, second % 60, phase, figures);
    if (terminal) {
      out.print("\r\033[K" + line.stripTrailing());
      out.flush();
    } else {
      out.println(line.stripTrailing());
    }
  }

  private static String goodput(Recording recording) {
    List<ClientBin> bins = recording.client();
    List<ClientBin> recent = bins.subList(Math.max(0, bins.size() - SMOOTHING_BINS), bins.size());
    long asked = recent.stream().mapToLong(ClientBin::asked).sum();
    long ok = recent.stream().mapToLong(ClientBin::ok).sum();
    return String.format(
        Locale.ROOT,
        "%s %3d %%",
        recording.contestant().shortLabel,
        asked == 0 ? 100 : Math.min(100, Math.round(100.0 * ok / asked)));
  }
}
