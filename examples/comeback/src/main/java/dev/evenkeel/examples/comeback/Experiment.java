package dev.evenkeel.examples.comeback;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs all pairs side by side through start, outage and return. */
final class Experiment {

  private final Settings settings;
  private final Progress progress;

  Experiment(Settings settings, Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Takes minutes; when it returns or throws, all processes it started have ended.
   *
   * @throws InvalidRunException if what was seen says nothing about the contestants
   */
  List<Recording> run() throws IOException, InterruptedException {
    try (ChildProcesses processes = new ChildProcesses()) {
      List<Pair> pairs = start(processes);
      warmUp(pairs);
      killServices(pairs);
      restartServices(pairs);
      watch(pairs);
      return checked(pairs);
    } finally {
      progress.end();
    }
  }

  private List<Pair> start(ChildProcesses processes) throws IOException, InterruptedException {
    progress.phase("starting three services and three fleets");
    List<Pair> pairs = new ArrayList<>();
    for (Contestant contestant : Contestant.values()) {
      pairs.add(Pair.start(contestant, settings, processes));
    }
    for (Pair pair : pairs) {
      pair.awaitClient();
    }
    return List.copyOf(pairs);
  }

  private void warmUp(List<Pair> pairs) throws InterruptedException {
    progress.phase("warming up");
    pairs.forEach(Pair::go);
    long startNanos = System.nanoTime();
    double warmSeconds = Settings.seconds(
        settings.schedule().rise().plus(settings.schedule().warmUp()).plus(Settings.BIN));
    StartGate gate = new StartGate(settings);
    boolean late = false;
    double elapsed;
    List<Recording> recordings;
    StartGate.Answer answer;
    do {
      pass(Settings.BIN, () -> requireAlive(pairs));
      recordings = Pair.recordings(pairs);
      progress.show(recordings);
      elapsed = (System.nanoTime() - startNanos) / 1e9;
      answer = gate.decide(recordings, elapsed);
      if (answer == StartGate.Answer.WAIT && elapsed > warmSeconds + 1 && !late) {
        late = true;
        progress.phase("waiting until all are served 99 %");
      }
    } while (answer == StartGate.Answer.WAIT);
    if (answer == StartGate.Answer.REFUSE) {
      throw new InvalidRunException(gate.refusal(recordings, Machine.here()));
    }
  }

  private List<Recording> checked(List<Pair> pairs) {
    requireAlive(pairs);
    List<Heartbeat> heartbeats = pairs.stream().flatMap(Pair::heartbeats).toList();
    List<Recording> recordings = Pair.recordings(pairs);
    List<String> faults = RunCheck.faults(recordings, heartbeats, settings);
    if (!faults.isEmpty()) {
      throw new InvalidRunException(RunCheck.refusal(faults, Machine.here()));
    }
    return recordings;
  }

  private static void requireAlive(List<Pair> pairs) {
    pairs.forEach(Pair::requireServiceAlive);
    pairs.forEach(Pair::requireClientAlive);
  }

  private void killServices(List<Pair> pairs) throws InterruptedException {
    progress.phase("killed all three services");
    pairs.forEach(Pair::killService);
    pairs.forEach(Pair::awaitServiceEnd);
    pass(settings.schedule().outage(), () -> {
      pairs.forEach(Pair::requireClientAlive);
      progress.show(Pair.recordings(pairs));
    });
  }

  private void restartServices(List<Pair> pairs) throws IOException, InterruptedException {
    for (Pair pair : pairs) {
      pair.restartService();
    }
    for (Pair pair : pairs) {
      pair.awaitService();
    }
    progress.phase("all three services are back, cold");
  }

  private void watch(List<Pair> pairs) throws InterruptedException {
    long endNanos = System.nanoTime() + settings.schedule().observe().toNanos();
    while (endNanos - System.nanoTime() > 0) {
      pass(Settings.BIN, () -> requireAlive(pairs));
      List<Recording> recordings = Pair.recordings(pairs);
      progress.show(recordings);
      if (recordings.stream().allMatch(this::hasRecovered)) {
        return;
      }
    }
  }

  private boolean hasRecovered(Recording recording) {
    return Measures.of(recording, settings).t99Seconds().isPresent();
  }

  private static void pass(Duration time, Runnable meanwhile) throws InterruptedException {
    long endNanos = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = endNanos - System.nanoTime()) {
      TimeUnit.NANOSECONDS.sleep(Math.min(left, Settings.BIN.toNanos()));
      meanwhile.run();
    }
  }
}
