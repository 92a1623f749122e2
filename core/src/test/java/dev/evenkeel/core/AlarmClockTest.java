package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlarmClockTest {

  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long BOUND_SECONDS = 60;

  private final SystemKernel kernel = new SystemKernel("alarm-test");

  @AfterEach
  void close() {
    kernel.close();
  }

  @Test
  void tenThousandAlarms_areAllKept_fireOnce_andNoneIsLeft() throws InterruptedException {
    int count = 10_000;
    AtomicInteger fired = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(count / 2);
    List<Cancellable> far = new ArrayList<>();
    long now = kernel.nanoTime();
    for (int i = 0; i < count / 2; i++) {
      far.add(kernel.schedule(now + HOUR + i, () -> fired.addAndGet(count)));
      kernel.schedule(now + i * 1_000L, () -> {
        fired.incrementAndGet();
        all.countDown();
      });
    }
    assertThat(all.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(kernel.armedTimers()).isEqualTo(count / 2);
    far.forEach(alarm -> assertThat(alarm.cancel()).isTrue());
    assertThat(kernel.armedTimers()).isZero();
    assertThat(fired).hasValue(count / 2);
  }

  @Test
  void earlierAlarm_wakesTheThreadThatSleepsForALaterOne() throws InterruptedException {
    CountDownLatch fired = new CountDownLatch(1);
    Cancellable far = kernel.schedule(kernel.nanoTime() + HOUR, () -> {});
    kernel.schedule(kernel.nanoTime() + 1_000_000, fired::countDown);
    assertThat(fired.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(far.cancel()).isTrue();
  }

  @Test
  void alarmArmedByAnAlarm_fires() throws InterruptedException {
    CountDownLatch fired = new CountDownLatch(1);
    kernel.schedule(
        kernel.nanoTime(), () -> kernel.schedule(kernel.nanoTime() + 1_000, fired::countDown));
    assertThat(fired.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void errorInATask_doesNotStopTheClock() throws InterruptedException {
    CountDownLatch fired = new CountDownLatch(1);
    try (Logs logs = new Logs()) {
      kernel.schedule(kernel.nanoTime(), () -> {
        throw new StackOverflowError("in a task");
      });
      kernel.schedule(kernel.nanoTime() + 2_000_000, fired::countDown);
      assertThat(fired.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
      while (logs.lines().isEmpty() && System.nanoTime() - end < 0) {
        Thread.onSpinWait(); // both may be due in one look, in any order
      }
      assertThat(logs.lines()).hasSize(1);
    }
  }

  @Test
  void interruptOfItsThread_doesNotStopTheClock() throws InterruptedException {
    CountDownLatch fired = new CountDownLatch(2);
    kernel.schedule(kernel.nanoTime(), () -> {
      Thread.currentThread().interrupt();
      fired.countDown();
    });
    kernel.schedule(kernel.nanoTime() + 5_000_000, fired::countDown);
    assertThat(fired.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void alarmsOfThreadsThatAreGone_giveTheirPlacesBack() {
    AlarmClock clock = kernel.alarms();
    for (int i = 0; i < 100_000; i++) {
      Alarm alarm = new Idle();
      clock.register(alarm, new WeakReference<>(alarm));
      if (i % 1_000 == 0) {
        System.gc();
      }
    }
    assertThat(clock.places()).as("places, after 100 rounds of 1,000").isLessThan(20_000);
  }

  private static final class Idle extends Alarm {
    @Override
    void onDue(long armed, long nowNanos) {}
  }
}
