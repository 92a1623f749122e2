package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Listeners and the log are users' code: never under a lock, in order, each change once. */
class ListenerTest {

  /** What an operator may do while a listener blocks. */
  @SuppressWarnings("ImmutableEnumChecker") // a test's table
  enum ByHand {
    RESET(breaker -> breaker.reset("dashboard")),
    FORCE_OPEN(breaker -> breaker.forceOpen("dashboard")),
    DISABLE(breaker -> breaker.disable("dashboard")),
    COME_BACK(breaker -> breaker.comeBack("dashboard")),
    SKIP_RAMP(breaker -> breaker.skipRamp("dashboard")),
    CLOSE(CircuitBreaker::close);

    final Consumer<CircuitBreaker> action;

    ByHand(Consumer<CircuitBreaker> action) {
      this.action = action;
    }
  }

  private static PipelineListener hearing(Consumer<StateChange> ear) {
    return new PipelineListener() {
      @Override
      public void onStateChange(StateChange change) {
        ear.accept(change);
      }
    };
  }

  private static Pipeline pipeline(CircuitBreaker breaker, Consumer<StateChange> ear) {
    return Pipeline.builder("dep").policies(breaker).listener(hearing(ear)).build();
  }

  private static void fail(Pipeline pipeline, int times) {
    for (int i = 0; i < times; i++) {
      pipeline.callOrElse(
          () -> {
            throw new IOException("down");
          },
          "-");
    }
  }

  private static Thread start(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @EnumSource(ByHand.class)
  void listenerThatWaitsForALockAnOperatorHolds_isNoDeadlock(ByHand byHand) throws Exception {
    Object registry = new Object();
    CountDownLatch heard = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(1);
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = pipeline(breaker, change -> {
      heard.countDown();
      await(held);
      synchronized (registry) {
        assertThat(change.to()).isNotNull();
      }
    });
    Thread caller = start(() -> fail(pipeline, 20));
    await(heard);
    Thread admin = start(() -> {
      synchronized (registry) {
        held.countDown();
        byHand.action.accept(breaker);
      }
    });
    admin.join(30_000);
    caller.join(30_000);
    assertThat(admin.isAlive() || caller.isAlive()).as("deadlock").isFalse();
  }

  @ParameterizedTest
  @EnumSource(ByHand.class)
  void slowListener_holdsUpNobodyElse(ByHand byHand) throws Exception {
    CountDownLatch heard = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Queue<StateChange> changes = new ConcurrentLinkedQueue<>();
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = pipeline(breaker, change -> {
      changes.add(change);
      heard.countDown();
      await(end);
    });
    Thread caller = start(() -> fail(pipeline, 20));
    await(heard);
    fail(pipeline, 100);
    byHand.action.accept(breaker);
    breaker.disable("and then this");
    assertThat(pipeline.callOrElse(() -> "made", "refused")).isEqualTo("made");
    assertThat(changes).as("the others wait their turn").hasSize(1);
    end.countDown();
    caller.join(30_000);
    assertThat(changes).last().extracting(StateChange::to).isEqualTo(GateState.DISABLED);
    assertEachFollowsFromTheOneBefore(List.copyOf(changes));
  }

  private static void assertEachFollowsFromTheOneBefore(List<StateChange> changes) {
    Kind last = Kind.CLOSED;
    for (StateChange change : changes) {
      assertThat(change.from().kind()).isEqualTo(last);
      assertThat(change.to().kind()).isNotEqualTo(last);
      last = change.to().kind();
    }
  }

  @Test
  void changesByManyThreads_areToldInOrder_eachOnce() throws Exception {
    Queue<StateChange> changes = new ConcurrentLinkedQueue<>();
    CircuitBreaker breaker =
        CircuitBreaker.of(CircuitBreakerConfig.custom().slidingWindowSize(10).build());
    int[] telling = {0}; // not atomic: one at a time tells
    Pipeline pipeline = pipeline(breaker, change -> {
      telling[0]++;
      changes.add(change);
    });
    List<Thread> threads = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      threads.add(start(() -> {
        for (int i = 0; i < 2_000; i++) {
          switch (random.nextInt(40)) {
            case 0 -> breaker.reset("stress");
            case 1 -> breaker.forceOpen("stress");
            case 2 -> breaker.disable("stress");
            case 3 -> breaker.comeBack("stress");
            case 4 -> breaker.skipRamp("stress");
            default -> fail(pipeline, 1);
          }
        }
      }));
    }
    for (Thread thread : threads) {
      thread.join(60_000);
      assertThat(thread.isAlive()).isFalse();
    }
    assertEachFollowsFromTheOneBefore(List.copyOf(changes));
    assertThat(changes).hasSizeGreaterThan(100).hasSize(telling[0]);
    Kind end = breaker.state().kind();
    Kind told = List.copyOf(changes).get(changes.size() - 1).to().kind();
    assertThat(told).isIn(end, Kind.PROBING, Kind.OPEN);
  }

  @Test
  void tripByManyThreads_isToldOnce_withoutFailbackToo() throws Exception {
    int wrong = 0;
    for (int round = 0; round < 200; round++) {
      CircuitBreakerConfig config =
          CircuitBreakerConfig.custom().slidingWindowSize(10).build();
      CircuitBreaker breaker =
          round % 2 == 0 ? CircuitBreaker.withoutFailback(config) : CircuitBreaker.of(config);
      Queue<Kind> heard = new ConcurrentLinkedQueue<>();
      Pipeline pipeline = pipeline(breaker, change -> heard.add(change.to().kind()));
      CyclicBarrier go = new CyclicBarrier(8);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        threads.add(start(() -> {
          try {
            go.await(30, TimeUnit.SECONDS);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
          fail(pipeline, 20);
        }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      wrong += heard.stream().filter(kind -> kind == Kind.OPEN).count() == 1 ? 0 : 1;
    }
    assertThat(wrong).as("of 200 trips").isZero();
  }

  @Test
  void listenerThatChangesTheState_isToldOfThatAfterwards() {
    List<String> heard = new ArrayList<>();
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = pipeline(breaker, change -> {
      heard.add("begin " + change.to().kind());
      if (change.to().kind() == Kind.OPEN) {
        breaker.forceOpen("by a listener");
      }
      heard.add("end " + change.to().kind());
    });
    fail(pipeline, 20);
    assertThat(heard)
        .containsExactly("begin OPEN", "end OPEN", "begin FORCED_OPEN", "end FORCED_OPEN");
    assertThat(breaker.state()).isEqualTo(GateState.FORCED_OPEN);
  }

  @Test
  void listenerOrLogThatThrows_stopsNeitherTheOthersNorTheBreaker() {
    List<Kind> heard = new ArrayList<>();
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline.builder("first")
        .policies(breaker)
        .listener(hearing(change -> {
          throw new NoClassDefFoundError("com/acme/Gone");
        }))
        .build();
    pipeline(breaker, change -> heard.add(change.to().kind()));
    Logger logger = (Logger) LoggerFactory.getLogger(CircuitBreaker.class);
    AppenderBase<ILoggingEvent> broken = new AppenderBase<>() {
      @Override
      protected void append(ILoggingEvent event) {
        throw new StackOverflowError();
      }
    };
    broken.start();
    logger.addAppender(broken);
    try {
      breaker.forceOpen("one");
      breaker.disable("two");
    } finally {
      logger.detachAppender(broken);
    }
    assertThat(heard).containsExactly(Kind.FORCED_OPEN, Kind.DISABLED);
  }

  @Test
  void probesOfAnOutage_areOneProbing_andTheStateIsExactMeanwhile() {
    ManualKernel kernel = ManualKernel.create();
    List<Kind> heard = new ArrayList<>();
    CircuitBreaker breaker = CircuitBreaker.standard();
    Pipeline pipeline = Pipeline.builder("dep")
        .kernel(kernel)
        .policies(breaker)
        .listener(hearing(change -> heard.add(change.to().kind())))
        .build();
    fail(pipeline, 20);
    for (int i = 0; i < 10_000; i++) {
      kernel.advance(Duration.ofMillis(10));
      fail(pipeline, 1);
      assertThat(breaker.state()).isEqualTo(GateState.OPEN);
    }
    assertThat(heard).containsExactly(Kind.OPEN, Kind.PROBING);
    breaker.forceOpen("enough");
    assertThat(heard).containsExactly(Kind.OPEN, Kind.PROBING, Kind.FORCED_OPEN);
  }
}
