package dev.evenkeel.testkit;

/**
 * How a dependency's comeback went: what a simulated run, a load test or a program of one's own
 * measured, for {@link EvenkeelAssertions#assertThat(ComebackFigures)}. The simulator's
 * {@code Rehearsal} makes them.
 *
 * @param name what was run, for messages
 * @param debtSeconds seconds of normal traffic that were lost after the dependency was healthy
 *     again
 * @param debtLimitSeconds the least debt that is physically possible; 0 if unknown
 * @param t99Seconds the time until 99 % of the normal traffic was served for good; infinite if that
 *     was not seen
 * @param t99LimitSeconds the least time that is physically possible; 0 if unknown
 * @param relapses how often goodput fell below half of its best
 * @param wastedShare work done for clients that had gone, as a share of all work
 * @param peak the highest load sent over the capacity of that moment
 * @param probeLoad calls sent into the dead dependency, as a share of normal traffic
 * @param fairness Jain's index over the processes
 * @param admittedErrorShare calls that were let through on the way back and failed, as a share
 */
public record ComebackFigures(
    String name,
    double debtSeconds,
    double debtLimitSeconds,
    double t99Seconds,
    double t99LimitSeconds,
    int relapses,
    double wastedShare,
    double peak,
    double probeLoad,
    double fairness,
    double admittedErrorShare) {}
