package dev.evenkeel.core;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread at a time make the value of a name, in a user's code that runs under no lock. Who
 * asks for the same name meanwhile waits for that; others do not. Thread-safe.
 *
 * @param <V> the type of the values
 */
final class OnePerName<V> {

  private final String what;
  private final Function<String, @Nullable V> known;
  private final Map<String, Making> makings = new ConcurrentHashMap<>();
  private final Map<Thread, Making> waiting = new ConcurrentHashMap<>();

  /** What a thread is at. */
  private record Making(Thread maker, CountDownLatch done) {}

  /**
   * For values that are kept elsewhere.
   *
   * @param what they are, for errors
   * @param known finds one that was made
   */
  OnePerName(String what, Function<String, @Nullable V> known) {
    this.what = what;
    this.known = known;
  }

  /**
   * The value of a name.
   *
   * @param maker makes it, and puts it where it will be known; if it throws, the next one tries
   * @throws IllegalStateException if the maker asks for what is being made
   */
  V get(String name, Supplier<V> maker) {
    Making own = new Making(Thread.currentThread(), new CountDownLatch(1));
    for (; ; ) {
      V present = known.apply(name);
      if (present != null) {
        return present;
      }
      Making other = makings.putIfAbsent(name, own);
      if (other != null) {
        await(name, other);
        continue;
      }
      try {
        V meanwhile = known.apply(name);
        return meanwhile != null ? meanwhile : maker.get();
      } finally {
        makings.remove(name);
        own.done.countDown();
      }
    }
  }

  private void await(String name, Making other) {
    Thread self = Thread.currentThread();
    boolean interrupted = false;
    waiting.put(self, other);
    try {
      for (Making next = other; next != null; next = waiting.get(next.maker)) {
        if (next.maker == self) {
          throw new IllegalStateException(what + ": \"" + name
              + "\" needs itself to be made (expected: a function that does not ask for it)");
        }
      }
      while (!isDone(other)) {
        interrupted = true;
      }
    } finally {
      waiting.remove(self);
      if (interrupted) {
        self.interrupt();
      }
    }
  }

  /** False if the thread was interrupted; the value is needed all the same. */
  private static boolean isDone(Making making) {
    try {
      making.done.await();
      return true;
    } catch (InterruptedException later) {
      return false;
    }
  }
}
