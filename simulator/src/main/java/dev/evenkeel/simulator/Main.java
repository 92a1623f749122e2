package dev.evenkeel.simulator;

import dev.evenkeel.simulator.backlog.BacklogTable;
import dev.evenkeel.simulator.fleet.FleetTable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The program: reads scenarios, runs them, and writes a table, a CSV file and a report. Run with
 * {@code --help} it says how.
 */
public final class Main {

  private static final int DONE = 0;
  private static final int BROKEN = 1;
  private static final int WRONG = 2;

  private Main() {}

  /**
   * Runs it and ends the process with its exit code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(run(List.of(args), System.out, System.err, isTerminal()));
  }

  /** A console, and one that somebody looks at: JDK 22 and newer have one all the time. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    return System.console() != null && System.getenv("TERM") != null && System.getenv("CI") == null;
  }

  /** The same without ending the process. */
  static int run(List<String> arguments, PrintStream out, PrintStream err, boolean terminal) {
    try {
      if (!arguments.isEmpty() && arguments.get(0).equals("worlds")) {
        return WorldsCommand.run(
            WorldsOptions.parse(arguments.subList(1, arguments.size())), out, err, terminal);
      }
      if (!arguments.isEmpty() && arguments.get(0).equals("fleet")) {
        TableCommand.run(arguments.subList(1, arguments.size()), FleetTable::of, out);
        return DONE;
      }
      if (!arguments.isEmpty() && arguments.get(0).equals("backlog")) {
        TableCommand.run(arguments.subList(1, arguments.size()), BacklogTable::of, out);
        return DONE;
      }
      if (!arguments.isEmpty() && arguments.get(0).equals("restart")) {
        RestartCommand.run(arguments.subList(1, arguments.size()), out);
        return DONE;
      }
      Options options = Options.parse(arguments);
      switch (options.command()) {
        case HELP -> Help.print(out);
        case LIST -> Help.list(out);
        case RUN -> simulate(options, out, err, terminal);
      }
      return DONE;
    } catch (IllegalArgumentException e) {
      err.println("error: " + e.getMessage());
      return WRONG;
    } catch (UncheckedIOException | IOException e) {
      err.println("error: " + e.getMessage());
      return BROKEN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      err.println("error: interrupted");
      return BROKEN;
    }
  }

  private static void simulate(Options options, PrintStream out, PrintStream err, boolean terminal)
      throws IOException, InterruptedException {
    List<Scenario> scenarios = new ArrayList<>();
    for (String file : options.files()) {
      Scenario scenario = ScenarioFile.read(file, options.settings());
      if (!scenario.is(Field.NEEDS, "nothing")) {
        throw new ScenarioException(file + ": needs the fleet-wide mode, which this version of the"
            + " simulator does not have (expected: needs = nothing; S11 is `restart`)");
      }
      Notes.of(scenario).forEach(note -> err.println("note: " + file + ": " + note));
      scenarios.addAll(scenario.expanded());
    }
    checkWritable("--csv", options.csv());
    checkWritable("--html", options.html());
    checkWritable("--series", options.series());
    Runner runner = new Runner(options, scenarios, new Progress(err, terminal));
    runner.run();
    List<RunResult> results = runner.results();
    ResultTable.print(out, results);
    Path csv = options.csv();
    if (csv != null) {
      Files.writeString(csv, CsvTable.of(results), StandardCharsets.UTF_8);
      out.println("CSV: " + csv);
    }
    Path series = options.series();
    if (series != null) {
      Files.writeString(series, SeriesCsv.of(runner.pictures()), StandardCharsets.UTF_8);
      out.println("Series: " + series);
    }
    Path html = options.html();
    if (html != null) {
      String page = new HtmlReport(results, runner.pictures()).page();
      Files.writeString(html, page, StandardCharsets.UTF_8);
      out.println("Report: " + html);
    }
    out.println(runner.summary());
  }

  /** Better before an hour of work than after it. */
  private static void checkWritable(String option, @org.jspecify.annotations.Nullable Path file) {
    if (file == null) {
      return;
    }
    Path parent = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || parent == null || !Files.isDirectory(parent)) {
      throw new IllegalArgumentException(
          option + ": " + file + " (expected: a file in a directory that exists)");
    }
  }
}
