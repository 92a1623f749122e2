package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dependencies that came back other than they were, each of which once held a ramp for ever. */
class RampEndsTest {

  private static final double RETURN = 180;

  @Test
  void eightPercentOfBackgroundErrors_doNotHoldTheRamp() {
    Town town = new Town(1);
    town.rate = 500;
    town.backgroundFailures = 0.08;
    assertThat(town.runUntil(780).admitted(720, 780)).isGreaterThan(0.99);
  }

  @Test
  void dependencyFiveTimesSlowerForGood_getsEverythingBack() {
    Town town = new Town(1);
    town.latency = (time, dice) -> (time < RETURN ? 0.05 : 0.25) * Town.exponential(dice);
    assertThat(town.runUntil(1080).admitted(1020, 1080)).isGreaterThan(0.99);
  }

  @Test
  void tenTimesTheLoadAndTwiceAsSlow_getsEverythingBack() {
    Town town = new Town(1);
    town.rate = 10;
    town.rateAfter = 100;
    town.latency = (time, dice) -> (time < RETURN ? 0.05 : 0.1) * Town.exponential(dice);
    assertThat(town.runUntil(780).admitted(720, 780)).isGreaterThan(0.99);
  }

  @Test
  void processesStartedInTheOutage_getEverythingBack() {
    int stuck = 0;
    for (int seed = 0; seed < 20; seed++) {
      Town town = new Town(seed);
      town.outageFrom = 0;
      town.outageTo = 60;
      stuck += town.runUntil(660).admitted(600, 660) < 0.99 ? 1 : 0;
    }
    assertThat(stuck).as("of 20 processes not back after 10 min").isZero();
  }

  @Test
  void processesResetInTheOutage_getEverythingBack() {
    int stuck = 0;
    for (int seed = 0; seed < 20; seed++) {
      Town town = new Town(seed);
      town.latency = (time, dice) -> dice.nextDouble() < 0.7 ? 0.001 : 0.2;
      town.hooks.put(150.0, () -> town.breaker.reset("try again"));
      stuck += town.runUntil(780).admitted(720, 780) < 0.99 ? 1 : 0;
    }
    assertThat(stuck).as("of 20 processes not back after 10 min").isZero();
  }

  @Test
  void burstsOfTenEachSecondTwiceAsSlow_getEverythingBack() {
    Town town = new Town(1);
    town.burst = 10;
    town.latency = (time, dice) -> (time < RETURN ? 0.05 : 0.1) * Town.exponential(dice);
    assertThat(town.runUntil(1080).admitted(1020, 1080)).isGreaterThan(0.99);
  }

  @Test
  void callsOfTwentySeconds_getEverythingBack() {
    Town town = new Town(1);
    town.rate = 20;
    town.outageFrom = 300;
    town.outageTo = 360;
    town.latency = (time, dice) -> (0.9 + 0.2 * dice.nextDouble()) * (time < 360 ? 10 : 20);
    town.runUntil(1560);
    assertThat(town.admitted(1500, 1560)).isGreaterThan(0.99);
  }

  /** Most answers came from a cache, which the outage has emptied for good; some calls fail. */
  @ParameterizedTest
  @CsvSource({
    "0.3, 0, 10",
    "0.3, 0.05, 3",
    "0.3, 0.12, 3",
    "0.08, 0.05, 1",
    "0, 0.05, 3",
    "0, 0.12, 3"
  })
  void callsThatHaveBecomeFortyTimesSlower_areNotTakenForHanging_norTheirFailuresForAll(
      double hits, double failures, double rate) {
    double admitted = 0;
    int seeds = 5;
    for (int seed = 0; seed < seeds; seed++) {
      Town town = new Town(seed);
      town.rate = rate;
      town.backgroundFailures = failures;
      town.latency = (time, dice) -> {
        boolean hit = dice.nextDouble() < (time < RETURN ? 0.97 : hits);
        return hit ? 0.007 : (time < RETURN ? 1.2 : 50) * (0.9 + 0.2 * dice.nextDouble());
      };
      admitted += town.runUntil(1380).admitted(180, 1380) / seeds;
    }
    assertThat(admitted)
        .as("of 20 minutes, 75 s of which are the probe's and the first answers'")
        .isGreaterThan(0.7);
  }

  @Test
  void dependencySlowForGood_isNotLetInAgainAndAgain() {
    Town town = new Town(1);
    town.outageFrom = 1e9;
    town.outageTo = 1e9;
    town.latency = (time, dice) -> {
      if (time < 300) {
        return 0.05 * Town.exponential(dice);
      }
      return dice.nextDouble() < 0.7 ? 2 : 0.05;
    };
    town.breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
        .slidingWindow(60, 20, SlidingWindowType.TIME_BASED)
        .slowCallRateThreshold(50)
        .slowCallDurationThreshold(Duration.ofSeconds(1))
        .build());
    town.runUntil(2100);
    assertThat(town.admitted(360, 2100)).as("of Resilience4j: 0.03").isLessThan(0.3);
  }

  /** Every ten seconds a page is opened: five calls, 150 ms apart, of 800 ms each. */
  private static final class Pages {
    final ManualKernel kernel = ManualKernel.withSeed(11);
    final List<String> reasons = new ArrayList<>();
    final CircuitBreaker breaker = CircuitBreaker.standard();
    boolean dead;
    int lost;

    private final Pipeline pipeline = Pipeline.builder("reports")
        .kernel(kernel)
        .policies(breaker)
        .listener(new PipelineListener() {
          @Override
          public void onStateChange(StateChange change) {
            reasons.add(change.reason());
          }
        })
        .build();

    private CompletableFuture<String> answer(boolean deadNow) {
      CompletableFuture<String> answer = new CompletableFuture<>();
      var unused = kernel.schedule(kernel.nanoTime() + 800_000_000L, () -> {
        if (deadNow) {
          answer.completeExceptionally(new IOException("503"));
        } else {
          answer.complete("ok");
        }
      });
      return answer;
    }

    void open(int pages) {
      for (int page = 0; page < pages; page++) {
        for (int i = 0; i < 5; i++) {
          boolean deadNow = dead;
          var unused = pipeline
              .callAsync(() -> answer(deadNow))
              .whenComplete((result, failure) -> lost += failure == null ? 0 : 1);
          kernel.advance(Duration.ofMillis(150));
        }
        kernel.advance(Duration.ofMillis(10_000 - 5 * 150));
      }
    }
  }

  @Test
  void pagesInSmallBursts_doNotHang_andTheRampIsLeft() {
    Pages pages = new Pages();
    pages.open(120);
    pages.dead = true;
    pages.open(12);
    pages.dead = false;
    pages.lost = 0;
    pages.reasons.clear();
    pages.open(90); // 15 minutes after the return
    assertThat(pages.lost).as("of 450").isLessThan(60);
    assertThat(pages.breaker.state()).isEqualTo(GateState.CLOSED);
    assertThat(pages.reasons).noneMatch(reason -> reason.contains("hang"));
  }
}
