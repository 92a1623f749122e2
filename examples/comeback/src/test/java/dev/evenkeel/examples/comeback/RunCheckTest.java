package dev.evenkeel.examples.comeback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A full run: killed after 30 s, back after 50.5 s, watched until 90 s. */
class RunCheckTest {

  private static final double KILLED = 30;
  private static final double RETURNED = 50.5;
  private static final double END = 90;

  private final Settings settings = Settings.full(1);

  @Test
  void runAsPlanned_isValid() {
    assertThat(faults(good().of(Contestant.EVENKEEL, KILLED, RETURNED))).isEmpty();
  }

  @Test
  void fleetThatNeverRecovers_isAResult() {
    assertThat(faults(well(30).seconds(60, 0).of(Contestant.ATTEMPTS, KILLED, RETURNED)))
        .isEmpty();
  }

  @Test
  void fleetThatWasDeadBeforeAnythingWasKilled_isNone() {
    Recording dead =
        well(20).seconds(10, 0).seconds(60, 0).of(Contestant.RESILIENCE4J, KILLED, RETURNED);

    assertThat(faults(dead))
        .containsExactly(
            "Resilience4j defaults: was served 0.0 % when its service was killed (expected: 99 %"
                + " or more)");
  }

  @Test
  void callsThatFailByTheKillItself_areNotHeldAgainstTheStart() {
    Recording recording =
        well(30).seconds(0.25, 0).seconds(60, 0).of(Contestant.EVENKEEL, KILLED + 0.2, RETURNED);

    assertThat(faults(recording)).isEmpty();
  }

  @Test
  void phaseThatWasNotSeen_isAFault() {
    String unseen = "Evenkeel: its service was not seen to be killed and to return";
    String short_ = "Evenkeel: not all of warm-up, outage and return were seen";

    assertThat(faults(good().of(Contestant.EVENKEEL))).containsExactly(unseen);
    assertThat(faults(good().of(Contestant.EVENKEEL, KILLED, Double.NaN))).containsExactly(unseen);
    assertThat(faults(well(50).of(Contestant.EVENKEEL, KILLED, RETURNED))).containsExactly(short_);
    assertThat(faults(new Bins().of(Contestant.EVENKEEL, KILLED, RETURNED)))
        .containsExactly(short_);
    assertThat(faults(good().of(Contestant.EVENKEEL, RETURNED, KILLED))).containsExactly(short_);
  }

  @Test
  void outageThatWasNotAsPlanned_isAFault() {
    assertThat(faults(good().of(Contestant.EVENKEEL, KILLED, KILLED + 25))).isEmpty();
    assertThat(faults(good().of(Contestant.EVENKEEL, KILLED, KILLED + 25.5)))
        .containsExactly("Evenkeel: its service was away for 25.5 s (expected: 20 to 25 s)");
    assertThat(faults(good().of(Contestant.EVENKEEL, KILLED, KILLED + 19)))
        .containsExactly("Evenkeel: its service was away for 19.0 s (expected: 20 to 25 s)");
  }

  @Test
  void usersWhoDidNotCome_areAFault() {
    Bins starved = well(30).seconds(60, 30, 30, 0);

    assertThat(faults(starved.of(Contestant.EVENKEEL, KILLED, RETURNED)))
        .containsExactly("Evenkeel: fewer users came than were to come");
  }

  @Test
  void reportsWithAGap_areAFault() {
    assertThat(faults(good().remove(300).of(Contestant.EVENKEEL, KILLED, RETURNED)))
        .containsExactly("Evenkeel: its reports have a gap: 301 (expected: 300)");
  }

  @Test
  void processThatStoodStill_isAFault_whereverItDid() {
    assertThat(silences(40, 42)).isEmpty();
    assertThat(silences(40, 42.5))
        .containsExactly("The client was silent for 2.5 s (expected: at most 2.0 s)");
    assertThat(silences(KILLED, 33)).hasSize(1);
    assertThat(silences(87, END)).hasSize(1);
    assertThat(silences(20, 28)).as("before the kill").isEmpty();
    assertThat(silences(0, END)).as("no report at all").hasSize(1);
  }

  @Test
  void everyFaultIsTold_withWhatToDo() {
    assertThat(RunCheck.refusal(List.of("One.", "Two."), new Machine(2, 9, "17", "Linux")))
        .contains("The run is not valid:")
        .contains("One." + System.lineSeparator() + "Two.")
        .endsWith("try again.");
  }

  private List<String> faults(Recording recording) {
    return RunCheck.faults(List.of(recording), List.of(), settings);
  }

  private List<String> silences(double from, double to) {
    List<Double> reports = IntStream.rangeClosed(1, (int) (END * Bins.PER_SECOND))
        .mapToObj(bin -> bin / (double) Bins.PER_SECOND)
        .filter(at -> at <= from || at >= to)
        .toList();
    return RunCheck.faults(
        List.of(), List.of(new Heartbeat("The client", KILLED, END, reports)), settings);
  }

  private static Bins good() {
    return well(30).seconds(20.5, 0).seconds(39.5, Bins.NORMAL);
  }

  private static Bins well(double seconds) {
    return new Bins().seconds(seconds, Bins.NORMAL);
  }
}
