package dev.evenkeel.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  private final List<Bin> bins = new ArrayList<>();

  /** So many seconds with 40 users each, of whom so many are served. */
  private void pass(double seconds, long ok) {
    for (int i = 0; i < seconds / Recording.BIN_SECONDS; i++) {
      bins.add(new Bin(10, 10, ok, 10 - ok, GateState.Kind.CLOSED, 1));
    }
  }

  private Outcome outcome() {
    return Outcome.of(bins, 10, 20, 40, 5);
  }

  @Test
  void allServedAtOnce_noDebt() {
    pass(10, 10);
    pass(10, 0);
    pass(10, 10);
    assertThat(outcome()).isEqualTo(new Outcome(0, 0, 0, 400));
  }

  @Test
  void halfServedForASecondAfterTheReturn_isHalfASecondOfDebt() {
    pass(10, 10);
    pass(10, 0);
    pass(2, 5);
    pass(10, 10);
    assertThat(outcome().debtSeconds()).isEqualTo(1);
    assertThat(outcome().recoveredSeconds()).isEqualTo(2);
    assertThat(outcome().relapses()).isZero();
  }

  @Test
  void fallsAgain_isARelapse() {
    pass(20, 10);
    pass(4, 10);
    pass(4, 0);
    pass(4, 10);
    assertThat(outcome().relapses()).isEqualTo(1);
    assertThat(outcome().recoveredSeconds()).as("not for long enough").isNaN();
  }

  @Test
  void steady_needsUsersAndAnswers() {
    pass(10, 10);
    assertThat(Outcome.isSteady(bins, 5, 40)).isTrue();
    assertThat(Outcome.isSteady(bins, 20, 40)).as("too short").isFalse();
    assertThat(Outcome.isSteady(bins, 5, 80)).as("too few users").isFalse();
    pass(1, 5);
    assertThat(Outcome.isSteady(bins, 5, 40)).as("too few answers").isFalse();
  }
}
