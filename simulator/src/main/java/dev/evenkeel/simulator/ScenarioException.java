package dev.evenkeel.simulator;

/** A scenario that cannot be run; the message is for whoever wrote it, with file and line. */
final class ScenarioException extends IllegalArgumentException {

  ScenarioException(String message) {
    super(message);
  }
}
