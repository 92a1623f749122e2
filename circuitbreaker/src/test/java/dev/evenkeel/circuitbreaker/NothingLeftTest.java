package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineBuilder;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.RegistryListener;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.core.SystemKernel;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What {@link Pipeline#close} and {@link Pipelines#close} leave behind: nothing. */
class NothingLeftTest {

  private static final int PIPELINES = 1_000;

  private final AtomicInteger pings = new AtomicInteger();

  private static CircuitBreaker probing(AtomicInteger pings) {
    return CircuitBreaker.of(
            CircuitBreakerConfig.custom()
                .slidingWindowSize(10)
                .minimumNumberOfCalls(10)
                .build(),
            Failback.builder()
                .minCooldown(Duration.ofMillis(5))
                .maxCooldown(Duration.ofMillis(50))
                .build())
        .probeWith(() -> {
          pings.incrementAndGet();
          throw new IOException("still down");
        });
  }

  /** With all that could be left: a breaker that probes, one for each key, a listener. */
  private Consumer<PipelineBuilder> everything(List<WeakReference<?>> held) {
    return builder -> {
      PipelineListener listener = new PipelineListener() {
        @Override
        public void onStateChange(StateChange change) {
          pings.get();
        }
      };
      held.add(new WeakReference<>(listener));
      builder
          .listener(listener)
          .policies(
              Timeout.of(Duration.ofMinutes(1)), probing(pings), PerKey.of(() -> probing(pings)));
    };
  }

  private static void fail(Pipeline pipeline) {
    for (int i = 0; i < 20; i++) {
      String unused = pipeline.callOrElse(
          () -> {
            throw new IOException("down");
          },
          "-");
    }
  }

  private static void assertGone(String what, List<WeakReference<?>> references) {
    assertThat(Eventually.comesTrue(() -> {
          System.gc();
          return references.stream().allMatch(reference -> reference.get() == null);
        }))
        .as(what)
        .isTrue();
  }

  private static boolean isRunning(String threadName) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith(threadName));
  }

  @Test
  void aThousandPipelines_madeAndClosed_leaveNoThreadTimerOrListener() {
    SystemKernel kernel = new SystemKernel("nothing-left");
    List<WeakReference<?>> held = new ArrayList<>();
    AtomicInteger there = new AtomicInteger();
    try (Pipelines pipelines = Pipelines.create(builder -> builder.kernel(kernel))) {
      pipelines.addListener(new RegistryListener() {
        @Override
        public void onPipelineAdded(Pipeline pipeline) {
          there.incrementAndGet();
        }

        @Override
        public void onPipelineRemoved(Pipeline pipeline) {
          there.decrementAndGet();
        }
      });
      for (int i = 0; i < PIPELINES; i++) {
        Pipeline pipeline = pipelines.getOrCreate("tenant-" + i, everything(held));
        held.add(new WeakReference<>(pipeline));
        fail(pipeline.forKey("shard"));
        var unused = pipeline.callAsync(() -> CompletableFuture.completedFuture("ended"));
        assertThat(pipeline.policy(CircuitBreaker.class).orElseThrow().state().kind())
            .isNotEqualTo(Kind.CLOSED);
        if (i % 2 == 0) {
          pipeline.close();
        } else if (i % 10 != 9) {
          pipelines.remove(pipeline.name());
        }
      }
      assertThat(there).hasValue(PIPELINES / 10);
    }
    assertThat(there).hasValue(0);
    kernel.close(); // a thread of its own goes on as long as a timer is armed
    assertThat(Eventually.comesTrue(() -> !isRunning("nothing-left"))).isTrue();
    int after = pings.get();
    assertGone("pipelines and their listeners", held);
    assertThat(pings).as("pings after that").hasValue(after);
  }

  @Test
  void closedPipeline_leavesNoTimer_whateverItsBreakerDid_andLaterCallsArmNone() {
    ManualKernel kernel = ManualKernel.create();
    List<WeakReference<?>> held = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      PipelineBuilder builder = Pipeline.builder("manual").kernel(kernel);
      everything(held).accept(builder);
      Pipeline pipeline = builder.build();
      fail(pipeline);
      fail(pipeline.forKey("shard"));
      kernel.advance(Duration.ofMillis(3L * i)); // open, or a probe is due, or has failed
      assertThat(kernel.armedTimers()).isPositive();
      pipeline.close();
      assertThat(kernel.armedTimers()).isZero();
      int after = pings.get();
      fail(pipeline);
      fail(pipeline.forKey("another shard"));
      assertThat(kernel.armedTimers()).isZero();
      kernel.advance(Duration.ofSeconds(5));
      assertThat(pings).hasValue(after);
    }
  }

  @Test
  void breakerOfTwoPipelines_probesAsLongAsOneIsOpen_andAgainInANewOne() {
    ManualKernel kernel = ManualKernel.create();
    CircuitBreaker breaker = probing(pings);
    Pipeline one = Pipeline.builder("one").kernel(kernel).policies(breaker).build();
    Pipeline two = Pipeline.builder("two").kernel(kernel).policies(breaker).build();
    fail(one);
    one.close();
    kernel.advance(Duration.ofSeconds(1));
    int byTwo = pings.get();
    assertThat(byTwo).isPositive();
    two.close();
    kernel.advance(Duration.ofSeconds(1));
    assertThat(pings).hasValue(byTwo);
    Pipeline three = Pipeline.builder("three").kernel(kernel).policies(breaker).build();
    kernel.advance(Duration.ofSeconds(1));
    assertThat(pings.get()).as("it is still down").isGreaterThan(byTwo);
    breaker.reset("so that the time goes on");
    three.close();
    assertThat(kernel.armedTimers()).isZero();
  }

  /** An application: all it has is made of its own classes. */
  public static final class Tenant implements Runnable {

    private static final AtomicInteger PINGS = new AtomicInteger();

    @Override
    public void run() {
      Pipelines pipelines = Pipelines.create(builder -> builder.listener(new PipelineListener() {
        @Override
        public void onStateChange(StateChange change) {
          PINGS.get();
        }
      }));
      pipelines.addListener(new RegistryListener() {});
      for (int i = 0; i < 10; i++) {
        Pipeline pipeline = pipelines.getOrCreate(
            "tenant-" + i,
            builder -> builder.policies(
                Timeout.of(Duration.ofMinutes(1)),
                probing(PINGS),
                PerKey.of(key -> probing(PINGS))));
        fail(pipeline);
        fail(pipeline.forKey("shard"));
        String unused = pipeline.callOrElse(() -> "made", "refused");
      }
      assertThat(Eventually.comesTrue(() -> PINGS.get() > 20)).as("probes").isTrue();
      pipelines.close();
    }
  }

  /** Loads the application's classes anew, and the library with its parent. */
  private static final class Loader extends URLClassLoader {

    Loader(URL classes) {
      super(new URL[] {classes}, NothingLeftTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith(NothingLeftTest.class.getName())
          || name.equals(Eventually.class.getName())) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  @Test
  void classLoaderOfAnApplicationThatClosedItsRegistry_isCollected() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2); // the server's, which goes on
    try {
      List<WeakReference<?>> held = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        held.add(new WeakReference<>(deployAndUndeploy(pool)));
      }
      Pipeline other = Pipeline.of("other-tenant", Timeout.of(Duration.ofMinutes(1)));
      CompletableFuture<Object> call = other.callAsync(CompletableFuture::new); // keeps the timer
      assertGone("the applications' class loaders", held);
      call.cancel(true);
      assertThat(isRunning("evenkeel-")).as("the shared kernel's threads").isTrue();
    } finally {
      pool.shutdownNow();
      Kernel.system().close();
    }
  }

  private static ClassLoader deployAndUndeploy(ExecutorService pool) throws Exception {
    Loader loader =
        new Loader(NothingLeftTest.class.getProtectionDomain().getCodeSource().getLocation());
    Runnable tenant = (Runnable)
        loader.loadClass(Tenant.class.getName()).getDeclaredConstructor().newInstance();
    assertThat(tenant.getClass().getClassLoader()).isSameAs(loader);
    pool.submit(tenant).get(60, TimeUnit.SECONDS);
    loader.close();
    return loader;
  }
}
