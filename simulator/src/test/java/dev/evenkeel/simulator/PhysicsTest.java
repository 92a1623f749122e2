package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.core.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scenario can say beyond S1 to S13 happens as it is said. */
class PhysicsTest {

  private static Scenario scenario(String... settings) {
    List<String> all = new ArrayList<>(List.of(
        "server.limit=none",
        "server.latency=50ms",
        "server.service=fixed",
        "server.coldShare=1",
        "clients.count=1",
        "clients.rate=100/s",
        "observe=60s"));
    all.addAll(List.of(settings));
    return ScenarioFile.read("S1", all);
  }

  private static Recorder run(String... settings) {
    return new Simulation(scenario(settings), PolicyName.NONE, 1).run(true);
  }

  private static double perSecond(int[] bins, int fromSecond, int toSecond) {
    return IntStream.range(10 * fromSecond, 10 * toSecond)
            .mapToDouble(bin -> bins[bin])
            .sum()
        / (toSecond - fromSecond);
  }

  /** Of the first second after the return. */
  private static double millisAfter(Recorder run) {
    int[] buckets = run.latency[0];
    int most = 0;
    for (int i = 0; i < buckets.length; i++) {
      most = buckets[i] > buckets[most] ? i : most;
    }
    return Recorder.bucketMillis(most);
  }

  @Test
  void withoutALimit_everyCallTakesItsTime_howeverMany() {
    assertThat(millisAfter(run("clients.rate=5000/s"))).isCloseTo(50, within(5.0));
  }

  @Test
  void slowFactor_staysAfterTheReturn_atTheSameCapacity() {
    assertThat(millisAfter(run("server.slowFactor=8", "clients.timeout=10s")))
        .isCloseTo(400, within(40.0));
    Recorder limited = run("server.limit=workers", "server.slowFactor=8", "clients.timeout=10s");
    assertThat(limited.capacity[limited.returnBin + 100]).isEqualTo(2000);
    assertThat(millisAfter(limited)).isCloseTo(400, within(40.0));
  }

  @Test
  void capacityAfter_andTheSecondStep() {
    Recorder run = run(
        "server.limit=workers",
        "server.capacityAfter=0.5",
        "server.stepAfter=20s",
        "server.stepCapacity=0.1");
    assertThat(run.capacity[run.returnBin + 100]).isCloseTo(100, within(1e-6));
    assertThat(run.capacity[run.returnBin + 300]).isCloseTo(1000, within(1e-6));
  }

  @Test
  void errorsOfAHealthyServer_comeBeforeAndAfter() {
    Recorder run =
        run("server.errorShare=0.2", "server.errorShareAfter=0.4", "clients.rate=1000/s");
    assertThat(perSecond(run.bad, 10, 50)).isCloseTo(200, within(10.0));
    assertThat(perSecond(run.bad, 130, 170)).isCloseTo(400, within(10.0));
  }

  @Test
  void errorsUntilWarm_fallAsItSucceeds() {
    Recorder run = run("server.coldErrorShare=0.8", "server.coldErrorCalls=500");
    assertThat(perSecond(run.bad, 120, 123)).isGreaterThan(50);
    assertThat(perSecond(run.bad, 170, 178)).isLessThan(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fast", "full"})
  void errors_comeAtOnceOrAsLateAsAnswers(String time) {
    Recorder run = run(
        "server.limit=workers", "server.errorShare=1", "server.errorTime=" + time, "observe=20s");
    assertThat(perSecond(run.bad, 10, 50)).isCloseTo(100, within(10.0));
    assertThat(run.workAfterReturn > 0).isEqualTo(time.equals("full"));
  }

  @Test
  void hitsAndMisses_shiftAtTheReturn_andTheirMeanWasTheLatency() {
    // 0.9 * 5 ms + 0.1 * 500 ms: 54.5 ms
    String[] mix = {
      "server.latency=54.5ms",
      "server.hitShare=0.9",
      "server.hitShareAfter=0",
      "server.hitTime=0.01",
    };
    assertThat(millisAfter(run(mix))).isCloseTo(500, within(50.0));
  }

  @Test
  void callsAtOneInstant_comeTogether() {
    Recorder run = run("clients.burstEvery=10s", "clients.rate=30/s");
    long busyBins = IntStream.range(0, 600).filter(bin -> run.asked[bin] > 0).count();
    assertThat(busyBins).isBetween(5L, 7L);
    assertThat(IntStream.range(0, 600).map(bin -> run.asked[bin]).max().orElse(0))
        .isBetween(299, 301);
  }

  @ParameterizedTest
  @CsvSource({"0.01, 10", "5, 5000", "100, 100000"})
  void loadAfterTheReturn_isAnother(double factor, double rate) {
    Recorder run = run("clients.rate=1000/s", "clients.loadAfter=" + factor, "observe=20s");
    assertThat(perSecond(run.asked, 10, 50)).isCloseTo(1000, within(40.0));
    assertThat(perSecond(run.asked, 125, 135)).isCloseTo(rate, within(0.1 * rate + 3));
  }

  @Test
  void load_risesFromTheStart() {
    Recorder run = run("clients.rate=1000/s", "clients.rise=20s");
    assertThat(perSecond(run.asked, 0, 10)).isCloseTo(250, within(40.0));
    assertThat(perSecond(run.asked, 10, 20)).isCloseTo(750, within(40.0));
    assertThat(perSecond(run.asked, 20, 50)).isCloseTo(1000, within(40.0));
  }

  @Test
  void firstShare_isExact() {
    Arrivals arrivals = new Arrivals(
        scenario("clients.count=11", "clients.firstShare=0.4", "clients.unevenness=1"), 1);
    assertThat(arrivals.rate(0)).isCloseTo(40, within(1e-9));
    assertThat(IntStream.range(1, 11).mapToDouble(arrivals::rate).sum())
        .isCloseTo(60, within(1e-9));
  }

  @Test
  void aSecondOutage_followsTheReturn() {
    Recorder run = run("trouble.againAfter=10s", "trouble.againLength=5s");
    assertThat(perSecond(run.answered, 122, 129)).isGreaterThan(80);
    assertThat(perSecond(run.answered, 131, 134)).isZero();
    assertThat(perSecond(run.answered, 137, 170)).isGreaterThan(80);
  }

  @Test
  void aBrownout_comesBeforeTheOutage() {
    Recorder run =
        run("server.limit=workers", "trouble.brownout=20s", "trouble.brownoutCapacity=0.25");
    assertThat(run.capacity[300]).isEqualTo(2000);
    assertThat(run.capacity[500]).isEqualTo(500);
    assertThat(run.capacity[1500]).isEqualTo(2000);
  }

  @Test
  void aFrozenProcess_hearsEverythingLate() {
    Recorder run = run("clients.freezeShare=1", "clients.freezeAt=10s", "clients.freezeLength=5s");
    assertThat(perSecond(run.asked, 131, 134)).isZero();
    assertThat(run.asked[1350]).as("what was asked meanwhile").isGreaterThan(400);
    assertThat(perSecond(run.goodput, 131, 134)).isZero();
  }

  @Test
  void anAlarmThatRingsTooLate_isNoEvidence() {
    assertThat(Processes.isTooLate(499_000_000L, 1_000_000_000L)).isFalse();
    assertThat(Processes.isTooLate(501_000_000L, 1_000_000_000L)).isTrue();
  }

  @Test
  void callersWhoGiveUp_areNoEvidence() {
    String[] hanging = {"server.deadCalls=hang", "clients.timeout=200ms"};
    Scenario own = scenario(hanging);
    Scenario callers = own.with(Field.DEADLINE, "caller");
    assertThat(new Simulation(own, PolicyName.EVENKEEL, 1).run(false).trips).isEqualTo(1);
    assertThat(new Simulation(callers, PolicyName.EVENKEEL, 1).run(false).trips).isZero();
    assertThat(Verdict.CANCELLED.isEvidence()).isFalse();
  }

  /**
   * Nothing that goes by the monotonic clock may notice where it begins, or that it wraps around.
   */
  @ParameterizedTest
  @CsvSource({"EVENKEEL, 3", "WITHOUT_FAILBACK, 3", "EVENKEEL, 6"})
  void oddClocks_changeNothing(PolicyName policy, int clients) {
    Scenario zero = scenario("clients.count=" + clients, "clients.timeout=300ms");
    Scenario odd = zero.with(Field.CLOCK, "odd");
    Recorder expected = new Simulation(zero, policy, 3).run(false);
    Recorder actual = new Simulation(odd, policy, 3).run(false);
    assertThat(actual.sent).isEqualTo(expected.sent);
    assertThat(actual.answered).isEqualTo(expected.answered);
  }

  @Test
  void processesThatStartInTheOutage_haveNoMemory_butAreAsked() {
    Recorder run = new Simulation(
            scenario("clients.restartShare=1", "clients.restartAt=-30s"), PolicyName.EVENKEEL, 1)
        .run(false);
    assertThat(run.trips).as("before it, and after it").isEqualTo(2);
    assertThat(perSecond(run.asked, 95, 115)).isCloseTo(100, within(15.0));
  }

  @Test
  void reset_closesTheBreakerInTheOutage() {
    Recorder run = new Simulation(
            scenario("clients.resetShare=1", "clients.resetAt=-30s"), PolicyName.EVENKEEL, 1)
        .run(false);
    assertThat(run.trips).isEqualTo(2);
  }

  @Test
  void startup_makesTheFirstSecondsSlow() {
    Recorder run = new Simulation(
            scenario(
                "clients.startupLength=20s",
                "clients.startupDelay=5s",
                "clients.restartShare=1",
                "clients.restartAt=0s"),
            PolicyName.NONE,
            1)
        .run(false);
    assertThat(perSecond(run.bad, 121, 124)).as("timed out").isGreaterThan(30);
    assertThat(perSecond(run.bad, 145, 170)).isZero();
  }

  /** Fault 19: with calls longer than several lives of the server, old work was taken for new. */
  @Test
  void workOfAnEarlierLife_isNotTakenForThisOnes() {
    Scenario scenario = ScenarioFile.read(
        "S7",
        List.of(
            "server.capacity=100/s",
            "server.workers=1000",
            "trouble.period=200ms",
            "clients.count=20",
            "clients.timeout=60s",
            "observe=30s"));
    int[] least = {0};
    Simulation simulation = new Simulation(scenario, PolicyName.NONE, 1);
    simulation.run(false);
    least[0] = Math.min(least[0], simulation.server(0).leastBusy());
    assertThat(least[0]).isZero();
  }

  @Test
  void clockStep_movesResilience4jOnly() {
    Scenario still = scenario();
    Scenario step = still.with(Field.CLOCK_STEP, "60s");
    assertThat(new Simulation(step, PolicyName.EVENKEEL, 1).run(false).sent)
        .isEqualTo(new Simulation(still, PolicyName.EVENKEEL, 1).run(false).sent);
    String[] slow = {"trouble.length=50s"};
    long waits = new Simulation(scenario(slow), PolicyName.RESILIENCE4J, 1).run(false).lostAfter;
    long stepped = new Simulation(
            scenario(slow).with(Field.CLOCK_STEP, "60s"), PolicyName.RESILIENCE4J, 1)
        .run(false)
        .lostAfter;
    assertThat(stepped).isLessThan(waits);
  }
}
