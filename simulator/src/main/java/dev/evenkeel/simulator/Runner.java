package dev.evenkeel.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

/** Runs every scenario with every policy and every seed, on several threads, a run on one each. */
final class Runner {

  private record Run(Scenario scenario, PolicyName policy, long seed, boolean pictured) {}

  private final List<Run> runs = new ArrayList<>();
  private final int threads;
  private final Progress progress;
  private final LongAdder runNanos = new LongAdder();
  private final List<RunResult> results = new ArrayList<>();
  private final List<Picture> pictures = new ArrayList<>();
  private double seconds;

  Runner(Options options, List<Scenario> scenarios, Progress progress) {
    this.progress = progress;
    threads = options.threads();
    for (Scenario scenario : scenarios) {
      for (PolicyName policy : options.policies()) {
        for (int i = 0; i < options.seeds(); i++) {
          boolean pictured = i == 0 && (options.html() != null || options.series() != null);
          runs.add(new Run(scenario, policy, options.firstSeed() + i, pictured));
        }
      }
    }
  }

  private record Outcome(RunResult result, List<Picture> pictures) {}

  void run() throws InterruptedException {
    long start = System.nanoTime();
    progress.begin(runs.size());
    ExecutorService pool = Executors.newFixedThreadPool(Math.min(threads, runs.size()));
    try {
      List<Callable<Outcome>> tasks = new ArrayList<>();
      for (Run run : runs) {
        tasks.add(() -> outcome(run));
      }
      for (Future<Outcome> future : pool.invokeAll(tasks)) {
        Outcome outcome = future.get();
        results.add(outcome.result);
        pictures.addAll(outcome.pictures);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a run failed: " + e.getCause(), e);
    } finally {
      pool.shutdownNow();
      progress.end();
    }
    seconds = (System.nanoTime() - start) / 1e9;
  }

  private Outcome outcome(Run run) {
    long start = System.nanoTime();
    Recorder recorder = new Simulation(run.scenario, run.policy, run.seed).run(run.pictured);
    RunResult result = Measures.of(recorder, run.policy, run.seed);
    List<Picture> picture = run.pictured ? List.of(new Picture(recorder, run.policy)) : List.of();
    runNanos.add(System.nanoTime() - start);
    progress.done();
    return new Outcome(result, picture);
  }

  /** In the order of scenarios, policies and seeds, whichever was done first. */
  List<RunResult> results() {
    return results;
  }

  List<Picture> pictures() {
    return pictures;
  }

  String summary() {
    double events = results.stream().mapToLong(RunResult::events).sum();
    return String.format(
        Locale.ROOT,
        "%d runs, %.0f million events in %.1f min; %.1f million events/s on one thread",
        results.size(),
        events / 1e6,
        seconds / 60,
        events / runNanos.sum() * 1e3);
  }
}
