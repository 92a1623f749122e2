package dev.evenkeel.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Hysteresis and staleness under whatever results, gaps and clocks. */
class AssessmentProperties {

  /** A result that comes some time after the one before. */
  record Step(Status status, long gapNanos) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Long> gaps = Arbitraries.frequencyOf(
        Tuple.of(6, Arbitraries.longs().between(0, 6_000_000_000L)),
        Tuple.of(1, Arbitraries.longs().between(0, 600_000_000_000L)),
        Tuple.of(1, Arbitraries.just(600_000_000_000L)));
    return Combinators.combine(Arbitraries.of(Status.class), gaps)
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  @Provide
  Arbitrary<Long> clocks() {
    return Arbitraries.of(
        0L,
        -1L,
        -600_000_000_000L,
        Long.MAX_VALUE - 1_000_000_000L,
        Long.MIN_VALUE,
        Long.MAX_VALUE);
  }

  @Property
  void upIsToldOnlyWithAGoodResult_noOlderThanTheLimit(
      @ForAll("steps") List<Step> steps,
      @ForAll("clocks") long startNanos,
      @ForAll @IntRange(min = 1, max = 5) int rise,
      @ForAll @IntRange(min = 1, max = 5) int fall) {
    long stale = CheckTiming.standard().staleNanos(0);
    long now = startNanos;
    Assessment known = Assessment.begin(now);
    boolean everGood = false;
    long lastGood = 0;
    for (Step step : steps) {
      now += step.gapNanos();
      if (known.reported(stale, now).isServing()) {
        assertThat(everGood).isTrue();
        // A bad result or a few after it keep the state, so the last evidence, not the last good.
        assertThat(now - known.observedNanos()).isLessThanOrEqualTo(stale);
      }
      known = known.observe(
          new CheckResult(step.status(), null, Map.of()),
          null,
          known.isStale(stale, now),
          rise,
          fall,
          now);
      if (step.status().isServing()) {
        everGood = true;
        lastGood = now;
      }
      if (known.reported(stale, now).isServing() && known.contrary() == 0) {
        assertThat(lastGood).isEqualTo(known.observedNanos());
      }
    }
  }

  @Property
  void stateChangesOnlyAfterEnoughInARow_orWhenWhatWasKnownIsTooOld(
      @ForAll("steps") List<Step> steps,
      @ForAll("clocks") long startNanos,
      @ForAll @IntRange(min = 1, max = 5) int rise,
      @ForAll @IntRange(min = 1, max = 5) int fall) {
    long stale = CheckTiming.standard().staleNanos(0);
    long now = startNanos;
    Assessment known = Assessment.begin(now);
    List<Boolean> row = new ArrayList<>(); // the last results that were evidence and not too old
    for (Step step : steps) {
      now += step.gapNanos();
      boolean tooOld = known.isStale(stale, now);
      Assessment before = known;
      known = known.observe(
          new CheckResult(step.status(), null, Map.of()), null, tooOld, rise, fall, now);
      if (step.status() == Status.UNKNOWN) {
        assertThat(known.settled()).isEqualTo(before.settled());
        assertThat(known.reported(stale, now)).isIn(before.settled(), Status.UNKNOWN);
        continue;
      }
      boolean good = step.status().isServing();
      if (tooOld) {
        row.clear();
      }
      row.add(good);
      boolean flipped =
          before.isKnown() && before.settled().isServing() != known.settled().isServing();
      if (flipped && !tooOld) {
        int needed = good ? rise : fall;
        assertThat(row.size()).isGreaterThanOrEqualTo(needed);
        assertThat(row.subList(row.size() - needed, row.size())).containsOnly(good);
      }
      if (tooOld || !before.isKnown()) {
        assertThat(known.settled())
            .as("its new state or UNKNOWN, never the old one")
            .isIn(step.status(), good ? step.status() : Status.UNKNOWN);
      }
    }
  }

  /** The whole machine: a process that stands still between any two events. */
  @Property(tries = 300)
  void aFrozenProcess_neverTellsAStaleUp(
      @ForAll("clocks") long startNanos,
      @ForAll("script") List<Boolean> script,
      @ForAll @IntRange(min = 0, max = 40) int freezeAfterSeconds) {
    ManualKernel kernel = ManualKernel.startingAt(startNanos);
    Deque<Runnable> pool = new ArrayDeque<>();
    Deque<Boolean> answers = new ArrayDeque<>(script);
    boolean[] last = {true};
    Health health = Health.builder()
        .kernel(kernel)
        .executor(pool::add)
        .check(Check.local("disk", () -> {
          Boolean scripted = answers.poll();
          last[0] = scripted == null || scripted;
          return last[0] ? CheckResult.up() : CheckResult.down("full");
        }))
        .start();
    for (int second = 0; second < freezeAfterSeconds; second++) {
      kernel.advance(Duration.ofSeconds(1));
      runAll(pool);
    }
    // Frozen: the clock goes on, nothing else does.
    kernel.advance(Duration.ofMinutes(10));
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.UNKNOWN);
    assertThat(health.snapshot(Group.READY).orElseThrow().isServing()).isFalse();
    assertThat(health.snapshot(Group.LIVE).orElseThrow().isServing()).isTrue();
    runAll(pool); // what waited
    kernel.advance(Duration.ofSeconds(1));
    runAll(pool);
    Status after = Lab.status(health, Group.READY);
    if (after == Status.UP) {
      assertThat(last[0]).as("its new state").isTrue();
    } else {
      assertThat(after).isIn(Status.UNKNOWN, Status.DOWN);
    }
    if (last[0] && after != Status.UP) {
      assertThat(script).contains(false); // a bad one shortly before: not yet risen again
    }
    health.close();
    assertThat(kernel.armedTimers()).isZero();
  }

  @Provide
  Arbitrary<List<Boolean>> script() {
    return Arbitraries.of(true, false).list().ofMaxSize(40);
  }

  private static void runAll(Deque<Runnable> pool) {
    for (Runnable task = pool.poll(); task != null; task = pool.poll()) {
      task.run();
    }
  }
}
