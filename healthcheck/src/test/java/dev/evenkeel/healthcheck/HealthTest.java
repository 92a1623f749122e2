package dev.evenkeel.healthcheck;

import static dev.evenkeel.healthcheck.Lab.only;
import static dev.evenkeel.healthcheck.Lab.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthTest {

  private final Lab lab = new Lab();

  @Test
  void beforeTheFirstResult_isUnknown_andNotReady() {
    Health health =
        lab.builder().executor(task -> {}).check(Check.local("disk", lab::look)).start();
    assertThat(only(health).status()).isEqualTo(Status.UNKNOWN);
    assertThat(only(health).age()).isNull();
    assertThat(only(health).message()).isEqualTo("no result yet");
    assertThat(health.snapshot(Group.READY).orElseThrow().isServing()).isFalse();
    assertThat(health.snapshot(Group.LIVE).orElseThrow().status()).isEqualTo(Status.UP);
  }

  @Test
  void fromUnknown_oneGoodResultIsEnough_badOnesMustBeThree() {
    lab.script.addAll(Collections.nCopies(3, CheckResult.down("full")));
    Health health = lab.builder().check(Check.local("disk", lab::look)).start();
    lab.advanceSeconds(1.2);
    assertThat(lab.runs).isEqualTo(2);
    assertThat(only(health).status()).isEqualTo(Status.UNKNOWN);
    assertThat(only(health).cause()).isEqualTo(new Cause("DOWN", "full", null));
    lab.advanceSeconds(1.2);
    assertThat(status(health, Group.READY)).isEqualTo(Status.DOWN);
    Health other =
        new Lab(lab.kernel).builder().check(Check.local("b", CheckResult::up)).start();
    lab.advance(Duration.ofNanos(1));
    assertThat(status(other, Group.READY)).isEqualTo(Status.UP);
  }

  @Test
  void aFewFailures_changeNothing_untilTheFallCountIsReached() {
    Health health = lab.start(Check.local("disk", lab::look));
    lab.script.add(CheckResult.down("full"));
    lab.script.add(CheckResult.down("full"));
    lab.advanceSeconds(8);
    assertThat(lab.script).isEmpty();
    assertThat(status(health, Group.READY)).isEqualTo(Status.UP);
    lab.answer = CheckResult.down("full");
    lab.advanceSeconds(5.5 + 1.1 + 1.1);
    assertThat(status(health, Group.READY)).isEqualTo(Status.DOWN);
    assertThat(only(health).since()).isLessThan(Duration.ofSeconds(5));
    lab.answer = CheckResult.up();
    lab.advanceSeconds(40);
    assertThat(status(health, Group.READY)).isEqualTo(Status.UP);
  }

  @Test
  void whatThrows_isDown_withItsClassAndTrace() {
    Health health = lab.builder()
        .traceId(() -> "4bf92f3577b34da6a3ce929d0e0e4736")
        .check(Check.shared("db", () -> {
          throw new IOException("refused");
        }))
        .start();
    lab.settle();
    CheckSnapshot db = only(health);
    assertThat(db.status()).isEqualTo(Status.DOWN);
    assertThat(db.cause())
        .isEqualTo(new Cause("java.io.IOException", "refused", "4bf92f3577b34da6a3ce929d0e0e4736"));
    assertThat(db.message()).isEqualTo("java.io.IOException: refused");
    assertThat(health.snapshot().status()).isEqualTo(Status.DEGRADED);
    assertThat(health.snapshot().reason()).isEqualTo("db is DOWN");
  }

  @Test
  void errors_null_andAMessageThatThrows_areFailuresLikeAnyOther() {
    class Nasty extends RuntimeException {
      @Override
      public String getMessage() {
        throw new IllegalStateException("no message for you");
      }
    }
    Health health = lab.start(
        Check.local("error", () -> {
          throw new StackOverflowError();
        }),
        Check.local("null", () -> null),
        Check.local("nasty", () -> {
          throw new Nasty();
        }));
    lab.advanceSeconds(1);
    assertThat(health.snapshot().checks())
        .extracting(CheckSnapshot::status)
        .containsOnly(Status.DOWN);
    assertThat(health.snapshot().checks())
        .extracting(check -> check.cause().errorClass())
        .containsExactly(
            "java.lang.StackOverflowError",
            "java.lang.NullPointerException",
            Nasty.class.getName());
  }

  @Test
  void longTexts_areCut_howeverLongTheyAre() {
    String text = "x".repeat(1_000_000);
    String cut = "x".repeat(297) + "...";
    assertThat(CheckResult.down(text).with("body", text))
        .isEqualTo(new CheckResult(Status.DOWN, cut, Map.of("body", cut)));
    assertThat(new Cause("E", text, null).message()).isEqualTo(cut);
  }

  @Test
  void aTraceSupplierThatThrows_hidesNothing() {
    Health health = lab.builder()
        .traceId(() -> {
          throw new IllegalStateException();
        })
        .check(Check.local("disk", () -> {
          throw new IOException("gone");
        }))
        .start();
    lab.settle();
    assertThat(only(health).cause()).isEqualTo(new Cause("java.io.IOException", "gone", null));
  }

  @Test
  void whatKeepsFailing_isAskedLessAndLess_upToTheLongestInterval() {
    lab.answer = CheckResult.down("gone");
    lab.start(Check.local("disk", lab::look));
    lab.advanceSeconds(600);
    int inTenMinutes = lab.runs;
    assertThat(inTenMinutes).isBetween(600 / 33, 10 + 600 / 27);
    lab.runs = 0;
    lab.answer = CheckResult.up();
    lab.advanceSeconds(600);
    assertThat(lab.runs).isBetween(100, 135);
  }

  @Test
  void twoInstances_doNotAskInStep() {
    List<Long> times = new ArrayList<>();
    Check check = Check.local("disk", () -> {
      times.add(lab.kernel.nanoTime());
      return CheckResult.up();
    });
    lab.start(check);
    lab.start(check);
    lab.advanceSeconds(100);
    assertThat(times.stream().distinct().count()).isEqualTo(times.size());
  }

  @Test
  void frozenForTenMinutes_isUnknown_thenItsNewState_neverAStaleUp() {
    List<Runnable> handedOver = new ArrayList<>();
    Health health = lab.builder()
        .executor(handedOver::add)
        .check(Check.local("disk", lab::look))
        .start();
    lab.advance(Duration.ofNanos(1));
    handedOver.remove(0).run();
    assertThat(status(health, Group.READY)).isEqualTo(Status.UP);
    lab.advanceSeconds(600); // no check ran meanwhile
    assertThat(status(health, Group.READY)).isEqualTo(Status.UNKNOWN);
    assertThat(only(health).message()).startsWith("the last result (UP) is ");
    lab.answer = CheckResult.down("full");
    for (int i = 0; i < 3; i++) {
      handedOver.remove(0).run();
      assertThat(status(health, Group.READY)).isEqualTo(i < 2 ? Status.UNKNOWN : Status.DOWN);
      lab.advanceSeconds(1.2);
    }
  }

  @Test
  void unknownResult_isNoEvidence() {
    Health health = lab.start(Check.local("disk", lab::look));
    lab.answer = CheckResult.unknown("cannot tell");
    lab.advanceSeconds(10);
    assertThat(status(health, Group.READY)).isEqualTo(Status.UP);
    lab.advanceSeconds(10);
    assertThat(status(health, Group.READY)).isEqualTo(Status.UNKNOWN);
  }

  @Test
  void liveness_looksAtLocalChecksThatAskForIt_only() {
    Health health = lab.start(
        Check.local("disk", () -> CheckResult.down("full")),
        Check.local("loop", () -> CheckResult.up()).groups(Group.LIVE, Group.READY),
        Check.shared("db", () -> CheckResult.down("gone")));
    assertThat(status(health, Group.LIVE)).isEqualTo(Status.UP);
    assertThat(status(health, Group.READY)).isEqualTo(Status.DOWN);
    assertThatThrownBy(() -> Check.shared("db", lab::look).groups(Group.LIVE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("group: \"live\" for the SHARED check 'db' "
            + "(expected: a LOCAL one; a restart of this process mends nobody else)");
    assertThatThrownBy(() -> Check.optional("ads", lab::look).groups(Group.READY))
        .hasMessageContaining("(expected: a LOCAL or SHARED one)");
  }

  @Test
  void sharedOutage_doesNotFlipReadiness_andOptionalOnlyDegrades() {
    Health health = lab.start(
        Check.shared("db", () -> CheckResult.down("gone")),
        Check.optional("ads", () -> CheckResult.down("gone")));
    assertThat(status(health, Group.READY)).isEqualTo(Status.UP);
    assertThat(health.snapshot().status()).isEqualTo(Status.DEGRADED);
    assertThat(health.snapshot().isServing()).isTrue();
  }

  @Test
  void start_waitsForTheApplicationAndItsChecks_andStaysOnceItIs() {
    lab.answer = CheckResult.down("cache is cold");
    Health health = lab.builder()
        .waitForStarted()
        .check(Check.local("warm-up", lab::look).groups(Group.STARTED))
        .start();
    lab.settle();
    assertThat(status(health, Group.STARTED)).isEqualTo(Status.DOWN);
    assertThat(health.snapshot(Group.READY).orElseThrow().reason()).isEqualTo("not started yet");
    assertThat(status(health, Group.LIVE)).isEqualTo(Status.UP);
    health.started();
    assertThat(health.phase()).isEqualTo(Phase.STARTING);
    lab.answer = CheckResult.up();
    lab.advanceSeconds(40);
    assertThat(health.phase()).isEqualTo(Phase.RUNNING);
    assertThat(status(health, Group.READY)).isEqualTo(Status.UP);
    lab.answer = CheckResult.down("cold again");
    lab.advanceSeconds(60);
    assertThat(status(health, Group.STARTED)).isEqualTo(Status.UP);
    assertThat(status(health, Group.READY)).isEqualTo(Status.UP);
  }

  @Test
  void readyBeforeStarted_asMicroProfileHasIt() {
    Health health = lab.builder()
        .readyBeforeStarted()
        .check(Check.local("warm-up", () -> CheckResult.down("cold")).groups(Group.STARTED))
        .start();
    lab.settle();
    assertThat(status(health, Group.STARTED)).isEqualTo(Status.DOWN);
    assertThat(status(health, Group.READY)).isEqualTo(Status.UP);
    health.drain();
    assertThat(status(health, Group.READY)).isEqualTo(Status.DOWN);
  }

  @Test
  void drain_turnsReadinessDown_andWaitsForTheNotice() throws InterruptedException {
    Health health = lab.start(Check.local("disk", lab::look));
    long before = lab.kernel.nanoTime();
    health.drain(Duration.ofSeconds(10));
    assertThat(lab.kernel.nanoTime() - before).isEqualTo(Duration.ofSeconds(10).toNanos());
    assertThat(status(health, Group.READY)).isEqualTo(Status.DOWN);
    assertThat(status(health, Group.LIVE)).isEqualTo(Status.UP);
    assertThat(status(health, Group.STARTED)).isEqualTo(Status.UP);
    int runs = lab.runs;
    lab.advanceSeconds(60);
    assertThat(lab.runs).as("checks go on").isGreaterThan(runs);
    health.close();
    health.started();
    health.drain();
    assertThat(health.phase()).isEqualTo(Phase.STOPPED);
    assertThat(lab.kernel.armedTimers()).isZero();
  }

  @Test
  void addedAndRemoved_whileRunning() {
    Health health = lab.start();
    health.add(Check.local("disk", () -> CheckResult.down("full")));
    lab.settle();
    assertThat(status(health, Group.READY)).isEqualTo(Status.DOWN);
    assertThatThrownBy(() -> health.add(Check.local("disk", lab::look)))
        .hasMessage("check: \"disk\" twice (expected: a name of its own for each)");
    assertThat(health.remove("disk")).isTrue();
    assertThat(health.remove("disk")).isFalse();
    assertThat(status(health, Group.READY)).isEqualTo(Status.UP);
    assertThat(lab.kernel.armedTimers()).isZero();
  }

  @Test
  void ownGroup_answersForItsMembers() {
    Health health = lab.builder()
        .group(new Group("batch", true))
        .check(Check.local("queue", () -> CheckResult.down("full")).groups("batch"))
        .start();
    lab.settle();
    assertThat(status(health, "batch")).isEqualTo(Status.DOWN);
    assertThat(status(health, Group.READY)).isEqualTo(Status.UP);
    assertThat(health.snapshot("other")).isEmpty();
    assertThat(health.groups()).containsExactly("batch", "live", "ready", "started");
    assertThatThrownBy(() ->
            lab.builder().check(Check.local("a", lab::look).groups("nowhere")).start())
        .hasMessageStartingWith("group: \"nowhere\" of the check 'a' (expected: one of [");
    assertThatThrownBy(() -> new Group("a/b", true)).hasMessageContaining("expected: letters");
    assertThatThrownBy(() -> Check.local("a", lab::look).groups("all"))
        .hasMessageContaining("every check counts in this one");
  }

  @Test
  void listener_hearsEachChange_andOneThatThrowsStopsNothing() {
    List<StatusChange> heard = new ArrayList<>();
    Health health = lab.builder()
        .listener(change -> {
          heard.add(change);
          throw new IllegalStateException("listener");
        })
        .check(Check.local("disk", lab::look).timing(CheckTiming.standard().riseAndFall(1, 1)))
        .start();
    lab.advanceSeconds(1);
    lab.answer = CheckResult.down("full");
    lab.advanceSeconds(6);
    assertThat(heard)
        .containsExactly(
            new StatusChange("disk", CheckKind.LOCAL, Status.UNKNOWN, Status.UP, null),
            new StatusChange("disk", CheckKind.LOCAL, Status.UP, Status.DOWN, "full"));
    assertThat(status(health, Group.READY)).isEqualTo(Status.DOWN);
  }

  @Test
  void listener_hearsLaterWhatFoundNoThread() {
    JumpingKernel kernel = new JumpingKernel();
    List<Status> heard = new ArrayList<>();
    Health health = Health.builder()
        .kernel(kernel)
        .executor(Runnable::run)
        .listener(change -> heard.add(change.to()))
        .check(Check.local("disk", lab::look).timing(CheckTiming.standard().riseAndFall(1, 1)))
        .start();
    kernel.isFull = true;
    kernel.advance(Duration.ofSeconds(1));
    assertThat(heard).isEmpty();
    assertThat(status(health, Group.READY)).isEqualTo(Status.UP);
    kernel.isFull = false;
    lab.answer = CheckResult.down("full");
    kernel.advance(Duration.ofSeconds(6));
    assertThat(heard).containsExactly(Status.UP, Status.DOWN);
  }

  @Test
  void timing_refusesBadValues() {
    CheckTiming timing = CheckTiming.standard();
    assertThatThrownBy(() -> timing.every(Duration.ZERO))
        .hasMessage("interval: 0 s (expected: 1 ms to 86400 s)");
    assertThatThrownBy(() -> timing.within(Duration.ofSeconds(-1)))
        .hasMessageStartingWith("timeLimit: -1 s");
    assertThatThrownBy(() -> timing.riseAndFall(0, 1)).hasMessageStartingWith("rise: 0");
    assertThatThrownBy(() -> timing.riseAndFall(1, 101)).hasMessageStartingWith("fall: 101");
    assertThatThrownBy(() -> timing.backOffTo(Duration.ofSeconds(1)))
        .hasMessage("maxInterval: 1 s (expected: 5 s to 86400 s)");
    assertThatThrownBy(() -> timing.staleAfter(Duration.ofSeconds(1)))
        .hasMessageStartingWith("staleAfter: 1 s (expected: 6 s");
    assertThatThrownBy(() -> timing.every(null)).isInstanceOf(NullPointerException.class);
    assertThat(timing.every(Duration.ofMinutes(1)).maxInterval()).isEqualTo(Duration.ofMinutes(1));
    assertThatThrownBy(() -> CheckResult.up().with("a", List.of()))
        .hasMessage("data.a: [] (expected: a string, a number or a boolean)");
  }
}
