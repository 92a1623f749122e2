package dev.evenkeel.simulator;

import java.util.EnumMap;
import java.util.Map;

/**
 * The same world without trouble, as it is for good after the return, with a breaker that trips
 * sooner: if that one stays closed, what the dependency does is below what the real one bears, by
 * more than chance.
 */
final class Calm {

  private static final double STRICTER_SIGMAS = 1.2;
  private static final double LEAST_SECONDS = 60;
  private static final double CALLS = 3_000;
  private static final double START = 1;

  private Calm() {}

  static Scenario of(Scenario scenario) {
    Map<Field, String> calm = new EnumMap<>(Field.class);
    // A time of full capacity that is over at once: what comes after it is what is for good.
    calm.put(Field.TROUBLE, "slow");
    calm.put(Field.TROUBLE_CAPACITY, "1");
    calm.put(Field.TROUBLE_START, START + "s");
    calm.put(Field.TROUBLE_LENGTH, "0s");
    for (Field none : new Field[] {Field.BROWNOUT, Field.AGAIN_AFTER, Field.STEP_AFTER}) {
      calm.put(none, "0s");
    }
    for (Field none :
        new Field[] {Field.RESTART_SHARE, Field.RESET_SHARE, Field.FREEZE_SHARE, Field.COLD_ERRORS
        }) {
      calm.put(none, "0");
    }
    calm.put(Field.STARTUP_LENGTH, "0s");
    if (scenario.number(Field.HIT_WARM_CALLS) > 0) {
      calm.put(Field.HIT_SHARE_AFTER, scenario.text(Field.HIT_SHARE));
    }
    double seconds = Math.max(LEAST_SECONDS, CALLS / scenario.laterRate());
    seconds = Math.max(seconds, 20 * scenario.number(Field.BURST_EVERY));
    seconds = Math.min(seconds, scenario.number(Field.OBSERVE));
    calm.put(Field.OBSERVE, Math.max(1, seconds) + "s");
    calm.put(Field.FAILURE_RATE, stricter(scenario, Field.FAILURE_RATE));
    calm.put(Field.SLOW_RATE, stricter(scenario, Field.SLOW_RATE));
    int row = scenario.count(Field.FAILURES_IN_A_ROW);
    calm.put(Field.FAILURES_IN_A_ROW, Integer.toString(Math.max(2, row - 1)));
    return scenario.with(calm);
  }

  private static String stricter(Scenario scenario, Field field) {
    double threshold = scenario.number(field) / 100;
    double sigma = Math.sqrt(
        Math.max(0.01, threshold * (1 - threshold)) / scenario.count(Field.MINIMUM_CALLS));
    return Double.toString(Math.max(1, 100 * (threshold - STRICTER_SIGMAS * sigma)));
  }
}
