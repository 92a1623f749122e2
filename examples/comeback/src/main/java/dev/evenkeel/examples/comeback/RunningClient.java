package dev.evenkeel.examples.comeback;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client process, as the parent sees it. */
final class RunningClient {

  private final ChildProcess process;
  private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
  private final List<ClientBin> bins = new ArrayList<>();
  private final List<Long> arrivalNanos = new ArrayList<>();

  RunningClient(ChildProcesses processes, String name, ClientSpec spec) throws IOException {
    this.process = processes.start(name, ClientMain.class, spec.toArguments(), this::line);
  }

  void awaitReady() throws InterruptedException {
    process.await(ready);
  }

  /** Lets the users come. */
  void go() {
    process.send("go");
  }

  void requireAlive() {
    process.requireAlive();
  }

  List<ClientBin> bins() {
    synchronized (bins) {
      return List.copyOf(bins);
    }
  }

  /** When its reports came in. */
  List<Long> arrivalNanos() {
    synchronized (bins) {
      return List.copyOf(arrivalNanos);
    }
  }

  private void line(String line, long nowNanos) {
    if (line.equals(ClientMain.READY)) {
      ready.complete(true);
    } else {
      ClientBin bin = ClientBin.parse(line);
      synchronized (bins) {
        bins.add(bin);
        arrivalNanos.add(nowNanos);
      }
    }
  }
}
