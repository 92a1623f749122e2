package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.SystemKernel;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.failback.Failback;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pings on real threads: whom they hold up, who ends them, what they leave behind. */
class ProbeThreadsTest {

  private final SystemKernel kernel = new SystemKernel("probe-test");
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void endThreads() {
    end.countDown();
    kernel.close();
  }

  private static CircuitBreaker quick(Duration lease) {
    return CircuitBreaker.of(
        CircuitBreakerConfig.custom()
            .slidingWindowSize(10)
            .minimumNumberOfCalls(10)
            .build(),
        Failback.builder()
            .minCooldown(Duration.ofMillis(5))
            .maxCooldown(Duration.ofMillis(20))
            .probeLease(lease)
            .build());
  }

  private Pipeline pipeline(String name, CircuitBreaker breaker) {
    return Pipeline.builder(name).kernel(kernel).policies(breaker).build();
  }

  private static void fail(Pipeline pipeline) {
    for (int i = 0; i < 20; i++) {
      pipeline.callOrElse(
          () -> {
            throw new IOException("down");
          },
          "-");
    }
  }

  @Test
  void pingsOfABlackHole_doNotHoldUpOtherPipelines() throws Exception {
    int shards = 4 * Math.max(2, Runtime.getRuntime().availableProcessors());
    AtomicInteger hanging = new AtomicInteger();
    PerKey<CircuitBreaker> breakers = PerKey.of(() -> CircuitBreaker.standard().probeWith(() -> {
      hanging.incrementAndGet();
      end.await();
    }));
    Pipeline dead = Pipeline.builder("dead").kernel(kernel).policies(breakers).build();
    for (int shard = 0; shard < shards; shard++) {
      fail(dead.forKey("s" + shard));
    }
    assertThat(Eventually.comesTrue(() -> hanging.get() >= shards)).isTrue();
    Pipeline healthy = Pipeline.builder("healthy")
        .kernel(kernel)
        .policies(Timeout.ofMillis(20))
        .build();
    for (int i = 0; i < 10; i++) {
      CompletableFuture<String> never = healthy.callAsync(() -> new CompletableFuture<String>());
      assertThat(Eventually.comesTrue(never::isDone)).isTrue();
    }
    assertThat(end.getCount()).as("the pings still hang").isEqualTo(1);
  }

  @Test
  void pingThatTakesTooLong_isInterrupted_andTheNextOneIsMade() {
    AtomicInteger pings = new AtomicInteger();
    AtomicInteger interrupted = new AtomicInteger();
    CircuitBreaker breaker = quick(Duration.ofMillis(20)).probeWith(() -> {
      pings.incrementAndGet();
      try {
        end.await();
      } catch (InterruptedException e) {
        interrupted.incrementAndGet();
        throw e;
      }
    });
    fail(pipeline("slow", breaker));
    assertThat(Eventually.comesTrue(() -> pings.get() >= 5)).isTrue();
    assertThat(interrupted.get()).isGreaterThanOrEqualTo(3);
    breaker.close();
  }

  @Test
  void interruptOfAPing_doesNotReachWhatItsThreadDoesNext() {
    AtomicInteger pings = new AtomicInteger();
    AtomicInteger stray = new AtomicInteger();
    CircuitBreaker breaker = quick(Duration.ofMillis(10)).probeWith(() -> {
      if (Thread.interrupted()) {
        stray.incrementAndGet();
      }
      pings.incrementAndGet();
      if (!end.await(10, TimeUnit.MILLISECONDS)) { // races with its lease
        Thread.currentThread().interrupt(); // and some leave one behind themselves
      }
      throw new IOException("still down");
    });
    fail(pipeline("racing", breaker));
    assertThat(Eventually.comesTrue(() -> pings.get() >= 100)).isTrue();
    breaker.close();
    assertThat(stray).hasValue(0);
  }

  @Test
  void pingsThatCannotBeInterrupted_areAtMostTwo_andDoNotStopTheOthers() {
    AtomicBoolean stuck = new AtomicBoolean(true);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CircuitBreaker breaker = quick(Duration.ofMillis(10)).probeWith(() -> {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      boolean first = stuck.get() && most.get() == 1;
      assertThat(Eventually.comesTrue(() -> !first || !stuck.get())).isTrue();
      running.decrementAndGet();
    });
    fail(pipeline("stuck", breaker));
    assertThat(Eventually.comesTrue(() -> breaker.state().kind() == Kind.RAMPING))
        .as("the second one finds it back")
        .isTrue();
    stuck.set(false);
    assertThat(most).hasValue(2);
  }

  @Test
  void close_endsThePingThatIsMade_andMakesNoMore_whileCallsGoOnBeingDecided() {
    AtomicInteger pings = new AtomicInteger();
    AtomicBoolean interrupted = new AtomicBoolean();
    CircuitBreaker breaker = quick(Duration.ofMinutes(5)).probeWith(() -> {
      pings.incrementAndGet();
      try {
        end.await();
      } catch (InterruptedException e) {
        interrupted.set(true);
        throw e;
      }
    });
    Pipeline pipeline = pipeline("closing", breaker);
    fail(pipeline);
    assertThat(Eventually.comesTrue(() -> pings.get() == 1)).isTrue();
    breaker.close();
    assertThat(Eventually.comesTrue(interrupted::get)).isTrue();
    assertThat(Eventually.comesTrue(
            () -> pipeline.callOrElse(() -> "made", "refused").equals("made")))
        .as("a call finds the dependency back")
        .isTrue();
    assertThat(pings).hasValue(1);
    breaker.close();
  }

  @Test
  void probesEnd_whenNobodyHasTheBreakerAnyMore() {
    AtomicInteger pings = new AtomicInteger();
    WeakReference<CircuitBreaker> tenant = tenantThatIsDown(pings);
    assertThat(Eventually.comesTrue(() -> pings.get() > 3)).isTrue();
    assertThat(Eventually.comesTrue(() -> {
          System.gc();
          return tenant.get() == null;
        }))
        .as("nothing holds it: no timer, no thread")
        .isTrue();
    int after = pings.get();
    CountDownLatch later = new CountDownLatch(1);
    var unused =
        kernel.schedule(kernel.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300), later::countDown);
    assertThat(Eventually.comesTrue(() -> later.getCount() == 0)).isTrue();
    assertThat(pings.get() - after).isLessThanOrEqualTo(1);
  }

  private WeakReference<CircuitBreaker> tenantThatIsDown(AtomicInteger pings) {
    CircuitBreaker breaker = quick(Duration.ofSeconds(1)).probeWith(() -> {
      pings.incrementAndGet();
      throw new IOException("still down");
    });
    fail(pipeline("tenant-42", breaker));
    return new WeakReference<>(breaker);
  }

  @Test
  void pingRunsOnAThreadThatMayBlock() {
    AtomicReference<String> thread = new AtomicReference<>("");
    CircuitBreaker breaker = quick(Duration.ofSeconds(1))
        .probeWith(() -> thread.set(Thread.currentThread().getName()));
    fail(pipeline("named", breaker));
    assertThat(Eventually.comesTrue(() -> thread.get().contains("blocking"))).isTrue();
    assertThat(Kernel.system()).isNotSameAs(kernel);
  }
}
