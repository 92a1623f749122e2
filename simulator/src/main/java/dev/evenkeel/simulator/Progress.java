package dev.evenkeel.simulator;

import java.io.PrintStream;
import java.util.Locale;

/** Tells how far it is: a bar on a terminal, a line for each tenth elsewhere. Thread-safe. */
final class Progress {

  private static final int WIDTH = 40;

  private final PrintStream out;
  private final boolean terminal;
  private int all;
  private int done;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  synchronized void begin(int runs) {
    all = runs;
    show();
  }

  synchronized void done() {
    done++;
    show();
  }

  synchronized void end() {
    if (terminal) {
      out.print("\r" + " ".repeat(WIDTH + 20) + "\r");
      out.flush();
    }
  }

  private void show() {
    if (terminal) {
      int full = WIDTH * done / Math.max(1, all);
      out.printf(
          Locale.ROOT, "\r[%s%s] %d/%d", "#".repeat(full), ".".repeat(WIDTH - full), done, all);
      out.flush();
    } else if (done * 10L / all != (done - 1) * 10L / all) {
      out.printf(Locale.ROOT, "%d of %d runs%n", done, all);
    }
  }
}
