package dev.evenkeel.examples.comeback;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a run shows what it is to show: all were well until the kill, all phases were seen, no
 * process stood still, and the users came as they were to come. It only reads what was recorded.
 */
final class RunCheck {

  private static final double BIN_SECONDS = Settings.seconds(Settings.BIN);

  private final Settings settings;
  private final List<String> faults = new ArrayList<>();

  private RunCheck(Settings settings) {
    this.settings = settings;
  }

  /**
   * What is wrong with a run.
   *
   * @param recordings of all fleets
   * @param heartbeats of all processes that were to live to the end
   * @return sentences for people; empty if the run is valid
   */
  static List<String> faults(
      List<Recording> recordings, List<Heartbeat> heartbeats, Settings settings) {
    RunCheck check = new RunCheck(settings);
    recordings.forEach(check::recording);
    heartbeats.forEach(check::silence);
    return List.copyOf(check.faults);
  }

  /** What to tell the user of a run with faults. */
  static String refusal(List<String> faults, Machine machine) {
    return Figures.format(
        "No result. The run is not valid:%n%n%s%n%n%s",
        String.join(System.lineSeparator(), faults), machine.advice());
  }

  private void recording(Recording recording) {
    double killed = recording.killedSeconds();
    double returned = recording.returnedSeconds();
    List<ClientBin> bins = recording.client();
    if (Double.isNaN(killed) || Double.isNaN(returned)) {
      fault(recording, "its service was not seen to be killed and to return");
      return;
    }
    int killedBin = (int) Math.floor(killed / BIN_SECONDS);
    int returnedBin = (int) Math.ceil(returned / BIN_SECONDS);
    if (killedBin > returnedBin || returnedBin >= bins.size()) {
      fault(recording, "not all of warm-up, outage and return were seen");
      return;
    }
    order(recording);
    before(recording, killedBin);
    outage(recording);
    if (!FleetCounts.of(bins.subList(killedBin, bins.size())).asksFor(settings.normalRate())) {
      fault(recording, "fewer users came than were to come");
    }
  }

  private void order(Recording recording) {
    List<ClientBin> bins = recording.client();
    for (int bin = 0; bin < bins.size(); bin++) {
      if (bins.get(bin).index() != bin) {
        fault(
            recording,
            "its reports have a gap: " + bins.get(bin).index() + " (expected: " + bin + ")");
        return;
      }
    }
  }

  private void before(Recording recording, int killedBin) {
    int steady = (int) Math.round(Settings.seconds(settings.validity().steady()) / BIN_SECONDS);
    FleetCounts counts =
        FleetCounts.of(recording.client().subList(Math.max(0, killedBin - steady), killedBin));
    if (!settings.validity().anyStart() && !Measures.isGood(counts)) {
      fault(
          recording,
          Figures.format(
              "was served %.1f %% when its service was killed (expected: 99 %% or more)",
              100 * counts.servedShare()));
    }
  }

  private void outage(Recording recording) {
    double outage = recording.returnedSeconds() - recording.killedSeconds();
    double least = Settings.seconds(settings.schedule().outage());
    double most = least + Settings.seconds(settings.validity().outageLonger());
    if (outage < least || outage > most) {
      fault(
          recording,
          Figures.format(
              "its service was away for %.1f s (expected: %.0f to %.0f s)", outage, least, most));
    }
  }

  private void silence(Heartbeat heartbeat) {
    double silence = heartbeat.longestSilence();
    double most = Settings.seconds(settings.validity().longestSilence());
    if (silence > most) {
      faults.add(Figures.format(
          "%s was silent for %.1f s (expected: at most %.1f s)", heartbeat.who(), silence, most));
    }
  }

  private void fault(Recording recording, String what) {
    faults.add(recording.contestant().label + ": " + what);
  }
}
