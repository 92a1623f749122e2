package dev.evenkeel.reactor;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * What a subscriber has asked for and was not given yet, for the sources that serve it one after
 * the other. Each number reaches the present source as it is; the next source is asked for the
 * rest. Thread-safe.
 */
final class Demand {

  private volatile long asked;

  /**
   * Written by whoever gives an element: one thread at a time, from sources that obey the rules.
   */
  private volatile long given;

  private @Nullable Subscription source;

  /**
   * The subscriber asks for more.
   *
   * @return whom to ask for as many; null if there is nobody at present
   */
  @Nullable Subscription add(long n) {
    synchronized (this) {
      asked = Operators.addCap(asked, n);
      return source;
    }
  }

  /**
   * Another source serves the subscriber from now on.
   *
   * @return what to ask it for; 0 if nothing
   */
  long to(Subscription next) {
    synchronized (this) {
      source = next;
      return left();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // see there
  void give() {
    if (asked != Long.MAX_VALUE) {
      given++;
    }
  }

  /** How many elements are asked for; {@code Long.MAX_VALUE} is without end. */
  long left() {
    long all = asked;
    return all == Long.MAX_VALUE ? all : Math.max(0, all - given);
  }
}
