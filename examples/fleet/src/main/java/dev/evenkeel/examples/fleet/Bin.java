package dev.evenkeel.examples.fleet;

import dev.evenkeel.core.GateState;

/**
 * What one process saw since its last report; a line on its standard output.
 *
 * @param asked calls that users made
 * @param sent attempts that really went out
 * @param ok calls that ended well
 * @param failed calls that did not, those that the breaker refused too
 * @param kind the breaker's state
 * @param share of the traffic that it lets through
 */
record Bin(long asked, long sent, long ok, long failed, GateState.Kind kind, double share) {

  static final Bin NOTHING = new Bin(0, 0, 0, 0, GateState.Kind.CLOSED, 1);

  String line() {
    return asked + " " + sent + " " + ok + " " + failed + " " + kind + " " + share;
  }

  static Bin parse(String line) {
    String[] words = line.split(" ", -1);
    return new Bin(
        Long.parseLong(words[0]),
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        GateState.Kind.valueOf(words[4]),
        Double.parseDouble(words[5]));
  }

  Bin plus(Bin other) {
    return new Bin(
        asked + other.asked,
        sent + other.sent,
        ok + other.ok,
        failed + other.failed,
        other.kind,
        other.share);
  }
}
