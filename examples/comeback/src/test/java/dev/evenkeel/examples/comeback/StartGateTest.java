package dev.evenkeel.examples.comeback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.examples.comeback.StartGate.Answer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The full settings: the load rises for 10 s, then 20 s at least, 60 s at most. */
class StartGateTest {

  private final StartGate gate = new StartGate(Settings.full(1));

  @Test
  void allServed_begins_whenTheWarmUpIsOver() {
    assertThat(decide(29.75, well(29.75), well(29.75), well(29.75))).isEqualTo(Answer.WAIT);
    assertThat(decide(30, well(30), well(30), well(30))).isEqualTo(Answer.BEGIN);
  }

  @Test
  void oneThatIsNotServed_holdsAllUp() {
    for (int dead = 0; dead < 3; dead++) {
      Bins[] fleets = {well(40), well(40), well(40)};
      fleets[dead] = well(20).seconds(20, 0);

      assertThat(decide(40, fleets)).isEqualTo(Answer.WAIT);
    }
  }

  @Test
  void servedAgain_begins_afterFiveSeconds() {
    Bins late = well(30).seconds(2, 0);

    assertThat(decide(36.75, well(36.75), well(36.75), late.seconds(4.75, Bins.NORMAL)))
        .isEqualTo(Answer.WAIT);
    assertThat(decide(37, well(37), well(37), late.seconds(0.25, Bins.NORMAL)))
        .isEqualTo(Answer.BEGIN);
  }

  @Test
  void twoFailuresInAHundred_areTooMany_andOneInTwoHundredIsNot() {
    Bins bad = well(30).seconds(10, 50, 49, 1);
    Bins good = well(30);
    for (int i = 0; i < 20; i++) {
      good.seconds(0.25, 100, 99, 1).seconds(0.25, 100, 100, 0);
    }

    assertThat(decide(40, well(40), bad, well(40))).isEqualTo(Answer.WAIT);
    assertThat(decide(40, well(40), good, well(40))).isEqualTo(Answer.BEGIN);
  }

  @Test
  void silence_isNotService() {
    assertThat(decide(40, well(40), well(30).seconds(10, Bins.NORMAL, 0, 0), well(40)))
        .isEqualTo(Answer.WAIT);
  }

  @Test
  void clientThatSendsTooFewUsers_isNotSteady() {
    assertThat(decide(40, well(40), well(30).seconds(10, 20, 20, 0), well(40)))
        .isEqualTo(Answer.WAIT);
  }

  @Test
  void clientThatReportsNoLonger_isNotSteady() {
    assertThat(decide(40, well(40), well(38), well(40))).isEqualTo(Answer.BEGIN);
    assertThat(decide(40, well(40), well(37.75), well(40))).isEqualTo(Answer.WAIT);
  }

  @Test
  void withinABound_itRefuses() {
    Bins dead = well(10).seconds(50, 0);

    assertThat(decide(59.9, well(60), well(60), dead)).isEqualTo(Answer.WAIT);
    assertThat(decide(60, well(60), well(60), dead)).isEqualTo(Answer.REFUSE);
    assertThat(decide(60, well(60), well(60), new Bins())).isEqualTo(Answer.REFUSE);
  }

  @Test
  void refusal_saysWhatWasReached_andWhatToDo() {
    String text = gate.refusal(
        recordings(well(60), well(20).seconds(40, 10), new Bins()),
        new Machine(2, 7.25, "17", "Linux"));

    assertThat(text)
        .containsPattern("60 s after the start not all three .* 99 % for 5.0 s")
        .contains("nothing was killed")
        .containsPattern("Three attempts, 500 ms apart +100.0 % +100.0 % +100 %")
        .containsPattern("Resilience4j defaults +25.0 % +100.0 % +100 %")
        .containsPattern("Evenkeel +0.0 % +0.0 % +0 %")
        .contains("2 processors with a load of 7.3 in the last minute")
        .contains("try again");
  }

  @Test
  void machineThatDoesNotSayItsLoad_isNotMadeOne() {
    assertThat(new Machine(4, -1, "17", "Linux").advice())
        .startsWith("This machine has 4 processors. Two");
  }

  @Test
  void quick_takesAnyStart_butWaitsForReports() {
    StartGate quick = new StartGate(Settings.quick(1));
    Bins dead = new Bins().seconds(3, 5, 0, 0);

    assertThat(quick.decide(recordings(dead, dead, dead), 3)).isEqualTo(Answer.BEGIN);
    assertThat(quick.decide(recordings(dead, dead, new Bins()), 3)).isEqualTo(Answer.WAIT);
  }

  private Answer decide(double elapsedSeconds, Bins... fleets) {
    return gate.decide(recordings(fleets), elapsedSeconds);
  }

  private static List<Recording> recordings(Bins... fleets) {
    Iterator<Bins> next = Arrays.asList(fleets).iterator();
    return Arrays.stream(Contestant.values())
        .map(contestant -> next.next().of(contestant))
        .toList();
  }

  private static Bins well(double seconds) {
    return new Bins().seconds(seconds, Bins.NORMAL);
  }
}
