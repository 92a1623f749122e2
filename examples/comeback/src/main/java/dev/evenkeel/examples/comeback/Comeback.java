package dev.evenkeel.examples.comeback;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Kills three real services, brings them back cold, and shows what each fleet of callers makes of
 * the return. Start here: {@code --help} says the rest.
 */
public final class Comeback {

  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int BAD_OPTIONS = 2;
  private static final int INVALID = 3;

  private Comeback() {}

  /**
   * Runs the program; ends the JVM with 0, 1 for a fault, 2 for options it does not know or 3 for a
   * run that is not valid.
   */
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
    return run(options, options::settings, out, err);
  }

  /** With settings of one's own for each run, which are counted from 1. */
  static int run(
      Options options, IntFunction<Settings> settings, PrintStream out, PrintStream err) {
    try {
      prepare(options);
      compare(options, settings, out);
      return OK;
    } catch (InvalidRunException e) {
      err.println(e.getMessage());
      return INVALID;
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

  private static void compare(Options options, IntFunction<Settings> settings, PrintStream out)
      throws IOException, InterruptedException {
    out.print(introduction(settings.apply(1)));
    List<Run> runs = new ArrayList<>();
    for (int number = 1; number <= options.runs(); number++) {
      String which = options.runs() == 1 ? "" : "run " + number + " of " + options.runs() + ": ";
      Run run = run(settings.apply(number), new Progress(out, Terminal.isThere(), which));
      runs.add(run);
      out.println();
      out.print(ResultTable.text(ResultTable.of(run.results(), run.settings().limit())));
      out.println();
      out.println(run.start());
      out.println();
    }
    if (options.quick()) {
      out.println("This was --quick, which takes any start: no result.");
      out.println();
    }
    conclude(runs, options, out);
  }

  private static Run run(Settings settings, Progress progress)
      throws IOException, InterruptedException {
    Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Machine machine = Machine.here();
    List<Recording> recordings = new Experiment(settings, progress).run();
    return new Run(at, settings, machine, Result.of(recordings, settings));
  }

  private static void conclude(List<Run> runs, Options options, PrintStream out)
      throws IOException {
    Run middle = ResultRow.middle(
        runs,
        Comparator.comparingDouble(run -> run.measuresOf(Contestant.EVENKEEL).debtSeconds()));
    if (runs.size() > 1) {
      out.println("The medians of all runs:");
      out.print(ResultTable.text(ResultTable.medians(runs, middle.settings().limit())));
      out.println();
    }
    Files.writeString(options.report(), Report.html(middle.results(), middle.settings()));
    out.println("The picture"
        + (runs.size() == 1 ? ": " : " of run " + (runs.indexOf(middle) + 1) + ": ")
        + options.report().toAbsolutePath());
    Path results = options.results();
    if (results != null) {
      ResultFolder.write(results, runs);
      out.println("The figures: " + results.toAbsolutePath());
    }
  }

  /** Better to find out now than after minutes that the results have nowhere to go. */
  private static void prepare(Options options) throws IOException {
    Path report = options.report();
    Path folder = report.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    if (Files.isDirectory(report)) {
      throw new IOException("--report: " + report + " (expected: a file, not a folder)");
    }
    Path results = options.results();
    if (results != null) {
      if (Files.exists(results) && !Files.isDirectory(results)) {
        throw new IOException("--results: " + results + " (expected: a folder, not a file)");
      }
      Files.createDirectories(results);
    }
  }

  private static String introduction(Settings settings) {
    Settings.Schedule schedule = settings.schedule();
    return Figures.format(
        "Three services, each for %.0f requests/s when warm and %.0f when just started. Each has a"
            + " fleet of %d nodes%nwhose users ask for %.0f requests/s. The load rises for %s. %s,"
            + " all three%nare killed; they return after %s, and are watched for up to %s.%n%n",
        settings.service().capacityPerSecond(),
        settings.service().capacityPerSecond() * settings.service().coldFraction(),
        settings.traffic().nodes(),
        settings.normalRate(),
        Figures.seconds(Settings.seconds(schedule.rise())),
        settings.validity().anyStart()
            ? "Soon after that"
            : "Once all have been served 99 % for "
                + Figures.seconds(Settings.seconds(settings.validity().steady())),
        Figures.seconds(Settings.seconds(schedule.outage())),
        Figures.seconds(Settings.seconds(schedule.observe())));
  }
}
