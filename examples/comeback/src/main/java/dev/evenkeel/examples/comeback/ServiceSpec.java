package dev.evenkeel.examples.comeback;

import java.util.List;

/**
 * A service process's command line.
 *
 * @param port 0 for any free one
 * @param startFraction capacity right after this start, as a fraction of the warm capacity
 * @param patienceMillis after this time a client has gone, which the service does not know
 */
record ServiceSpec(
    int port,
    double capacityPerSecond,
    int workers,
    double startFraction,
    double warmingRequests,
    int queueBound,
    long patienceMillis,
    long seed) {

  static ServiceSpec of(Settings settings, int port, double startFraction) {
    Settings.Service service = settings.service();
    return new ServiceSpec(
        port,
        service.capacityPerSecond(),
        service.workers(),
        startFraction,
        service.warmingRequests(),
        service.queueBound(),
        settings.traffic().timeout().toMillis(),
        settings.seed());
  }

  List<String> toArguments() {
    return List.of(
        Integer.toString(port),
        Double.toString(capacityPerSecond),
        Integer.toString(workers),
        Double.toString(startFraction),
        Double.toString(warmingRequests),
        Integer.toString(queueBound),
        Long.toString(patienceMillis),
        Long.toString(seed));
  }

  static ServiceSpec parse(List<String> arguments) {
    return new ServiceSpec(
        Integer.parseInt(arguments.get(0)),
        Double.parseDouble(arguments.get(1)),
        Integer.parseInt(arguments.get(2)),
        Double.parseDouble(arguments.get(3)),
        Double.parseDouble(arguments.get(4)),
        Integer.parseInt(arguments.get(5)),
        Long.parseLong(arguments.get(6)),
        Long.parseLong(arguments.get(7)));
  }
}
