package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** When a ping may decide that the dependency is back. */
class PingTrustTest {

  private static final long SECOND = 1_000_000_000L;

  private final PingTrust trust = new PingTrust();

  /** A ramp that a ping, or a call, began, and that ended in failures. */
  private void relapse(boolean byPing) {
    trust.rampBegan(byPing);
    trust.rampEnded();
  }

  @Test
  void ping_isBelieved_untilARampItBeganRelapses() {
    trust.begin(0);
    assertThat(trust.holdBackNanos(0)).isZero();
    trust.rampBegan(true);
    assertThat(trust.holdBackNanos(0)).isZero();
    trust.rampEnded();
    assertThat(trust.holdBackNanos(0)).isPositive();
  }

  @Test
  void rampThatACallBegan_saysNothingAboutPings() {
    trust.begin(0);
    relapse(false);
    assertThat(trust.holdBackNanos(0)).isZero();
  }

  @Test
  void callThatSucceeds_restoresTheTrust_aPingDoesNot() {
    trust.begin(0);
    relapse(true);
    trust.rampBegan(true);
    assertThat(trust.holdBackNanos(0)).isPositive();
    trust.rampBegan(false);
    assertThat(trust.holdBackNanos(0)).isZero();
  }

  @Test
  void nextOutage_beginsWithTrust() {
    trust.begin(0);
    relapse(true);
    trust.begin(0);
    assertThat(trust.holdBackNanos(0)).isZero();
  }

  @Property(tries = 200)
  void doubtedPing_waitsAMinuteAfterTheLastCall_onAnyClock(
      @ForAll long begin, @ForAll @LongRange(min = 0, max = 600) long calls) {
    trust.begin(begin);
    relapse(true);
    long now = begin;
    for (int i = 0; i < calls; i++) {
      now += 2 * SECOND;
      trust.onCall(now);
      assertThat(trust.holdBackNanos(now)).isEqualTo(60 * SECOND);
    }
    assertThat(trust.holdBackNanos(now + 60 * SECOND - 1)).isEqualTo(1);
    assertThat(trust.holdBackNanos(now + 60 * SECOND)).isZero();
    assertThat(trust.holdBackNanos(now + 3_600 * SECOND)).isZero();
  }
}
