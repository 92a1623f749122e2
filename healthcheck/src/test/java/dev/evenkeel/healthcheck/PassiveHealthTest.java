package dev.evenkeel.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A breaker's live traffic is the check. */
class PassiveHealthTest {

  private final Lab lab = new Lab();
  private final PipelineWatch watch = PipelineWatch.withTraceId(() -> "trace-7");
  private final CircuitBreaker breaker = CircuitBreaker.standard();
  private final Pipeline inventory = Pipeline.builder("inventory")
      .policies(Timeout.cooperative(Duration.ofSeconds(1)), breaker)
      .listener(watch)
      .kernel(lab.kernel)
      .build();
  private int calls;
  private boolean dead;
  private Duration takes = Duration.ofMillis(10);

  private String ask() throws IOException {
    calls++;
    if (dead) {
      throw new IOException("connection refused");
    }
    lab.kernel.advance(takes);
    return "42";
  }

  private void traffic(int seconds) {
    for (int i = 0; i < seconds * 20; i++) {
      inventory.callOrElse(this::ask, "?");
      lab.kernel.advance(Duration.ofMillis(50));
    }
  }

  @Test
  void outageAndComeback_areSeenWithoutACall() {
    Health health = lab.builder().pipeline(inventory).watch(watch).start();
    lab.settle();
    traffic(10);
    assertThat(Lab.only(health).status()).isEqualTo(Status.UP);
    assertThat(Lab.only(health).lastSuccess()).isLessThan(Duration.ofSeconds(1));

    dead = true;
    traffic(3);
    CheckSnapshot down = Lab.only(health);
    assertThat(down.status()).isEqualTo(Status.DOWN);
    assertThat(down.kind()).isEqualTo(CheckKind.SHARED);
    assertThat(down.cause())
        .isEqualTo(new Cause("java.io.IOException", "connection refused", "trace-7"));
    assertThat(down.gate().state().kind()).isIn(Kind.OPEN, Kind.PROBING);
    assertThat(down.gate().refused()).isPositive();
    assertThat(down.gate().reason()).contains("failed");
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.UP);
    assertThat(health.snapshot().status()).isEqualTo(Status.DEGRADED);

    dead = false;
    Duration warm = takes;
    List<Status> seen = new ArrayList<>();
    for (int i = 0; i < 60 && Lab.only(health).status() != Status.UP; i++) {
      takes = warm.multipliedBy(i < 5 ? 5 : 1); // cold for some seconds
      traffic(1);
      seen.add(Lab.only(health).status());
    }
    assertThat(seen).contains(Status.DEGRADED).endsWith(Status.UP);
    List<GateSnapshot.ShareSample> history = Lab.only(health).gate().history();
    assertThat(history).extracting(GateSnapshot.ShareSample::share).contains(0.0, 1.0);
    assertThat(history).anyMatch(sample -> sample.share() != 0 && sample.share() != 1);
  }

  @Test
  void nothingIsCalled_howeverLongItIsLookedAt() {
    Health health = lab.builder().pipeline(inventory).start();
    lab.advance(Duration.ofMinutes(10));
    assertThat(calls).isZero();
    assertThat(Lab.only(health).gate().history()).hasSize(300);
    assertThat(Lab.only(health).gate().refused()).isNull();
    assertThat(Lab.only(health).status()).isEqualTo(Status.UP);
  }

  @Test
  void openedByHand_isDown_andDisabledIsUpWithAWord() {
    Health health = lab.builder().gate("inventory [shard-3]", breaker).start();
    breaker.forceOpen("maintenance");
    lab.advanceSeconds(2);
    assertThat(Lab.only(health).message()).isEqualTo("the breaker was opened by hand");
    breaker.disable("never mind");
    lab.advanceSeconds(2);
    assertThat(Lab.only(health).status()).isEqualTo(Status.UP);
    assertThat(Lab.only(health).message()).contains("nothing is watched");
  }

  @Test
  void timeLeft_isToldWhileOpen() {
    Health health = lab.builder().pipeline(inventory).start();
    dead = true;
    List<Duration> left = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      traffic(1);
      GateSnapshot gate = Lab.only(health).gate();
      if (gate.timeLeft() != null) {
        assertThat(gate.state().kind()).isEqualTo(Kind.OPEN);
        left.add(gate.timeLeft());
      }
    }
    assertThat(left).isNotEmpty().allMatch(time -> !time.isNegative());
  }

  @Test
  void addedWhileRunning_itIsSeenToo_andGoesAgain() {
    Health health = lab.builder().watch(watch).start();
    health.add(inventory);
    health.add("inventory [shard-3]", CircuitBreaker.standard());
    dead = true;
    traffic(10);
    assertThat(Lab.only(health).name()).isEqualTo("inventory");
    assertThat(Lab.only(health).status()).isEqualTo(Status.DOWN);
    assertThat(Lab.only(health).gate().refused()).isPositive();
    assertThat(health.snapshot().checks()).hasSize(2);
    assertThatThrownBy(() -> health.add(inventory)).hasMessageContaining("twice");
    assertThat(health.remove("inventory")).isTrue();
    assertThat(health.snapshot().checks()).hasSize(1);
    health.close();
    assertThat(lab.kernel.armedTimers()).isZero();
  }

  @Test
  void optedIn_itTakesTheInstanceOut_pastTheGuard() {
    SharedGuard never = new SharedGuard(1, Duration.ofDays(1), 1);
    Health health = lab.builder().guard(never).pipeline(inventory, Group.READY).start();
    lab.settle();
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.UP);
    breaker.forceOpen("maintenance");
    lab.advanceSeconds(2);
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.DOWN);
    assertThatThrownBy(() -> lab.builder().pipeline(inventory, Group.LIVE))
        .hasMessageStartingWith("group: \"live\" for the SHARED check 'inventory'");
  }

  @Test
  void anActiveCheckOfTheSameName_isRefused_soThatNothingIsCalledTwice() {
    assertThatThrownBy(() -> lab.builder()
            .pipeline(inventory)
            .check(Check.shared("inventory", this::ask))
            .start())
        .hasMessage("check: \"inventory\" twice (expected: a name of its own for each)");
    assertThat(calls).isZero();
  }

  @Test
  void aPipelineWithoutABreaker_isRefused() {
    assertThatThrownBy(() -> lab.builder().pipeline(Pipeline.of("plain", Timeout.ofMillis(10))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("pipeline: 'plain' without a gate that has a state");
    assertThatThrownBy(() ->
            lab.builder().pipeline(Pipeline.of("limits", PerKey.of(() -> ConcurrencyLimit.of(1)))))
        .hasMessageContaining("(expected: one with a circuit breaker)");
  }

  @Test
  void breakersPerKey_areOneCheck_thatNamesTheKeysWithTrouble() {
    PerKey<CircuitBreaker> breakers = PerKey.of(CircuitBreaker::standard);
    Pipeline shards =
        Pipeline.builder("shards").kernel(lab.kernel).policies(breakers).build();
    Health health = lab.builder().pipeline(shards).start();
    lab.settle();
    assertThat(Lab.only(health).status()).isEqualTo(Status.UP);
    breakers.gate("a").forceOpen("maintenance");
    breakers.gate("b");
    lab.settle();
    assertThat(Lab.only(health).status()).isEqualTo(Status.DEGRADED);
    assertThat(Lab.only(health).message()).isEqualTo("1 of 2 keys: a is FORCED_OPEN");
    breakers.gate("b").forceOpen("maintenance");
    breakers.gate(null).forceOpen("maintenance");
    lab.settle();
    assertThat(Lab.only(health).status()).isEqualTo(Status.DOWN);
    assertThat(Lab.only(health).message())
        .startsWith("3 of 3 keys: a is FORCED_OPEN, b is FORCED_OPEN, what has no key");
    for (int i = 0; i < 10; i++) {
      breakers.gate("c" + i).forceOpen("maintenance");
    }
    lab.settle();
    assertThat(Lab.only(health).message()).startsWith("13 of 13 keys: a is").endsWith(", ...");
    breakers.keys().forEach(key -> breakers.gate(key).reset("over"));
    breakers.gate(null).disable("unwatched");
    lab.settle();
    assertThat(Lab.only(health).status()).isEqualTo(Status.UP);
  }
}
