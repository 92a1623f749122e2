package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@link ConcurrencyLimit} and {@link PerKey}. */
class LimitsTest {

  @Test
  void concurrencyLimit_isNeverExceededByManyThreads() throws Exception {
    int threads = 4;
    int calls = 20_000;
    ConcurrencyLimit limit = ConcurrencyLimit.of(2);
    Pipeline pipeline = Pipeline.of("p", limit);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger passed = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        all.add(executor.submit(() -> {
          start.await();
          for (int i = 0; i < calls; i++) {
            try {
              pipeline.run(() -> {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                inside.decrementAndGet();
              });
              passed.incrementAndGet();
            } catch (CallRefusedException full) {
              refused.incrementAndGet();
            }
          }
          return null;
        }));
      }
      for (Future<?> one : all) {
        one.get(1, TimeUnit.MINUTES);
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(most).hasValueBetween(1, 2);
    assertThat(passed.get() + refused.get()).isEqualTo(threads * calls);
    assertThat(limit.inFlight()).isZero();
  }

  @Test
  void loweredLimit_keepsCallsInFlightAndRefusesNewOnes() {
    ConcurrencyLimit limit = ConcurrencyLimit.of(3);
    Pipeline pipeline = Pipeline.of("p", limit);
    pipeline.run(() -> pipeline.run(() -> {
      limit.setMaxConcurrentCalls(1);
      assertThat(limit.inFlight()).isEqualTo(2);
      assertThatThrownBy(() -> pipeline.run(() -> {})).isInstanceOf(CallRefusedException.class);
    }));
    assertThat(limit.inFlight()).isZero();
    assertThat(limit.maxConcurrentCalls()).isEqualTo(1);
    assertThatThrownBy(() -> limit.setMaxConcurrentCalls(1_000_001))
        .hasMessage("maxConcurrentCalls: 1000001 (expected: 1 to 1000000)");
  }

  @Test
  void perKey_hasAGateForEachKeyUpToItsBound_whichIsLoggedOnce() {
    PerKey<ConcurrencyLimit> limits = PerKey.of(() -> ConcurrencyLimit.of(1), 2);
    try (Logs logs = new Logs()) {
      assertThat(limits.gate("a")).isSameAs(limits.gate("a")).isNotSameAs(limits.gate("b"));
      assertThat(logs.lines()).isEmpty();
      assertThat(limits.gate("c")).isSameAs(limits.gate("d")).isSameAs(limits.gate(null));
      assertThat(limits.gate("b")).as("still its own").isNotSameAs(limits.gate(null));
      assertThat(logs.lines())
          .singleElement()
          .asString()
          .startsWith("concurrency-limit per key: maxKeys")
          .contains("all further keys share one gate");
    }
  }

  @Test
  void perKey_settlesWithTheGateThatAdmitted() {
    PerKey<RecordingGate> gates = PerKey.of(RecordingGate::new);
    Pipeline pipeline = Pipeline.of("p", gates);
    pipeline.forKey("a").run(() -> {});
    pipeline.run(() -> {});
    assertThatThrownBy(() -> pipeline.forKey("b").run(() -> {
          throw new IllegalStateException("down");
        }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(gates.gate("a").verdicts).containsExactly(Verdict.SUCCESS);
    assertThat(gates.gate("b").verdicts).containsExactly(Verdict.FAILURE);
    assertThat(gates.gate(null).verdicts).containsExactly(Verdict.SUCCESS);
  }

  @Test
  void perKey_makesOneGateForAKeyThatTwoThreadsAskFor() throws Exception {
    AtomicInteger made = new AtomicInteger();
    PerKey<ConcurrencyLimit> limits = PerKey.of(() -> {
      made.incrementAndGet();
      return ConcurrencyLimit.of(1);
    });
    CyclicBarrier start = new CyclicBarrier(2);
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> both = new ArrayList<>();
      for (int t = 0; t < 2; t++) {
        both.add(executor.submit(() -> {
          start.await();
          for (int i = 0; i < 500; i++) {
            limits.gate("key-" + i);
          }
          return null;
        }));
      }
      for (Future<?> one : both) {
        one.get(1, TimeUnit.MINUTES);
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(made).as("500 and the shared one").hasValue(501);
  }
}
