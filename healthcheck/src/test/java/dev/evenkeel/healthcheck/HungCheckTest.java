package dev.evenkeel.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** On real threads: what hangs costs one thread, and nobody else anything. */
class HungCheckTest {

  private static final CheckTiming QUICK = CheckTiming.standard()
      .every(Duration.ofMillis(20))
      .within(Duration.ofMillis(50))
      .backOffTo(Duration.ofMillis(20));

  @Test
  void deafToInterrupts_isDown_hung_andNeverStartedTwice() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger started = new AtomicInteger();
    AtomicInteger others = new AtomicInteger();
    try (Health health = Health.builder()
        .maxRunning(1)
        .check(Check.shared("native", () -> {
              started.incrementAndGet();
              awaitDeaf(release);
            })
            .timing(QUICK))
        .check(Check.local("disk", () -> {
              others.incrementAndGet();
              return CheckResult.up();
            })
            .timing(QUICK))
        .start()) {
      until(() -> check(health, "native").status() == Status.DOWN);
      int before = others.get();
      until(() -> others.get() > before + 20);
      CheckSnapshot hung = check(health, "native");
      assertThat(hung.hung().threadName()).isEqualTo("evenkeel-health-native");
      assertThat(hung.hung().running()).isGreaterThan(Duration.ofMillis(50));
      assertThat(hung.cause().errorClass()).isEqualTo("java.util.concurrent.TimeoutException");
      assertThat(hung.message()).contains("thread evenkeel-health-native still runs");
      assertThat(started).hasValue(1);
      assertThat(threadsNamed("evenkeel-health-native")).hasSize(1);
      assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.UP);
      release.countDown();
      until(() -> check(health, "native").status() == Status.UP);
      assertThat(check(health, "native").hung()).isNull();
      assertThat(started.get()).isGreaterThan(1);
    } finally {
      release.countDown();
    }
  }

  @Test
  void hearsTheInterrupt_freesItsThread_andTheNextRunIsNotInterrupted() throws Exception {
    AtomicInteger interrupted = new AtomicInteger();
    AtomicInteger clean = new AtomicInteger();
    CountDownLatch never = new CountDownLatch(1);
    try (Health health = Health.builder()
        .maxRunning(1)
        .check(Check.shared("slow", () -> {
              try {
                never.await();
              } catch (InterruptedException stopped) {
                interrupted.incrementAndGet();
                throw stopped;
              }
            })
            .timing(QUICK))
        .check(Check.local("disk", () -> {
              assertThat(Thread.currentThread().isInterrupted()).isFalse();
              clean.incrementAndGet();
              return CheckResult.up();
            })
            .timing(QUICK))
        .start()) {
      until(() -> interrupted.get() >= 3 && clean.get() >= 3);
      until(() -> check(health, "slow").status() == Status.DOWN);
      assertThat(check(health, "disk").failuresInARow()).isZero();
    }
  }

  @Test
  void close_interruptsWhatRuns() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Health health = Health.builder()
        .check(Check.shared("slow", () -> {
          running.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            stopped.countDown();
          }
        }))
        .start();
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    health.close();
    assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void slowByHand_countsAsFailed_andWhatComesLaterIsDropped() {
    ManualKernel kernel = ManualKernel.create();
    Logger logger = (Logger) LoggerFactory.getLogger("dev.evenkeel");
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    List<Status> seen = new ArrayList<>();
    Health[] health = new Health[1];
    health[0] = Health.builder()
        .kernel(kernel)
        .executor(kernel::execute)
        .check(Check.local("slow", () -> {
          try {
            kernel.sleepUntil(kernel.nanoTime() + Duration.ofSeconds(3).toNanos());
          } catch (InterruptedException limit) {
            seen.add(Lab.only(health[0]).status());
          }
          return CheckResult.up(); // too late
        }))
        .start();
    kernel.advance(Duration.ofSeconds(20));
    logger.detachAppender(logged);
    assertThat(logged.list) // it heard its interrupt: told as DOWN once, and not in every round
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(line -> line.startsWith("health check 'slow'"))
        .singleElement()
        .asString()
        .endsWith(
            "UNKNOWN -> DOWN: java.util.concurrent.TimeoutException: no answer within 1.00 s");
    assertThat(seen).startsWith(Status.UNKNOWN, Status.UNKNOWN, Status.DOWN);
    assertThat(Lab.only(health[0]).status()).isEqualTo(Status.DOWN);
    assertThat(Lab.only(health[0]).lastSuccess()).isNull();
  }

  /** On whichever thread its end is noticed first: a dependency that hangs is not asked on. */
  @Test
  void endedByItsTimeLimitEachTime_isAskedLessAndLessOften() {
    ManualKernel kernel = ManualKernel.create();
    List<Long> runs = new ArrayList<>();
    Health health = Health.builder()
        .kernel(kernel)
        .executor(kernel::execute)
        .check(Check.shared("db", () -> {
          runs.add(kernel.nanoTime());
          kernel.sleepUntil(kernel.nanoTime() + Duration.ofSeconds(3).toNanos());
          return CheckResult.up();
        }))
        .start();
    kernel.advance(Duration.ofMinutes(10));
    assertThat(Lab.only(health).status()).isEqualTo(Status.DOWN);
    assertThat(runs).hasSizeBetween(18, 26); // three to go down, 5, 10, 20, then every 31 s
  }

  /** Ended by its time limit, and asked again so soon that three in a row are still news. */
  @ParameterizedTest
  @ValueSource(longs = {1, 20, 5_000})
  void endedByItsTimeLimitEachTime_isDown_howeverShortTheInterval(long millis) {
    ManualKernel kernel = ManualKernel.create();
    Duration interval = Duration.ofMillis(millis);
    CheckTiming timing = CheckTiming.standard()
        .every(interval)
        .within(Duration.ofMillis(50))
        .backOffTo(interval)
        .staleAfter(interval.plusMillis(50));
    Health health = Health.builder()
        .kernel(kernel)
        .executor(kernel::execute)
        .check(Check.shared("db", () -> {
              kernel.sleepUntil(kernel.nanoTime() + Duration.ofSeconds(3).toNanos());
              return CheckResult.up();
            })
            .timing(timing))
        .start();
    kernel.advance(interval.plusMillis(50).multipliedBy(5));
    for (int looks = 0; looks < 20; looks++) {
      kernel.advance(interval.plusMillis(50));
      assertThat(Lab.only(health).status()).isEqualTo(Status.DOWN);
    }
  }

  @Test
  void aProcessThatStoodStillDuringARun_isNoEvidence() {
    JumpingKernel kernel = new JumpingKernel();
    AtomicInteger runs = new AtomicInteger();
    Health health = Health.builder()
        .kernel(kernel)
        .executor(kernel::execute)
        .check(Check.local("disk", () -> {
          if (runs.incrementAndGet() == 2) {
            kernel.jump(Duration.ofMinutes(10));
          }
          return CheckResult.up(); // it was, ten minutes ago
        }))
        .start();
    while (runs.get() < 2) {
      kernel.advance(Duration.ofMillis(10));
    }
    assertThat(Lab.only(health).status()).isEqualTo(Status.UNKNOWN);
    assertThat(Lab.only(health).cause()).isNull();
    kernel.advance(Duration.ofSeconds(1));
    assertThat(runs).hasValue(3);
    assertThat(Lab.only(health).status()).isEqualTo(Status.UP);
  }

  @Test
  void aCheckThatIsStillAtItWhenTheProcessWakes_getsItsTimeAgain() throws Exception {
    JumpingKernel kernel = new JumpingKernel();
    AtomicInteger runs = new AtomicInteger();
    Health health = Health.builder()
        .kernel(kernel)
        .executor(kernel::execute)
        .check(Check.local("disk", () -> {
          if (runs.incrementAndGet() == 2) {
            kernel.jump(Duration.ofMinutes(10));
            kernel.sleepUntil(kernel.nanoTime() + Duration.ofMillis(1_500).toNanos());
          }
          return CheckResult.up();
        }))
        .start();
    kernel.advance(Duration.ofSeconds(8));
    assertThat(Lab.only(health).status()).isEqualTo(Status.UP);
    assertThat(Lab.only(health).cause()).as("no timeout was counted").isNull();
  }

  /** Full, or the system has no thread to spare. */
  @ParameterizedTest
  @ValueSource(classes = {RejectedExecutionException.class, OutOfMemoryError.class})
  void anExecutorThatTakesNothing_isNoEvidence_andIsTriedAgain(Class<Throwable> fault) {
    ManualKernel kernel = ManualKernel.create();
    AtomicInteger asked = new AtomicInteger();
    Health health = Health.builder()
        .kernel(kernel)
        .maxRunning(1)
        .executor(task -> {
          if (asked.incrementAndGet() <= 2) {
            throwAny(fault);
          }
          kernel.execute(task);
        })
        .check(Check.local("disk", CheckResult::up))
        .start();
    kernel.advance(Duration.ofSeconds(1));
    assertThat(Lab.only(health).status()).isEqualTo(Status.UNKNOWN);
    kernel.advance(Duration.ofSeconds(20));
    assertThat(Lab.only(health).status()).isEqualTo(Status.UP);
  }

  @SuppressWarnings("unchecked") // so that it can throw whatever it is given
  private static <T extends Throwable> void throwAny(Class<Throwable> fault) throws T {
    try {
      throw (T) fault.getConstructor(String.class).newInstance("no thread");
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Whoever asks for the trace is the user's code too: under the time limit. */
  @Test
  void aTraceSupplierThatHangs_isSeenAsHung_andTheCheckGoesOnAfterIt() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (Health health = Health.builder()
        .traceId(() -> {
          awaitDeaf(release);
          return "trace-1";
        })
        .check(Check.shared("db", () -> CheckResult.down("gone")).timing(QUICK))
        .start()) {
      until(() -> check(health, "db").status() == Status.DOWN);
      assertThat(check(health, "db").hung()).isNotNull();
      release.countDown();
      until(() -> "gone".equals(check(health, "db").message()));
      assertThat(check(health, "db").hung()).isNull();
    } finally {
      release.countDown();
    }
  }

  @Test
  void manyChecks_runNoMoreThanAllowedAtOnce() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger runs = new AtomicInteger();
    HealthBuilder builder = Health.builder().maxRunning(3);
    for (int i = 0; i < 20; i++) {
      builder.check(Check.local("check-" + i, () -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            now.decrementAndGet();
            runs.incrementAndGet();
            return CheckResult.up();
          })
          .timing(QUICK.within(Duration.ofSeconds(5))));
    }
    try (Health health = builder.start()) {
      until(() -> runs.get() > 200);
      assertThat(most.get()).isBetween(1, 3);
      assertThat(health.snapshot().status()).isEqualTo(Status.UP);
    }
  }

  static CheckSnapshot check(Health health, String name) {
    return health.snapshot().checks().stream()
        .filter(check -> check.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static List<String> threadsNamed(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name::equals)
        .toList();
  }

  /** Blocks as native code does: no interrupt ends it. */
  static void awaitDeaf(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException deaf) {
        // goes on
      }
    }
  }

  static void until(BooleanSupplier condition) throws InterruptedException {
    Kernel kernel = Kernel.system();
    long end = kernel.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(kernel.nanoTime() - end).as("30 s are over").isNegative();
      kernel.sleepUntil(kernel.nanoTime() + 2_000_000);
    }
  }
}
