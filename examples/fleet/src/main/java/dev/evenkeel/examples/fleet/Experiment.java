package dev.evenkeel.examples.fleet;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts service and processes, kills the service, brings it back cold, and watches. */
final class Experiment {

  /** A machine that is too busy for a result. */
  static final class TooBusyException extends Exception {
    TooBusyException(String message) {
      super(message);
    }
  }

  /**
   * What was seen. Times are in seconds since the users began to come.
   *
   * @param recording all of it
   * @param killed when the service was
   * @param returned when it accepted connections again
   * @param outcome what it comes to
   */
  record Result(Recording recording, double killed, double returned, Outcome outcome) {}

  private final Settings settings;
  private final String address;
  private final LiveTable table;
  private final Recording recording;
  private final List<Child> children = new ArrayList<>();
  private int port;
  private @Nullable Child service;

  Experiment(Settings settings, String address, PrintStream out) {
    this.settings = settings;
    this.address = address;
    recording = new Recording(settings.processes());
    table = new LiveTable(out, recording);
  }

  /** Takes minutes; when it returns or throws, all processes it started have ended. */
  Result run() throws IOException, InterruptedException, TooBusyException {
    Thread end = new Thread(this::endAll, "end-children");
    Runtime.getRuntime().addShutdownHook(end);
    try {
      start();
      warmUp();
      double killed = kill();
      double returned = comeBack();
      watch(killed, returned);
      return new Result(recording, killed, returned, outcome(killed, returned));
    } finally {
      endAll();
      Runtime.getRuntime().removeShutdownHook(end);
      table.end();
    }
  }

  private synchronized void endAll() {
    children.forEach(Child::close);
  }

  private synchronized Child child(
      String name, Class<?> main, List<String> arguments, Consumer<String> lines)
      throws IOException {
    Child child = Child.start(name, main, arguments, lines);
    children.add(child);
    return child;
  }

  private void startService(double share) throws IOException, InterruptedException {
    List<String> arguments = List.of(
        Integer.toString(port),
        Double.toString(settings.capacity()),
        Double.toString(share),
        Double.toString(settings.warmingRequests()),
        Integer.toString(settings.workers()));
    Child started = child(
        "service",
        ServiceMain.class,
        arguments,
        line -> recording.service(Double.parseDouble(line)));
    port = Integer.parseInt(started.awaitReady());
    service = started;
  }

  private void start() throws IOException, InterruptedException {
    table.phase("starting a service and " + settings.processes() + " processes");
    startService(1);
    String dependency = "inventory/" + UUID.randomUUID(); // no other run's
    List<Child> members = new ArrayList<>();
    for (int i = 0; i < settings.processes(); i++) {
      int process = i;
      List<String> arguments = List.of(
          "pod-" + i,
          Integer.toString(port),
          address,
          dependency,
          Double.toString(settings.normalRate() / settings.processes()),
          Double.toString(Settings.seconds(settings.rise())),
          Long.toString(settings.seed() * 1000 + i));
      members.add(child("pod-" + i, MemberMain.class, arguments, line -> heard(process, line)));
    }
    for (Child member : members) {
      member.awaitReady();
    }
    recording.start();
    members.forEach(member -> member.send("go"));
  }

  private void heard(int process, String line) {
    if (line.startsWith(MemberMain.NEWS)) {
      table.note("pod-" + process + ": " + line);
    } else {
      recording.member(process, Bin.parse(line));
    }
  }

  private void warmUp() throws TooBusyException {
    table.phase("warming up");
    double rise = Settings.seconds(settings.rise());
    double steady = Settings.seconds(settings.steady());
    double within = Settings.seconds(settings.steadyWithin());
    while (recording.seconds() < rise + steady
        || !Outcome.isSteady(recording.sums(), steady, settings.normalRate())) {
      if (recording.seconds() > within) {
        if (settings.anyStart()) {
          return;
        }
        Bin latest = Outcome.latest(recording.sums(), steady);
        throw new TooBusyException(String.format(
            "No result. %.0f s after the start not yet 99 %% had been served for %.0f s at full"
                + " load, so nothing was killed.%nOf %.0f calls that were due then, %d came, %d"
                + " were answered, %d failed.%nEnd what else runs on this machine and try again.",
            within,
            steady,
            settings.normalRate() * steady,
            latest.asked(),
            latest.ok(),
            latest.failed()));
      }
      pass();
    }
  }

  private double kill() {
    table.phase("the service is dead");
    double killed = recording.seconds();
    if (service != null) {
      service.close();
    }
    double until = recording.seconds() + Settings.seconds(settings.outage());
    while (recording.seconds() < until) {
      pass();
    }
    return killed;
  }

  private double comeBack() throws IOException, InterruptedException {
    startService(settings.coldShare());
    table.phase("the service is back, cold");
    return recording.seconds();
  }

  private Outcome outcome(double killed, double returned) {
    return Outcome.of(
        recording.sums(),
        killed,
        returned,
        settings.normalRate(),
        Settings.seconds(settings.steady()));
  }

  private void watch(double killed, double returned) {
    double until = returned + Settings.seconds(settings.observe());
    while (recording.seconds() < until
        && Double.isNaN(outcome(killed, returned).recoveredSeconds())) {
      pass();
    }
  }

  private void pass() {
    LockSupport.parkNanos(Settings.BIN.toNanos());
    List<Child> all;
    synchronized (this) {
      all = List.copyOf(children);
    }
    all.forEach(Child::requireAlive);
    table.show();
  }
}
