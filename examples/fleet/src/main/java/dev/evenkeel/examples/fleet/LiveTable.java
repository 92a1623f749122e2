package dev.evenkeel.examples.fleet;

import java.io.Console;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How it goes while it goes: a table drawn again and again on a terminal, a line now and then
 * elsewhere.
 */
final class LiveTable {

  private static final double PLAIN_SECONDS = 5;
  private static final double DRAWN_SECONDS = 0.5;
  private static final int SMOOTHED = 8; // bins

  private final PrintStream out;
  private final Recording recording;
  private final boolean terminal = isThere();
  private String phase = "";
  private double shown = -PLAIN_SECONDS;
  private int drawn;

  LiveTable(PrintStream out, Recording recording) {
    this.out = out;
    this.recording = recording;
  }

  /** From Java 22 on there can be a console without a terminal, and a method to ask. */
  @SuppressWarnings("SystemConsoleNull") // Both answers are handled.
  private static boolean isThere() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** A line that stays. */
  synchronized void note(String line) {
    drawn = 0;
    out.println(line);
  }

  synchronized void phase(String name) {
    phase = name;
    drawn = 0;
    shown = -PLAIN_SECONDS;
    if (!terminal) {
      out.println(name);
    }
  }

  synchronized void show() {
    double now = recording.seconds();
    if (now - shown < (terminal ? DRAWN_SECONDS : PLAIN_SECONDS)) {
      return;
    }
    shown = now;
    List<Bin> last = recording.last();
    if (!terminal) {
      String states = last.stream()
          .map(bin -> String.format(Locale.ROOT, "%s %.2f", bin.kind(), bin.share()))
          .collect(Collectors.joining(" | "));
      out.println(String.format(Locale.ROOT, "%4.0f s  %s  %s", now, served(), states));
      return;
    }
    StringBuilder text = new StringBuilder();
    if (drawn > 0) {
      text.append("\033[").append(drawn).append('A');
    }
    line(text, String.format(Locale.ROOT, "%.0f s: %s, %s", now, phase, served()));
    line(text, String.format("%-8s %-8s %6s", "process", "breaker", "share"));
    for (int i = 0; i < last.size(); i++) {
      Bin bin = last.get(i);
      line(text, String.format(Locale.ROOT, "pod-%-4d %-8s %6.2f", i, bin.kind(), bin.share()));
    }
    drawn = 2 + last.size();
    out.print(text);
    out.flush();
  }

  private static void line(StringBuilder text, String line) {
    text.append("\033[K").append(line).append('\n');
  }

  private String served() {
    List<Bin> bins = recording.sums();
    List<Bin> latest = bins.subList(Math.max(0, bins.size() - SMOOTHED), bins.size());
    long asked = latest.stream().mapToLong(Bin::asked).sum();
    long ok = latest.stream().mapToLong(Bin::ok).sum();
    return "served " + (asked == 0 ? 100 : Math.min(100, 100 * ok / asked)) + " %";
  }

  void end() {
    out.flush();
  }
}
