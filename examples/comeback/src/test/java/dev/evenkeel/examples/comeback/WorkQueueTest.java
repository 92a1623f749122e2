package dev.evenkeel.examples.comeback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

  private static final long NOW = Long.MAX_VALUE - 1_000;

  private final Queue<WorkQueue.Running<String>> running =
      new PriorityQueue<>((a, b) -> Long.compare(a.doneNanos() - NOW, b.doneNanos() - NOW));
  private long nowNanos = NOW;

  @Test
  void workers_takeOneRequestEachInTheOrderOfArrival() {
    WorkQueue<String> work = new WorkQueue<>(spec(2, 10));
    work.offer("first", NOW);
    work.offer("second", NOW);
    work.offer("third", NOW);

    assertThat(work.startNext(NOW)).extracting(WorkQueue.Running::request).isEqualTo("first");
    assertThat(work.startNext(NOW)).extracting(WorkQueue.Running::request).isEqualTo("second");
    assertThat(work.startNext(NOW)).isNull();
    assertThat(work.waiting()).isEqualTo(1);

    work.finished();

    assertThat(work.startNext(NOW)).extracting(WorkQueue.Running::request).isEqualTo("third");
    work.finished();
    assertThat(work.startNext(NOW)).isNull();
  }

  @Test
  void fullQueue_refuses() {
    WorkQueue<String> work = new WorkQueue<>(spec(1, 2));

    assertThat(work.offer("a", NOW)).isTrue();
    assertThat(work.offer("b", NOW)).isTrue();
    assertThat(work.offer("c", NOW)).isFalse();
  }

  @Test
  void workThatStartsByALateTimer_doesNotStartBeforeItCame() {
    WorkQueue<String> work = new WorkQueue<>(spec(1, 10));
    work.offer("late", NOW + 500);

    var running = Objects.requireNonNull(work.startNext(NOW));

    assertThat(running.doneNanos() - (NOW + 500)).isNotNegative();
  }

  @Test
  void capacity_growsWithWhatWasServed() {
    WorkQueue<String> work = new WorkQueue<>(spec(10, 10));

    assertThat(work.capacity()).isCloseTo(60, within(1e-9));
    serve(work, 2000);
    assertThat(work.capacity()).isCloseTo(200 * (1 - 0.7 * Math.exp(-1)), within(1e-9));
  }

  @Test
  void throughput_isTheCapacity() {
    WorkQueue<String> work = new WorkQueue<>(spec(10, 10));
    serve(work, 40_000); // Warm.

    assertThat(serve(work, 20_000) / 1e9).isCloseTo(100, within(5.0));
  }

  /** Keeps all workers busy until so many requests are done; how long that took in nanoseconds. */
  private long serve(WorkQueue<String> work, int requests) {
    long startNanos = nowNanos;
    for (int done = 0; done < requests; ) {
      work.offer("request", nowNanos);
      var started = work.startNext(nowNanos);
      if (started != null) {
        running.add(started);
      } else {
        nowNanos = running.remove().doneNanos();
        work.finished();
        done++;
      }
    }
    return nowNanos - startNanos;
  }

  private static ServiceSpec spec(int workers, int queueBound) {
    return new ServiceSpec(0, 200, workers, 0.3, 2000, queueBound, 1000, 1);
  }
}
