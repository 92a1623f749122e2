package dev.evenkeel.simulator;

/**
 * What the processes are like, apart from their policies: their clocks, their pauses, their age.
 */
final class Processes {

  private static final int CALLS_PER_SAMPLE = 64;
  private static final double TOO_LATE = 0.5; // of a timeout

  private final Chance chance;
  private final long[] clock; // what its own is ahead of the run's
  private final long[] frozenUntil;
  private final long[] born;
  private final int[] incarnation;
  private final byte[] callsToSample;
  private final boolean samples;
  private final boolean allSample;
  private final long startupNanos;
  private final double startupDelay;

  Processes(Scenario scenario, long seed, boolean ownClocks) {
    int clients = scenario.clients();
    chance = new Chance(seed, Purpose.PROCESSES, 0);
    clock = new long[clients];
    frozenUntil = new long[clients];
    born = new long[clients];
    incarnation = new int[clients];
    callsToSample = new byte[clients];
    allSample = scenario.is(Field.SAMPLES, "all");
    samples = scenario.is(Field.SAMPLES, "yes");
    startupNanos = scenario.nanos(Field.STARTUP_LENGTH);
    startupDelay = scenario.number(Field.STARTUP_DELAY) * 1e9;
    boolean odd = ownClocks && scenario.is(Field.CLOCK, "odd");
    long half = Math.round(scenario.endSeconds() * 5e8);
    for (int i = 0; i < clients && odd; i++) {
      // Wraps around in the middle of the run; below zero; anything.
      clock[i] = switch (i % 3) {
        case 0 -> Long.MAX_VALUE - half;
        case 1 -> -half;
        default -> chance.bits();
      };
    }
  }

  long clock(int client) {
    return clock[client];
  }

  int incarnation(int client) {
    return incarnation[client];
  }

  void restarted(int client, long now) {
    incarnation[client]++;
    born[client] = now;
    frozenUntil[client] = 0;
  }

  void freeze(int client, long untilNanos) {
    frozenUntil[client] = untilNanos;
  }

  /** When it goes on; 0 or the past if it does not stand still. */
  long frozenUntil(int client) {
    return frozenUntil[client];
  }

  /** By how much later than the server the process itself has an answer. */
  long ownDelay(int client, long now) {
    long age = now - born[client];
    return age >= startupNanos
        ? 0
        : (long) (startupDelay * (startupNanos - age) / startupNanos * chance.exponential());
  }

  /** An alarm that rings so late says nothing about what it was set for. */
  static boolean isTooLate(long lateNanos, long timeoutNanos) {
    return lateNanos > TOO_LATE * timeoutNanos;
  }

  /** For how many calls the next one of this process shows. */
  byte weight(int client) {
    if (allSample) {
      return CALLS_PER_SAMPLE;
    }
    if (!samples || callsToSample[client]-- > 0) {
      return 1;
    }
    callsToSample[client] = (byte) (CALLS_PER_SAMPLE / 2 - 1 + chance.below(CALLS_PER_SAMPLE + 1));
    return CALLS_PER_SAMPLE;
  }
}
