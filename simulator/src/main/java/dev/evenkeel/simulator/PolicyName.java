package dev.evenkeel.simulator;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Retry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The policies that can be held against each other, with the settings their authors ship. */
enum PolicyName implements PolicySet {
  EVENKEEL("evenkeel", "Evenkeel: Retry.jittered(3) and CircuitBreaker, as shipped") {
    @Override
    public Member member(Surroundings world, int client, int shard) {
      Scenario scenario = world.scenario();
      CircuitBreaker breaker = CircuitBreaker.of(Breakers.waiting(scenario), scenario.failback());
      if (scenario.is(Field.ROW_RULE, "yes")) {
        breaker = breaker
            .alsoTripAfter(
                scenario.count(Field.FAILURES_IN_A_ROW), scenario.duration(Field.FAILURES_OVER))
            .doubtTimeoutsAtStart();
      }
      breaker.attach(world.attachment(client, shard));
      int attempts = scenario.count(Field.ATTEMPTS);
      return new Member(attempts == 1 ? null : Retry.jittered(attempts), breaker);
    }
  },
  EVENKEEL_FLEET("evenkeel-fleet", "the same, all processes together over a store they share") {
    @Override
    public Member member(Surroundings world, int client, int shard) {
      Scenario scenario = world.scenario();
      CircuitBreaker breaker = CircuitBreaker.of(Breakers.waiting(scenario), scenario.failback());
      if (scenario.is(Field.ROW_RULE, "yes")) {
        breaker = breaker
            .alsoTripAfter(
                scenario.count(Field.FAILURES_IN_A_ROW), scenario.duration(Field.FAILURES_OVER))
            .doubtTimeoutsAtStart();
      }
      Fleet fleet =
          Fleet.builder(world.fleetStore()).member(SimFleetStore.name(client)).build();
      breaker.sharedBy(fleet.dependency("server-" + shard)).attach(world.attachment(client, shard));
      int attempts = scenario.count(Field.ATTEMPTS);
      return new Member(attempts == 1 ? null : Retry.jittered(attempts), breaker);
    }
  },
  ORACLE("oracle", "the best possible: serves min(load, capacity)") {
    @Override
    public Member member(Surroundings world, int client, int shard) {
      return new Member(
          null, new Oracle(world.server(shard), world.scenario().number(Field.TIMEOUT)));
    }
  },
  NONE("none", "nothing") {
    @Override
    public Member member(Surroundings world, int client, int shard) {
      return new Member(null, null);
    }
  },
  RETRY("retry", "three attempts, 500 ms apart") {
    @Override
    public Member member(Surroundings world, int client, int shard) {
      Retry retry = Retry.builder()
          .maxAttempts(3)
          .backoff(Backoff.fixed(Duration.ofMillis(500)))
          .unlimitedBudget()
          .build();
      return new Member(retry, null);
    }
  },
  RESILIENCE4J("resilience4j", "Resilience4j's CircuitBreaker, its defaults") {
    @Override
    public Member member(Surroundings world, int client, int shard) {
      return new Member(
          null,
          new Resilience4jGate(
              Breakers.baseline(world.scenario())
                  .waitIntervalFunctionInOpenState(Breakers.wait(world.scenario())),
              world,
              client,
              shard));
    }
  },
  RESILIENCE4J_BACKOFF(
      "resilience4j-backoff", "Resilience4j, waiting 1 s, doubled up to 60 s, +-50 % at random") {
    @Override
    public Member member(Surroundings world, int client, int shard) {
      Chance chance = new Chance(world.seed(), Purpose.BASELINE, client);
      IntervalFunction doubled =
          IntervalFunction.ofExponentialBackoff(1_000, 2, 60_000); // its own jitter is not seeded
      CircuitBreakerConfig.Builder config = Breakers.baseline(world.scenario())
          .waitIntervalFunctionInOpenState(
              attempt -> Math.max(1, (long) (doubled.apply(attempt) * (0.5 + chance.unit()))));
      return new Member(null, new Resilience4jGate(config, world, client, shard));
    }
  },
  WITHOUT_FAILBACK(
      "without-failback", "Evenkeel's breaker with Resilience4j's own way back: what a user had") {
    @Override
    public Member member(Surroundings world, int client, int shard) {
      Scenario scenario = world.scenario();
      CircuitBreaker breaker = CircuitBreaker.withoutFailback(Breakers.tripping(scenario)
          .waitIntervalFunctionInOpenState(Breakers.wait(scenario))
          .permittedNumberOfCallsInHalfOpenState(scenario.count(Field.R4J_HALF_OPEN))
          .build());
      breaker.attach(world.attachment(client, shard));
      int attempts = scenario.count(Field.ATTEMPTS);
      return new Member(attempts == 1 ? null : Retry.jittered(attempts), breaker);
    }
  },
  GRPC_THROTTLE(
      "grpc-throttle", "gRPC's retry throttle: 10 tokens, 0.1 for a success; 3 attempts") {
    @Override
    public Member member(Surroundings world, int client, int shard) {
      return new Member(new GrpcThrottle(), null);
    }
  },
  SRE_THROTTLE("sre-throttle", "the client throttle of Google's SRE book: K = 2, two minutes") {
    @Override
    public Member member(Surroundings world, int client, int shard) {
      return new Member(null, new SreThrottle());
    }
  },
  ENVOY("envoy", "Envoy's admission control: 30 s, 95 %, at most 80 % rejected") {
    @Override
    public Member member(Surroundings world, int client, int shard) {
      return new Member(null, new EnvoyAdmission());
    }
  },
  TRAEFIK("traefik", "Traefik's breaker: half failed; 10 s nothing, 10 s ramp") {
    @Override
    public Member member(Surroundings world, int client, int shard) {
      return new Member(null, new TraefikBreaker(world, client, shard));
    }
  },
  AIMD("aimd", "an AIMD concurrency limit: from 10, +1, times 0.9") {
    @Override
    public Member member(Surroundings world, int client, int shard) {
      return new Member(null, new AimdLimit());
    }
  };

  final String label;
  final String meaning;

  PolicyName(String label, String meaning) {
    this.label = label;
    this.meaning = meaning;
  }

  /** All labels, for people. */
  static String labels() {
    return Arrays.stream(values()).map(policy -> policy.label).collect(Collectors.joining(", "));
  }

  static @Nullable PolicyName of(String label) {
    for (PolicyName policy : values()) {
      if (policy.label.equals(label)) {
        return policy;
      }
    }
    return null;
  }

  @Override
  public boolean hasMonotonicClock() {
    return this == EVENKEEL || this == EVENKEEL_FLEET || this == WITHOUT_FAILBACK;
  }
}
