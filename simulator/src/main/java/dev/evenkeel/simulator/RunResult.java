package dev.evenkeel.simulator;

/**
 * The figures of one run, in seconds, shares of 1 and counts; {@code docs/failback.md} defines
 * each.
 *
 * @param t99Seconds infinite if it never came
 * @param peak in windows of a second
 * @param binPeak in single bins of 100 ms, where chance alone makes a third
 * @param trips of the breaker that tripped most
 * @param othersAsked calls to the shards without trouble since it began
 * @param othersLost how many of them were lost
 */
record RunResult(
    Scenario scenario,
    PolicyName policy,
    long seed,
    double debtSeconds,
    double debtLimitSeconds,
    double t99Seconds,
    double t99LimitSeconds,
    int relapses,
    double wasted,
    double peak,
    double binPeak,
    double probeLoad,
    double jain,
    double p99Millis,
    double admittedErrors,
    int trips,
    long served,
    long events,
    long othersAsked,
    long othersLost) {}
