package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecondCountsTest {

  private final SecondCounts counts = new SecondCounts(3);

  @Test
  void nothingCounted_hasNoLatestSecond() {
    assertThat(counts.latest()).isEqualTo(-1);
    assertThat(counts.between(0, 3)).isZero();
  }

  @Test
  void events_areCountedInTheirSeconds() {
    counts.add(0);
    counts.add(0);
    counts.add(2);
    assertThat(counts.between(0, 3)).isEqualTo(3);
    assertThat(counts.between(1, 3)).isEqualTo(1);
    assertThat(counts.between(2, 3)).isEqualTo(1);
    assertThat(counts.between(3, 3)).isZero();
    assertThat(counts.latest()).isEqualTo(2);
  }

  @Test
  void newSecond_takesThePlaceOfTheOldest() {
    counts.add(0);
    counts.add(1);
    counts.add(3);
    assertThat(counts.between(0, 3)).isEqualTo(2);
  }

  @Test
  void eventOfAForgottenSecond_isNotCounted() {
    counts.add(3);
    counts.add(0);
    assertThat(counts.between(0, 3)).isEqualTo(1);
    assertThat(counts.latest()).isEqualTo(3);
  }

  @Test
  void threads_loseNoEvent() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(new Thread(() -> {
        for (int n = 0; n < 100_000; n++) {
          counts.add(n % 3);
        }
      }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(counts.between(0, 3)).isEqualTo(400_000);
  }

  @Test
  void threadsThatComeOneAfterTheOther_shareOnePlace() throws InterruptedException {
    for (int i = 0; i < 64; i++) {
      Thread thread = new Thread(() -> counts.add(1));
      thread.start();
      thread.join();
    }
    assertThat(counts.between(0, 3)).isEqualTo(64);
    assertThat(counts.made()).as("of one thread each").isEqualTo(1);
  }

  @Test
  void places_areNeverMoreThanThereIsUseFor() throws InterruptedException {
    threads_loseNoEvent();
    assertThat(counts.made()).isBetween(1, 2 * Runtime.getRuntime().availableProcessors());
  }
}
