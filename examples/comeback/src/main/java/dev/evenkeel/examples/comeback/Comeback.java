package dev.evenkeel.examples.comeback;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Kills three real services, brings them back cold, and shows what each fleet of callers makes of
 * the return. Start here: {@code --help} says the rest.
 */
public final class Comeback {

  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int BAD_OPTIONS = 2;

  private Comeback() {}

  /** Runs the program; ends the JVM with 0, 1 for a fault or 2 for options it does not know. */
  public static void main(String[] args) {
    int exitCode = run(List.of(args), System.out, System.err);
    if (exitCode != OK) {
      System.exit(exitCode);
    }
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println();
      err.print(Options.USAGE);
      return BAD_OPTIONS;
    }
    if (options.help()) {
      out.print(Options.USAGE);
      return OK;
    }
    try {
      compare(options.settings(), options.report(), out);
      return OK;
    } catch (IOException e) {
      err.println(e);
      return FAILED;
    } catch (IllegalStateException | UncheckedIOException e) {
      err.println(e.getMessage());
      return FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
  }

  private static void compare(Settings settings, Path report, PrintStream out)
      throws IOException, InterruptedException {
    prepare(report);
    out.print(introduction(settings));
    Progress progress = new Progress(out, Terminal.isThere());
    List<Recording> recordings = new Experiment(settings, progress).run();
    List<Result> results = Result.of(recordings, settings);
    out.println();
    out.print(ResultTable.of(results, settings.limit()));
    Files.writeString(report, Report.html(results, settings));
    out.println();
    out.println("The picture: " + report.toAbsolutePath());
  }

  /** Better to find out now than after three minutes that the report has nowhere to go. */
  private static void prepare(Path report) throws IOException {
    Path folder = report.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    if (Files.isDirectory(report)) {
      throw new IOException("--report: " + report + " (expected: a file, not a folder)");
    }
  }

  private static String introduction(Settings settings) {
    Settings.Schedule schedule = settings.schedule();
    return Figures.format(
        "Three services, each for %.0f requests/s when warm and %.0f when just started. Each has a"
            + " fleet of %d nodes%nwhose users ask for %.0f requests/s. All three are killed after"
            + " %s, return after %s, and are%nwatched for up to %s.%n%n",
        settings.service().capacityPerSecond(),
        settings.service().capacityPerSecond() * settings.service().coldFraction(),
        settings.traffic().nodes(),
        settings.normalRate(),
        Figures.seconds(Settings.seconds(schedule.warmUp())),
        Figures.seconds(Settings.seconds(schedule.outage())),
        Figures.seconds(Settings.seconds(schedule.observe())));
  }
}
