package dev.evenkeel.limits;

import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Waiter;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Waiters by criticality and arrival, bounded; the ranks of {@link QueuedLimit}. Not thread-safe.
 */
final class WaitQueue {

  /** One of so many permits, and of so many places, is left to the less critical. */
  static final int SHARE = 20;

  private record Place(Criticality criticality, long number) {}

  private final EnumMap<Criticality, NavigableMap<Long, Waiter>> lines =
      new EnumMap<>(Criticality.class);
  private final IdentityHashMap<Waiter, Place> places = new IdentityHashMap<>();
  private int capacity;
  private long arrivals;
  private int passedOver;

  WaitQueue(int capacity) {
    this.capacity = capacity;
    for (Criticality criticality : Criticality.values()) {
      lines.put(criticality, new TreeMap<>());
    }
  }

  int size() {
    return places.size();
  }

  int capacity() {
    return capacity;
  }

  void setCapacity(int newCapacity) {
    capacity = newCapacity;
  }

  /**
   * Adds a waiter.
   *
   * @return who has no place now: null, the newcomer, or the one whose place it took
   */
  @Nullable Waiter add(Waiter waiter, Criticality criticality) {
    Waiter displaced = null;
    if (places.size() >= capacity) {
      displaced = displace(criticality);
      if (displaced == null) {
        return waiter;
      }
    }
    long number = arrivals++;
    line(criticality).put(number, waiter);
    places.put(waiter, new Place(criticality, number));
    return displaced;
  }

  /** Takes the newest of the least critical out, if enough are less critical than the newcomer. */
  private @Nullable Waiter displace(Criticality newcomer) {
    int less = 0;
    Criticality least = newcomer;
    for (Criticality criticality : Criticality.values()) {
      int waiting = line(criticality).size();
      if (criticality.compareTo(newcomer) > 0 && waiting > 0) {
        less += waiting;
        least = criticality;
      }
    }
    int kept = capacity < 2 ? 0 : Math.max(1, capacity / SHARE);
    if (less <= kept) {
      return null;
    }
    Waiter newest = line(least).lastEntry().getValue();
    remove(newest);
    return newest;
  }

  /** Takes out whose turn it is. */
  @Nullable Waiter poll() {
    Criticality most = null;
    Criticality longest = null;
    for (Criticality criticality : Criticality.values()) {
      NavigableMap<Long, Waiter> line = line(criticality);
      if (line.isEmpty()) {
        continue;
      }
      if (most == null) {
        most = criticality;
      } else if (longest == null || line.firstKey() < line(longest).firstKey()) {
        longest = criticality;
      }
    }
    if (most == null) {
      return null;
    }
    Criticality turn = most;
    if (longest != null && ++passedOver >= SHARE) {
      passedOver = 0;
      turn = longest;
    }
    Waiter next = line(turn).firstEntry().getValue();
    remove(next);
    return next;
  }

  void remove(Waiter waiter) {
    Place place = places.remove(waiter);
    if (place != null) {
      line(place.criticality()).remove(place.number());
    }
  }

  private NavigableMap<Long, Waiter> line(Criticality criticality) {
    return Objects.requireNonNull(lines.get(criticality));
  }
}
