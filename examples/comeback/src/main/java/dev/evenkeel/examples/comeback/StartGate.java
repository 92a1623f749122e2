package dev.evenkeel.examples.comeback;

import java.time.Duration;
import java.util.List;

/**
 * Says when the outage may begin: once every fleet has been served well for some seconds, at full
 * load. A machine that is too busy for that would show what it does to the contestants, and not
 * what the outage does. It only reads recordings; time is an argument.
 */
final class StartGate {

  /** What to do now. */
  enum Answer {
    /** Go on warming up. */
    WAIT,
    /** Let the outage begin. */
    BEGIN,
    /** Give up: this machine does not get there. */
    REFUSE
  }

  private final Settings settings;
  private final int steadyBins;

  StartGate(Settings settings) {
    this.settings = settings;
    this.steadyBins = bins(settings.validity().steady());
  }

  /**
   * Decides.
   *
   * @param recordings of all fleets, up to now
   * @param elapsedSeconds since the users began to come
   */
  Answer decide(List<Recording> recordings, double elapsedSeconds) {
    if (recordings.stream().allMatch(recording -> isSteady(recording, elapsedSeconds))) {
      return Answer.BEGIN;
    }
    double within = Settings.seconds(settings.validity().steadyWithin());
    return elapsedSeconds >= within ? Answer.REFUSE : Answer.WAIT;
  }

  private boolean isSteady(Recording recording, double elapsedSeconds) {
    List<ClientBin> bins = recording.client();
    Settings.Schedule schedule = settings.schedule();
    double heardOfSeconds = bins.size() * Settings.seconds(Settings.BIN);
    return bins.size() >= bins(schedule.rise()) + bins(schedule.warmUp())
        && elapsedSeconds - heardOfSeconds
            <= Settings.seconds(settings.validity().longestSilence())
        && (settings.validity().anyStart()
            || isServed(bins.subList(bins.size() - steadyBins, bins.size())));
  }

  /** Whether as many were asked as were to come, and every window was good. */
  private boolean isServed(List<ClientBin> steady) {
    return FleetCounts.of(steady).asksFor(settings.normalRate())
        && Measures.isGoodThroughout(steady);
  }

  /** Why it refused, and what to do, for people. */
  String refusal(List<Recording> recordings, Machine machine) {
    Settings.Validity validity = settings.validity();
    String steady = Figures.seconds(Settings.seconds(validity.steady()));
    StringBuilder text = new StringBuilder(Figures.format(
        "No result. %s after the start not all three fleets had been served 99 %% for %s at full"
            + " load,%nso nothing was killed.%n%n%-30s %12s %12s %22s%n",
        Figures.seconds(Settings.seconds(validity.steadyWithin())),
        steady,
        "Served:",
        "last " + steady,
        "best " + steady,
        "users, of those due"));
    for (Recording recording : recordings) {
      text.append(row(recording));
    }
    return text.append(Figures.format("%n%s", machine.advice())).toString();
  }

  private String row(Recording recording) {
    List<ClientBin> bins = recording.client();
    double best = 0;
    for (int end = steadyBins; end <= bins.size(); end++) {
      best = Math.max(best, FleetCounts.of(bins.subList(end - steadyBins, end)).servedShare());
    }
    FleetCounts last =
        FleetCounts.of(bins.subList(Math.max(0, bins.size() - steadyBins), bins.size()));
    return Figures.format(
        "%-30s %10.1f %% %10.1f %% %20.0f %%%n",
        recording.contestant().label,
        100 * last.servedShare(),
        100 * best,
        100 * last.askedShare(settings.normalRate()));
  }

  private static int bins(Duration duration) {
    return (int) Math.ceil((double) duration.toNanos() / Settings.BIN.toNanos());
  }
}
