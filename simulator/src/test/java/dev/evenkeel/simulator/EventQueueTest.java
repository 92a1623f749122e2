package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventQueueTest {

  private final EventQueue events = new EventQueue(2);

  private List<Long> drain() {
    List<Long> order = new ArrayList<>();
    while (events.next(Long.MAX_VALUE)) {
      order.add(events.payload());
    }
    return order;
  }

  @Test
  void events_comeByTime_andInTheOrderOfAskingAtOneTime() {
    events.add(20, 3);
    events.add(10, 1);
    events.addToLane(0, 10, 2);
    events.addToLane(1, 20, 4);
    events.add(20, 5);
    assertThat(drain()).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void thousandsOfEvents_comeInOrder() {
    SplittableRandom random = new SplittableRandom(1);
    List<long[]> expected = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      long time = random.nextInt(500);
      if (i % 3 == 0) {
        events.addToLane(0, 1_000L + i, i);
        expected.add(new long[] {1_000L + i, i});
      } else {
        events.add(time, i);
        expected.add(new long[] {time, i});
      }
    }
    expected.sort((a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
    assertThat(drain())
        .containsExactlyElementsOf(expected.stream().map(event -> event[1]).toList());
  }

  @Test
  void next_stopsAtTheEnd() {
    events.add(10, 1);
    assertThat(events.next(10)).isFalse();
    assertThat(events.next(11)).isTrue();
    assertThat(events.nowNanos()).isEqualTo(10);
  }
}
