package dev.evenkeel.examples.fleet;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * Eight real processes guard one real service. It is killed and comes back cold; over a store they
 * share the processes come back as one. {@code --help} says the rest.
 */
public final class ComeBackAsOne {

  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int BAD_OPTIONS = 2;
  private static final int TOO_BUSY = 3;

  private ComeBackAsOne() {}

  /** Runs the program, and ends the JVM with its exit code. */
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
      run(options, out);
      return OK;
    } catch (Experiment.TooBusyException e) {
      err.println(e.getMessage());
      return TOO_BUSY;
    } catch (IOException | SQLException e) {
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

  private static void run(Options options, PrintStream out)
      throws IOException, SQLException, InterruptedException, Experiment.TooBusyException {
    Path folder = options.report().toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Settings settings = options.settings();
    try (Store store = Store.prepare(options.store())) {
      String how = Store.label(store.address());
      Experiment.Result result = new Experiment(settings, store.address(), out).run();
      out.println();
      out.print(result.outcome().text(how));
      if (options.quick()) {
        out.println("This was --quick: no result.");
      }
      Files.writeString(options.report(), new Picture(settings, how, result).html());
      out.println("The picture: " + options.report().toAbsolutePath());
    }
  }
}
