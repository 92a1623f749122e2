package dev.evenkeel.examples.comeback;

import java.util.List;

/** A client process's command line. */
record ClientSpec(
    Contestant contestant, int port, LoadRise load, int nodes, long timeoutMillis, long seed) {

  static ClientSpec of(Settings settings, Contestant contestant, int port) {
    return new ClientSpec(
        contestant,
        port,
        new LoadRise(settings.normalRate(), Settings.seconds(settings.schedule().rise())),
        settings.traffic().nodes(),
        settings.traffic().timeout().toMillis(),
        settings.seed());
  }

  List<String> toArguments() {
    return List.of(
        contestant.key,
        Integer.toString(port),
        Double.toString(load.fullPerSecond()),
        Double.toString(load.riseSeconds()),
        Integer.toString(nodes),
        Long.toString(timeoutMillis),
        Long.toString(seed));
  }

  static ClientSpec parse(List<String> arguments) {
    return new ClientSpec(
        Contestant.of(arguments.get(0)),
        Integer.parseInt(arguments.get(1)),
        new LoadRise(Double.parseDouble(arguments.get(2)), Double.parseDouble(arguments.get(3))),
        Integer.parseInt(arguments.get(4)),
        Long.parseLong(arguments.get(5)),
        Long.parseLong(arguments.get(6)));
  }
}
