package dev.evenkeel.examples.comeback;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One life of a service process, as the parent sees it. */
final class RunningService {

  private final ChildProcess process;
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final List<ServiceBin> bins = new ArrayList<>();
  private final List<Long> arrivalNanos = new ArrayList<>();
  private volatile long listeningNanos;

  RunningService(ChildProcesses processes, String name, ServiceSpec spec) throws IOException {
    this.process = processes.start(name, ServiceMain.class, spec.toArguments(), this::line);
  }

  int awaitPort() throws InterruptedException {
    return process.await(port);
  }

  boolean isListening() {
    return port.isDone();
  }

  /** When it began to accept connections; only to be asked once it does. */
  long listeningNanos() {
    return listeningNanos;
  }

  void requireAlive() {
    process.requireAlive();
  }

  void kill() {
    process.kill();
  }

  void awaitEnd() {
    process.awaitEnd();
  }

  /** What it has reported, with times in seconds after the given one. */
  List<Recording.ServicePoint> points(long originNanos) {
    synchronized (bins) {
      return bins.stream()
          .map(bin -> {
            long atNanos = listeningNanos + (bin.index() + 1) * Settings.BIN.toNanos();
            return new Recording.ServicePoint((atNanos - originNanos) / 1e9, bin);
          })
          .toList();
    }
  }

  /** When its reports came in. */
  List<Long> arrivalNanos() {
    synchronized (bins) {
      return List.copyOf(arrivalNanos);
    }
  }

  private void line(String line, long nowNanos) {
    if (line.startsWith(ServiceMain.LISTENING)) {
      listeningNanos = nowNanos;
      port.complete(Integer.valueOf(line.substring(ServiceMain.LISTENING.length())));
    } else {
      ServiceBin bin = ServiceBin.parse(line);
      synchronized (bins) {
        bins.add(bin);
        arrivalNanos.add(nowNanos);
      }
    }
  }
}
