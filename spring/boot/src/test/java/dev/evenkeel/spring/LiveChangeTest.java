package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Policy;
import dev.evenkeel.settings.SettingsException;
import dev.evenkeel.testkit.ManualKernel;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;

/** A threshold, a timeout and a limit change 1,000 times while two threads make calls. */
class LiveChangeTest {

  private static final int CHANGES = 1_000;
  private static final String INVENTORY = "evenkeel.pipelines.inventory.";
  private static final String PRICES = "evenkeel.pipelines.prices.";

  public static class Shop {
    final AtomicLong answered = new AtomicLong();

    @Resilient("inventory")
    public long stock() {
      return answered.incrementAndGet();
    }
  }

  private final Map<String, Object> file = new ConcurrentHashMap<>();

  private ApplicationContextRunner runner() {
    change(0);
    file.put("evenkeel.pipelines.held.circuit-breaker.enabled", "true");
    file.put(PRICES + "circuit-breaker.sliding-window-size", "100");
    file.put(PRICES + "circuit-breaker.minimum-number-of-calls", "100");
    return Contexts.runner()
        .withInitializer(context -> context
            .getEnvironment()
            .getPropertySources()
            .addFirst(new MapPropertySource("a file", file)))
        .withBean(ManualKernel.class, ManualKernel::create)
        .withBean(Shop.class);
  }

  /** What an operator writes. */
  private void change(int i) {
    file.put(INVENTORY + "circuit-breaker.failure-rate-threshold", 50 + i % 7 + "%");
    file.put(INVENTORY + "circuit-breaker.sliding-window-size", 100 + i % 3);
    file.put(INVENTORY + "timeout.duration", 1_000 + i + "ms");
    file.put(INVENTORY + "concurrency-limit.max-concurrent-calls", 50 + i % 5);
    file.put(PRICES + "circuit-breaker.failure-rate-threshold", 50 + i % 7 + "%");
  }

  private static Pipeline pipeline(AssertableApplicationContext context, String name) {
    return context.getBean(Pipelines.class).find(name).orElseThrow();
  }

  private static CircuitBreaker breaker(AssertableApplicationContext context, String name) {
    return pipeline(context, name).policy(CircuitBreaker.class).orElseThrow();
  }

  private static void call(Pipeline pipeline, int times, boolean works) {
    for (int i = 0; i < times; i++) {
      pipeline.callOrElse(
          () -> {
            if (!works) {
              throw new IllegalStateException("a test");
            }
            return "7";
          },
          "failed");
    }
  }

  @Test
  void noCallFails_theStateIsKept_theVersionGoesUp_andNothingIsLeft() {
    runner().run(context -> {
      EnvironmentSettings settings = context.getBean(EnvironmentSettings.class);
      Shop shop = context.getBean(Shop.class);
      List<Policy> before = pipeline(context, "inventory").policies();
      breaker(context, "held").forceOpen("before the changes");
      call(pipeline(context, "prices"), 70, true);
      call(pipeline(context, "prices"), 30, false);
      List<WeakReference<Object>> earlier = new ArrayList<>();

      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong asked = new AtomicLong();
      ExecutorService users = Executors.newFixedThreadPool(2);
      try {
        Runnable load = () -> {
          while (!stop.get()) {
            asked.incrementAndGet();
            assertThat(shop.stock()).isPositive();
          }
        };
        List<Future<?>> running = List.of(users.submit(load), users.submit(load));
        for (int i = 1; i <= CHANGES; i++) {
          change(i);
          assertThat(settings.refresh().version()).isEqualTo(i + 1);
          earlier.add(new WeakReference<>(settings.current()));
          if (i % 100 == 0) {
            refusesWhatIsWrong(context, settings);
            change(i);
          }
        }
        stop.set(true);
        for (Future<?> user : running) {
          user.get(60, TimeUnit.SECONDS); // throws if one of its calls has failed
        }
      } finally {
        stop.set(true);
        users.shutdown();
      }

      assertThat(asked.get()).isPositive();
      assertThat(target(shop).answered).hasValue(asked.get());
      Pipeline inventory = pipeline(context, "inventory");
      assertThat(inventory.describe()).contains("timeout(2 s)", "limit(50)");
      assertThat(inventory.policy(CircuitBreaker.class)).containsSame(breakerOf(before));
      assertThat(breaker(context, "held").state()).isEqualTo(GateState.FORCED_OPEN);
      assertTheWindowIsStillThere(context, settings);
      assertThat(context.getBean(ManualKernel.class).armedTimers()).isZero();
      assertThat(comesTrue(() -> {
            System.gc();
            return earlier.stream().filter(one -> one.get() != null).count() <= 2;
          }))
          .as("settings of before are forgotten")
          .isTrue();
    });
  }

  /** 30 of its 100 calls have failed: before the changes. */
  private void assertTheWindowIsStillThere(
      AssertableApplicationContext context, EnvironmentSettings settings) {
    assertThat(breaker(context, "prices").state().kind()).isEqualTo(Kind.CLOSED);
    file.put(PRICES + "circuit-breaker.failure-rate-threshold", "20%");
    var unused = settings.refresh();
    call(pipeline(context, "prices"), 1, true);
    assertThat(breaker(context, "prices").state().kind()).isEqualTo(Kind.OPEN);
    breaker(context, "prices").reset("the test is over");
  }

  private void refusesWhatIsWrong(
      AssertableApplicationContext context, EnvironmentSettings settings) {
    long version = settings.current().version();
    String inForce = pipeline(context, "inventory").describe();
    file.put(INVENTORY + "timeout.duration", "1s");
    file.put(INVENTORY + "concurrency-limit.max-concurrent-calls", "-1");
    assertThatThrownBy(settings::refresh)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("max-concurrent-calls");
    assertThat(settings.current().version()).isEqualTo(version);
    assertThat(pipeline(context, "inventory").describe()).isEqualTo(inForce);
  }

  private static CircuitBreaker breakerOf(List<Policy> policies) {
    return policies.stream()
        .filter(CircuitBreaker.class::isInstance)
        .map(CircuitBreaker.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static Shop target(Shop shop) {
    return (Shop) org.springframework.aop.framework.AopProxyUtils.getSingletonTarget(shop);
  }

  private static boolean comesTrue(java.util.function.BooleanSupplier condition) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(60)) {
        return false;
      }
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
    return true;
  }
}
