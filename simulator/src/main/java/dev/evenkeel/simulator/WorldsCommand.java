package dev.evenkeel.simulator;

import dev.evenkeel.simulator.world.Broken;
import dev.evenkeel.simulator.world.Generator;
import dev.evenkeel.simulator.world.World;
import dev.evenkeel.simulator.world.WorldCsv;
import dev.evenkeel.simulator.world.WorldResult;
import dev.evenkeel.simulator.world.WorldSummary;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs generated worlds, judges them, and says which promises were broken. */
final class WorldsCommand {

  static final int BROKEN = 3;

  private WorldsCommand() {}

  static int run(WorldsOptions options, PrintStream out, PrintStream err, boolean terminal)
      throws IOException, InterruptedException {
    Path directory = options.out();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    long start = System.nanoTime();
    List<WorldResult> results = results(options, new Progress(err, terminal));
    double seconds = (System.nanoTime() - start) / 1e9;
    out.print(WorldSummary.of(results));
    List<WorldResult> worst = results.stream()
        .sorted(Comparator.comparingDouble(WorldResult::badness).reversed())
        .limit(options.worst())
        .toList();
    out.print(WorldSummary.worst(worst));
    if (directory != null) {
      for (WorldResult result : worst) {
        World world = result.world();
        Path file = directory.resolve("world-" + world.seed() + ".scenario");
        Files.writeString(file, world.text(WorldSummary.remark(result)), StandardCharsets.UTF_8);
      }
      out.println("Worst worlds: " + directory);
    }
    Path csv = options.csv();
    if (csv != null) {
      Files.writeString(csv, WorldCsv.of(results), StandardCharsets.UTF_8);
      out.println("CSV: " + csv);
    }
    long events = results.stream()
        .flatMap(r -> r.losses().stream())
        .mapToLong(l -> l.events())
        .sum();
    out.printf(
        Locale.ROOT,
        "%d worlds, %.0f million events in %.1f min; %.2f million events/s%n",
        results.size(),
        events / 1e6,
        seconds / 60,
        events / seconds / 1e6);
    List<Broken> broken =
        results.stream().flatMap(result -> result.broken().stream()).toList();
    return broken.isEmpty() ? 0 : BROKEN;
  }

  static List<WorldResult> results(WorldsOptions options, Progress progress)
      throws InterruptedException {
    progress.begin(options.count());
    ExecutorService pool =
        Executors.newFixedThreadPool(Math.min(options.threads(), options.count()));
    try {
      List<Callable<WorldResult>> tasks = new ArrayList<>();
      for (int i = 0; i < options.count(); i++) {
        long seed = options.firstSeed() + i;
        tasks.add(() -> {
          WorldResult result = result(seed, options.policies());
          progress.done();
          return result;
        });
      }
      List<WorldResult> results = new ArrayList<>();
      for (Future<WorldResult> future : pool.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a world failed: " + e.getCause(), e);
    } finally {
      pool.shutdownNow();
      progress.end();
    }
  }

  private static WorldResult result(long seed, List<PolicyName> others) {
    try {
      return new WorldRun(Generator.draw(seed)).result(others);
    } catch (RuntimeException e) {
      throw new IllegalStateException("world " + seed + ": " + e, e);
    }
  }
}
