package dev.evenkeel.simulator;

/** What changes at one moment of a run. */
enum Turn {
  BAD,
  GOOD,
  BROWNOUT,
  STEP,
  RESTART,
  RESET,
  FREEZE;

  /** Asks for the turns of a scenario. */
  interface Agenda {
    void at(long nanos, Turn turn);
  }

  static void schedule(Scenario scenario, Agenda agenda) {
    long start = scenario.nanos(Field.TROUBLE_START);
    long end = Math.round(scenario.returnsSeconds() * 1e9);
    if (scenario.is(Field.TROUBLE, "flapping")) {
      long period = scenario.nanos(Field.TROUBLE_PERIOD);
      int number = 0;
      for (long at = start; at < end; at += period) {
        agenda.at(at, number++ % 2 == 0 ? BAD : GOOD);
      }
      agenda.at(end, GOOD);
    } else if (!scenario.is(Field.TROUBLE, "none")) {
      agenda.at(start, BAD);
      agenda.at(end, GOOD);
    }
    if (scenario.number(Field.BROWNOUT) > 0) {
      agenda.at(Math.max(0, start - scenario.nanos(Field.BROWNOUT)), BROWNOUT);
    }
    if (scenario.number(Field.STEP_AFTER) > 0) {
      agenda.at(end + scenario.nanos(Field.STEP_AFTER), STEP);
    }
    if (scenario.number(Field.AGAIN_AFTER) > 0) {
      long again = end + scenario.nanos(Field.AGAIN_AFTER);
      agenda.at(again, BAD);
      agenda.at(again + scenario.nanos(Field.AGAIN_LENGTH), GOOD);
    }
    if (scenario.number(Field.RESTART_SHARE) > 0) {
      agenda.at(scenario.atNanos(Field.RESTART_AT), RESTART);
    }
    if (scenario.number(Field.RESET_SHARE) > 0) {
      agenda.at(scenario.atNanos(Field.RESET_AT), RESET);
    }
    if (scenario.number(Field.FREEZE_SHARE) > 0) {
      agenda.at(scenario.atNanos(Field.FREEZE_AT), FREEZE);
    }
  }
}
