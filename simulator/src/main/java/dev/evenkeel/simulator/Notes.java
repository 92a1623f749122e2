package dev.evenkeel.simulator;

import java.util.ArrayList;
import java.util.List;

/** What is allowed in a scenario, but cannot be meant: fields without effect, too short a time. */
final class Notes {

  private final Scenario scenario;
  private final List<String> notes = new ArrayList<>();

  private Notes(Scenario scenario) {
    this.scenario = scenario;
  }

  static List<String> of(Scenario scenario) {
    Notes notes = new Notes(scenario);
    notes.server();
    notes.clients();
    notes.trouble();
    notes.policies();
    notes.observe();
    return notes.notes;
  }

  private void server() {
    boolean limited = !scenario.isUnlimited();
    only(limited, "server.limit = workers", Field.WORKERS, Field.QUEUE);
    only(limited, "server.limit = workers", Field.CAPACITY_AFTER, Field.STEP_CAPACITY);
    boolean rated = scenario.number(Field.RATE) > 0;
    only(limited || !rated, "server.limit = workers", Field.CAPACITY);
    only(!limited, "server.limit = none", Field.LATENCY);
    boolean varies =
        scenario.is(Field.SERVICE, "lognormal") || scenario.is(Field.SERVICE, "pareto");
    only(varies, "server.service = lognormal or pareto", Field.SERVICE_VARIATION);
    only(
        scenario.restarts(),
        "trouble.kind = outage or flapping",
        Field.COLD_SHARE,
        Field.WARM_UP,
        Field.DEAD_CALLS);
    only(
        scenario.number(Field.STEP_AFTER) > 0,
        "server.stepAfter",
        Field.STEP_CAPACITY,
        Field.STEP_SLOW_FACTOR);
    boolean mixed =
        scenario.number(Field.HIT_SHARE) > 0 || scenario.number(Field.HIT_SHARE_AFTER) > 0;
    only(mixed, "server.hitShare", Field.HIT_TIME, Field.HIT_WARM_CALLS);
    boolean cold = scenario.number(Field.COLD_ERRORS) > 0;
    only(cold, "server.coldErrorShare", Field.COLD_ERROR_CALLS);
    boolean fails =
        cold || scenario.number(Field.ERRORS) > 0 || scenario.number(Field.ERRORS_AFTER) > 0;
    only(fails, "server.errorShare", Field.ERROR_TIME);
  }

  private void clients() {
    only(scenario.number(Field.RATE) == 0, "no clients.rate", Field.LOAD);
    boolean salvos = scenario.number(Field.BURST_EVERY) > 0;
    only(salvos, "clients.burstEvery", Field.BURST_TOGETHER);
    only(!salvos, "no clients.burstEvery", Field.BURST);
    only(
        scenario.number(Field.BURST) > 1,
        "clients.burst above 1",
        Field.BURST_LENGTH,
        Field.BURST_TIME);
    only(
        scenario.number(Field.RETURN_PROBABILITY) > 0,
        "clients.returnProbability",
        Field.RETURN_AFTER_MIN,
        Field.RETURN_AFTER_MAX,
        Field.RETURNS);
    only(scenario.number(Field.RESTART_SHARE) > 0, "clients.restartShare", Field.RESTART_AT);
    only(scenario.number(Field.RESET_SHARE) > 0, "clients.resetShare", Field.RESET_AT);
    only(
        scenario.number(Field.FREEZE_SHARE) > 0,
        "clients.freezeShare",
        Field.FREEZE_AT,
        Field.FREEZE_LENGTH);
    only(scenario.number(Field.STARTUP_LENGTH) > 0, "clients.startupLength", Field.STARTUP_DELAY);
  }

  private void trouble() {
    boolean some = !scenario.is(Field.TROUBLE, "none");
    only(some, "a trouble.kind", Field.TROUBLE_LENGTH, Field.BROWNOUT, Field.AGAIN_AFTER);
    only(scenario.is(Field.TROUBLE, "flapping"), "trouble.kind = flapping", Field.TROUBLE_PERIOD);
    only(scenario.is(Field.TROUBLE, "slow"), "trouble.kind = slow", Field.TROUBLE_CAPACITY);
    only(scenario.is(Field.TROUBLE, "overload"), "trouble.kind = overload", Field.TROUBLE_LOAD);
    only(scenario.number(Field.BROWNOUT) > 0, "trouble.brownout", Field.BROWNOUT_CAPACITY);
    only(scenario.number(Field.AGAIN_AFTER) > 0, "trouble.againAfter", Field.AGAIN_LENGTH);
  }

  private void policies() {
    only(
        scenario.is(Field.ROW_RULE, "yes"),
        "evenkeel.alsoTripAfter = yes",
        Field.FAILURES_IN_A_ROW,
        Field.FAILURES_OVER);
  }

  private void only(boolean used, String when, Field... fields) {
    for (Field field : fields) {
      if (!used && scenario.isGiven(field)) {
        notes.add(field.key + ": has no effect here (expected: only with " + when + ")");
      }
    }
  }

  private void observe() {
    double observe = scenario.number(Field.OBSERVE);
    double least = Measures.GRACE_SECONDS + 1;
    if (observe < least) {
      notes.add("observe: " + scenario.text(Field.OBSERVE) + ": nothing can be measured; the last "
          + Measures.GRACE_SECONDS + " s do not count (expected: " + least + "s or more)");
      return;
    }
    double limit = scenario.limit().seconds();
    if (!Double.isInfinite(limit) && observe < limit + least) {
      notes.add("observe: " + scenario.text(Field.OBSERVE)
          + ": shorter than what even the best policy needs, so debts are cut off (expected: "
          + ResultTable.seconds(limit + least) + "s or more)");
    }
  }
}
