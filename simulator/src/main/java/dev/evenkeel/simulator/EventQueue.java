package dev.evenkeel.simulator;

import java.util.Arrays;

/**
 * What happens next: events by time, and among those of one time by the order in which they were
 * asked for. A heap of primitive numbers, so that an event allocates nothing; beside it a few lanes
 * for events that all have the same delay and so come in order by themselves.
 */
final class EventQueue {

  private static final int ARITY = 4;

  private long[] times = new long[1 << 10];
  private long[] orders = new long[1 << 10];
  private long[] payloads = new long[1 << 10];
  private int size;
  private long order;
  private final Lane[] lanes;
  private long nowNanos;
  private long payload;

  EventQueue(int laneCount) {
    lanes = new Lane[laneCount];
    for (int i = 0; i < laneCount; i++) {
      lanes[i] = new Lane();
    }
  }

  /** The time of the event at hand. */
  long nowNanos() {
    return nowNanos;
  }

  /** What the event at hand is about. */
  long payload() {
    return payload;
  }

  void add(long atNanos, long newPayload) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      orders = Arrays.copyOf(orders, 2 * size);
      payloads = Arrays.copyOf(payloads, 2 * size);
    }
    long newOrder = order++;
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) / ARITY;
      if (times[parent] <= atNanos) {
        break; // an older event of the same time goes first
      }
      move(parent, at);
      at = parent;
    }
    put(at, atNanos, newOrder, newPayload);
  }

  /** Adds to a lane; not before what is in it already. */
  void addToLane(int lane, long atNanos, long newPayload) {
    lanes[lane].add(atNanos, order++, newPayload);
  }

  /**
   * Goes on to the next event.
   *
   * @return false if there is none up to this time
   */
  boolean next(long untilNanos) {
    Lane best = null;
    long bestTime = size == 0 ? Long.MAX_VALUE : times[0];
    long bestOrder = size == 0 ? Long.MAX_VALUE : orders[0];
    for (Lane lane : lanes) {
      if (lane.size != 0) {
        long time = lane.times[lane.head];
        if (time < bestTime || (time == bestTime && lane.orders[lane.head] < bestOrder)) {
          best = lane;
          bestTime = time;
          bestOrder = lane.orders[lane.head];
        }
      }
    }
    if (bestTime >= untilNanos) {
      return false;
    }
    nowNanos = bestTime;
    if (best != null) {
      payload = best.remove();
    } else {
      payload = payloads[0];
      removeFirst();
    }
    return true;
  }

  private void removeFirst() {
    int last = --size;
    if (last == 0) {
      return;
    }
    long time = times[last];
    long lastOrder = orders[last];
    int at = 0;
    for (; ; ) {
      int child = ARITY * at + 1;
      if (child >= last) {
        break;
      }
      int least = child;
      int end = Math.min(child + ARITY, last);
      for (int other = child + 1; other < end; other++) {
        if (times[other] < times[least]
            || (times[other] == times[least] && orders[other] < orders[least])) {
          least = other;
        }
      }
      if (times[least] > time || (times[least] == time && orders[least] > lastOrder)) {
        break;
      }
      move(least, at);
      at = least;
    }
    put(at, time, lastOrder, payloads[last]);
  }

  private void move(int from, int to) {
    times[to] = times[from];
    orders[to] = orders[from];
    payloads[to] = payloads[from];
  }

  private void put(int at, long time, long newOrder, long newPayload) {
    times[at] = time;
    orders[at] = newOrder;
    payloads[at] = newPayload;
  }

  private static final class Lane {

    private long[] times = new long[1 << 10];
    private long[] orders = new long[1 << 10];
    private long[] payloads = new long[1 << 10];
    private int head;
    private int size;

    void add(long atNanos, long order, long payload) {
      if (size == times.length) {
        times = unrolled(times);
        orders = unrolled(orders);
        payloads = unrolled(payloads);
        head = 0;
      }
      int at = (head + size++) & (times.length - 1);
      times[at] = atNanos;
      orders[at] = order;
      payloads[at] = payload;
    }

    private long[] unrolled(long[] ring) {
      long[] larger = new long[2 * ring.length];
      int first = ring.length - head;
      System.arraycopy(ring, head, larger, 0, first);
      System.arraycopy(ring, 0, larger, first, head);
      return larger;
    }

    long remove() {
      long payload = payloads[head];
      head = (head + 1) & (times.length - 1);
      size--;
      return payload;
    }
  }
}
