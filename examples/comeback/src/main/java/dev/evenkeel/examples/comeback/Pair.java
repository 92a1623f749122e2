package dev.evenkeel.examples.comeback;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** One service and the fleet that calls it, each in a process of its own. */
final class Pair {

  private final Contestant contestant;
  private final Settings settings;
  private final ChildProcesses processes;
  private final RunningService firstLife;
  private final int port;
  private final RunningClient client;

  private RunningService service;
  private long startNanos;
  private double killedSeconds = Double.NaN;

  private Pair(
      Contestant contestant, Settings settings, ChildProcesses processes, RunningService service)
      throws IOException, InterruptedException {
    this.contestant = contestant;
    this.settings = settings;
    this.processes = processes;
    this.firstLife = service;
    this.service = service;
    this.port = service.awaitPort();
    this.client = new RunningClient(
        processes, clientName(contestant), ClientSpec.of(settings, contestant, port));
  }

  /**
   * Starts a warm service, so that no time is lost with warming it, and a client that waits for its
   * signal.
   */
  static Pair start(Contestant contestant, Settings settings, ChildProcesses processes)
      throws IOException, InterruptedException {
    RunningService service =
        new RunningService(processes, serviceName(contestant), ServiceSpec.of(settings, 0, 1));
    return new Pair(contestant, settings, processes, service);
  }

  Contestant contestant() {
    return contestant;
  }

  void awaitClient() throws InterruptedException {
    client.awaitReady();
  }

  void go() {
    client.go();
    startNanos = System.nanoTime();
  }

  void killService() {
    killedSeconds = secondsAfterStart(System.nanoTime());
    service.kill();
  }

  void awaitServiceEnd() {
    service.awaitEnd();
  }

  /** Starts the service again: on the same port, and cold. */
  void restartService() throws IOException {
    service = new RunningService(
        processes,
        serviceName(contestant),
        ServiceSpec.of(settings, port, settings.service().coldFraction()));
  }

  void awaitService() throws InterruptedException {
    service.awaitPort();
  }

  void requireClientAlive() {
    client.requireAlive();
  }

  void requireServiceAlive() {
    service.requireAlive();
  }

  /** Everything so far. */
  Recording recording() {
    boolean returned = service != firstLife && service.isListening();
    return new Recording(
        contestant,
        client.bins(),
        Stream.of(firstLife, service)
            .distinct()
            .flatMap(life -> life.points(startNanos).stream())
            .filter(point -> point.atSeconds() >= 0)
            .toList(),
        killedSeconds,
        returned ? secondsAfterStart(service.listeningNanos()) : Double.NaN);
  }

  /** Of the client since the kill and of the service since its return, both until now. */
  Stream<Heartbeat> heartbeats() {
    double now = secondsAfterStart(System.nanoTime());
    return Stream.of(
        new Heartbeat(
            clientName(contestant), killedSeconds, now, secondsAfterStart(client.arrivalNanos())),
        new Heartbeat(
            serviceName(contestant),
            secondsAfterStart(service.listeningNanos()),
            now,
            secondsAfterStart(service.arrivalNanos())));
  }

  private List<Double> secondsAfterStart(List<Long> nanos) {
    return nanos.stream().map(this::secondsAfterStart).toList();
  }

  private double secondsAfterStart(long nanos) {
    return (nanos - startNanos) / 1e9;
  }

  private static String clientName(Contestant contestant) {
    return "The client with " + contestant.label;
  }

  private static String serviceName(Contestant contestant) {
    return "The service behind " + contestant.label;
  }

  static List<Recording> recordings(List<Pair> pairs) {
    return pairs.stream().map(Pair::recording).toList();
  }
}
