package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A breaker for each key, and keys that come and go. */
class KeysComeAndGoTest {

  private static final int KEYS = 1_000_000;
  private static final int MOST = 1_000;

  private final ManualKernel kernel = ManualKernel.startingAt(Long.MAX_VALUE - 1_000_000_000L);

  private Pipeline pipeline(String name, PerKey<?> breakers) {
    return Pipeline.builder(name).kernel(kernel).policies(breakers).build();
  }

  private static void fail(Pipeline pipeline, int times) {
    for (int i = 0; i < times; i++) {
      String unused = pipeline.callOrElse(
          () -> {
            throw new IOException("down");
          },
          "failed");
    }
  }

  /** One in a hundred of them has a breaker: making a million of those takes 15 s. */
  @Test
  void aMillionKeys_areNeverTooMany_andTheBreakerOfAnOpenOneIsNotForgotten() {
    List<WeakReference<Gate>> some = new ArrayList<>();
    AtomicInteger made = new AtomicInteger();
    PerKey<Gate> gates = PerKey.of(
        key -> {
          boolean cheap = key.startsWith("key-") && !key.endsWith("00");
          Gate gate = cheap ? ConcurrencyLimit.of(10) : CircuitBreaker.standard();
          if (made.incrementAndGet() % 10_000 == 0) {
            some.add(new WeakReference<>(gate));
          }
          return gate;
        },
        MOST);
    Pipeline pipeline = pipeline("million", gates);
    fail(pipeline.forKey("dead"), 50);
    CircuitBreaker dead = (CircuitBreaker) gates.gate("dead");
    GateState open = dead.state();
    assertThat(open.kind()).isEqualTo(Kind.OPEN);
    Pipeline often = pipeline.forKey("often");
    often.run(() -> {});
    Gate used = gates.gate("often");
    int most = 0;
    for (int i = 0; i < KEYS; i++) {
      pipeline.forKey("key-" + i).run(() -> {});
      kernel.advance(Duration.ofMillis(20));
      if (i % 300 == 0) {
        often.run(() -> {});
      }
      if (i % 10_000 == 0) {
        most = Math.max(most, gates.keys().size());
      }
    }
    System.out.printf("%d keys: %d gates made, %d at a time%n", KEYS, made.get(), most);
    assertThat(most).isLessThanOrEqualTo(MOST);
    assertThat(made.get()).as("nearly every key had its own").isGreaterThan(KEYS * 9 / 10);
    assertThat(gates.find("dead")).containsSame(dead);
    assertThat(dead.state()).isEqualTo(open);
    assertThat(gates.find("often")).containsSame(used);
    assertThat(Eventually.comesTrue(() -> {
          System.gc();
          return some.stream().filter(one -> one.get() != null).count() <= 1;
        }))
        .as("the gates of keys that went are collected")
        .isTrue();
  }

  @Test
  void podsThatAreLongGone_doNotTakeThePlaceOfThePresentOnes() {
    PerKey<CircuitBreaker> breakers = PerKey.of(CircuitBreaker::standard);
    Pipeline inventory = pipeline("inventory", breakers);
    for (int deployment = 0; deployment < 60; deployment++) { // three a day, twenty pods each
      for (int pod = 0; pod < 20; pod++) {
        inventory.forKey("10.0." + deployment + "." + pod).run(() -> {});
      }
      kernel.advance(Duration.ofHours(8));
    }
    for (int i = 0; i < 1_000; i++) { // one of the present twenty is dead
      if (i % 20 == 7) {
        fail(inventory.forKey("10.1.0.7"), 1);
      } else {
        inventory.forKey("10.1.0." + i % 20).run(() -> {});
      }
      kernel.advance(Duration.ofMillis(5));
    }
    assertThat(breakers.gate("10.1.0.7")).isNotSameAs(breakers.gate("10.1.0.3"));
    assertThat(breakers.gate("10.1.0.7").state()).isNotEqualTo(GateState.CLOSED);
    assertThat(breakers.gate("10.1.0.3").state()).isEqualTo(GateState.CLOSED);
  }

  @Test
  void probesOfAKey_endWhenItIsRemoved_orWhenNobodyHasAskedForADay() {
    AtomicInteger pings = new AtomicInteger();
    PerKey<CircuitBreaker> breakers = PerKey.of(key -> CircuitBreaker.of(
            CircuitBreakerConfig.custom()
                .slidingWindowSize(10)
                .minimumNumberOfCalls(10)
                .build(),
            Failback.builder().maxCooldown(Duration.ofMinutes(1)).build())
        .probeWith(() -> {
          pings.incrementAndGet();
          throw new IOException("still down");
        }));
    Pipeline pods = pipeline("pods", breakers);
    fail(pods.forKey("a"), 20);
    fail(pods.forKey("b"), 20);
    kernel.advance(Duration.ofMinutes(10));
    int both = pings.get();
    assertThat(both).isGreaterThan(10);
    assertThat(breakers.remove("a")).isTrue();
    kernel.advance(Duration.ofMinutes(10));
    int afterRemoval = pings.get() - both;
    assertThat(afterRemoval).isBetween(5, both * 3 / 4);
    for (int hour = 0; hour < 30; hour++) {
      for (int i = 0; i < 200; i++) {
        pods.forKey("c").run(() -> {});
      }
      kernel.advance(Duration.ofHours(1));
    }
    assertThat(breakers.keys()).containsExactly("c");
    assertThat(kernel.armedTimers()).as("nobody probes").isZero();
  }
}
