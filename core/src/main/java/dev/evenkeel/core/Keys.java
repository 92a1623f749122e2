package dev.evenkeel.core;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a {@link PerKey}: made when they are first asked for, forgotten when they are not
 * used (the clock algorithm: a hand goes round, and what was not used since it came by last may
 * go). Nothing runs by itself: new keys and now and then a call move the hand on by a few entries.
 * Thread-safe, without a lock.
 */
final class Keys<G extends Gate> {

  static final Duration DEFAULT_FORGET_AFTER = Duration.ofHours(1);

  /** When there is no room, who was not used for this long makes some. */
  private static final long CROWDED_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A breaker that is open, and that nobody asks: the dependency is gone for good. */
  private static final long GIVEN_UP_NANOS = TimeUnit.DAYS.toNanos(1);

  /** How many entries a new key looks at; more if there is no room. */
  private static final int LOOKS = 16;

  private static final int LOOKS_CROWDED = 64;

  /** After a look for room that found none. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private volatile Function<String, G> factory;
  private final int maxKeys;
  private final KeyEntry<G> shared;
  private final Faults faults;
  private final Map<String, KeyEntry<G>> entries = new ConcurrentHashMap<>();
  private final OnePerName<KeyEntry<G>> making = new OnePerName<>("key", this::known);
  private final List<Attachment> attachments = new CopyOnWriteArrayList<>();

  /** All entries by the last bits of their ids; the shared one has none but zeros. */
  private final AtomicReferenceArray<@Nullable KeyEntry<G>> places;

  private final int placeBits;
  private final Queue<Integer> freePlaces = new ConcurrentLinkedQueue<>();
  private final AtomicInteger placesUsed = new AtomicInteger();
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger hand = new AtomicInteger();
  private volatile long forgetAfterNanos = DEFAULT_FORGET_AFTER.toNanos();
  private volatile long nextLookNanos;

  /** No room was found, and nobody looks again before then. */
  private volatile boolean full;

  private volatile long fullUntilNanos;

  Keys(Function<String, G> factory, int maxKeys) {
    this.factory = factory;
    this.maxKeys = maxKeys;
    G gate = Checks.notNull("factory's gate", factory.apply(PerKey.SHARED));
    faults = new Faults(gate.name() + " per key");
    shared = new KeyEntry<>(PerKey.SHARED, gate, 0, faults);
    placeBits = Integer.SIZE - Integer.numberOfLeadingZeros(maxKeys);
    places = new AtomicReferenceArray<>(1 << placeBits);
    places.set(0, shared);
  }

  KeyEntry<G> shared() {
    return shared;
  }

  Faults faults() {
    return faults;
  }

  int maxKeys() {
    return maxKeys;
  }

  /**
   * Gives all gates the settings of those that another one's factory makes.
   *
   * @return false, and nothing has changed, if a gate of this kind has to be made anew
   */
  boolean changeTo(Keys<G> next) {
    if (shared.gate.changedTo(next.shared.gate) != shared.gate) {
      return false;
    }
    factory = next.factory;
    forgetAfterNanos = next.forgetAfterNanos;
    entries.values().forEach(this::change);
    return true;
  }

  /** As the present factory makes them; one whose factory throws keeps its settings. */
  private void change(KeyEntry<G> entry) {
    try {
      if (entry.gate.changedTo(factory.apply(entry.key)) != entry.gate) {
        boolean unused = remove(entry.key); // begins anew
      }
    } catch (Throwable fault) {
      faults.report("factory", fault, "the key keeps its settings");
    }
  }

  void forgetAfter(long nanos) {
    forgetAfterNanos = nanos;
  }

  /** Those that have a gate of their own, in alphabetical order. */
  Set<String> names() {
    return new TreeSet<>(entries.keySet());
  }

  /** One that there is already. */
  @Nullable KeyEntry<G> known(String key) {
    KeyEntry<G> entry = entries.get(key);
    if (entry != null && entry.isGone()) {
      entries.remove(key, entry);
      return null;
    }
    return entry;
  }

  /** That with an id; null if it was forgotten. */
  @Nullable KeyEntry<G> withId(int id) {
    KeyEntry<G> entry = places.get(id & (places.length() - 1));
    return entry != null && entry.id == id ? entry : null;
  }

  /** One that there is already and that a call finds; it needs no time for that. */
  @Nullable KeyEntry<G> ready(String key) {
    KeyEntry<G> entry = entries.get(key);
    return entry != null && !entry.isGone() ? entry : null;
  }

  /** The entry for a call that found none; made if there is room, else the shared one. */
  KeyEntry<G> make(String key, long nowNanos) {
    return make(key, true, nowNanos);
  }

  /** As for a call, at the time of the first pipeline. */
  KeyEntry<G> get(String key) {
    KeyEntry<G> entry = known(key);
    if (entry == null) {
      Kernel time = kernel();
      entry = make(key, time != null, time == null ? 0 : time.nanoTime());
    }
    boolean unused = entry.use();
    return entry;
  }

  /** That of the first pipeline. */
  private @Nullable Kernel kernel() {
    for (Attachment attachment : attachments) {
      return attachment.kernel();
    }
    return null;
  }

  private KeyEntry<G> make(String key, boolean timed, long nowNanos) {
    if (full && timed && nowNanos - fullUntilNanos < 0) {
      return shared;
    }
    return making.get(key, () -> {
      if (timed) {
        look(isCrowded() ? LOOKS_CROWDED : LOOKS, nowNanos);
      }
      int place = takePlace();
      if (place > 0) {
        full = false;
        return put(key, place);
      }
      fullUntilNanos = nowNanos + PAUSE_NANOS;
      full = true;
      faults.tellOnce(
          "maxKeys",
          "maxKeys: more than " + maxKeys + " keys in use (expected: a bounded set, e.g. shards);"
              + " all further keys share one gate, until one is forgotten");
      return shared;
    });
  }

  private KeyEntry<G> put(String key, int place) {
    KeyEntry<G> entry = null;
    Function<String, G> maker = factory;
    try {
      G gate = Checks.notNull("factory's gate", maker.apply(key));
      entry = new KeyEntry<>(key, gate, made.incrementAndGet() << placeBits | place, faults);
      entry.attachTo(attachments);
    } finally {
      if (entry == null) {
        freePlaces.add(place);
      }
    }
    places.set(place, entry);
    entries.put(key, entry);
    entry.attachTo(attachments); // to what has come or gone meanwhile
    if (maker != factory) {
      change(entry); // the settings have changed meanwhile
    }
    return entry;
  }

  private int takePlace() {
    Integer free = freePlaces.poll();
    if (free != null) {
      return free;
    }
    int before = placesUsed.getAndUpdate(used -> Math.min(maxKeys, used + 1));
    return before < maxKeys ? before + 1 : -1;
  }

  private boolean isCrowded() {
    return placesUsed.get() >= maxKeys && freePlaces.isEmpty();
  }

  /** A call that knows the time comes by: looks at some entries, if it is time to. */
  void passBy(long nowNanos) {
    if (nowNanos - nextLookNanos >= 0) {
      int rounds = placesUsed.get() / LOOKS + 1;
      nextLookNanos = nowNanos + Math.max(PAUSE_NANOS, forgetAfterNanos / 8 / rounds);
      look(LOOKS, nowNanos);
    }
  }

  private void look(int most, long nowNanos) {
    long after = isCrowded() ? Math.min(CROWDED_NANOS, forgetAfterNanos) : forgetAfterNanos;
    int used = placesUsed.get();
    for (int i = 0; i < Math.min(most, used); i++) {
      KeyEntry<G> entry = places.get(1 + Math.floorMod(hand.getAndIncrement(), used));
      if (entry != null
          && !entry.wasUsed(nowNanos)
          && entry.unusedNanos(nowNanos) >= after
          && isForgettable(entry, nowNanos)
          && entry.endUnused()) {
        drop(entry);
      }
    }
  }

  private boolean isForgettable(KeyEntry<G> entry, long nowNanos) {
    try {
      return entry.gate.isIdle(nowNanos)
          || (entry.unusedNanos(nowNanos) >= GIVEN_UP_NANOS
              && entry.gate instanceof StatefulGate stateful
              && isOnItsWayBack(stateful.state().kind()));
    } catch (Throwable fault) {
      faults.report(entry.gate.name() + ".isIdle", fault, "it is kept");
      return false;
    }
  }

  private static boolean isOnItsWayBack(GateState.Kind kind) {
    return switch (kind) {
      case OPEN, PROBING, RAMPING -> true;
      case CLOSED, FORCED_OPEN, DISABLED -> false; // the last two are somebody's wish
    };
  }

  /** Forgets a key; false if there is none. */
  boolean remove(String key) {
    KeyEntry<G> entry = entries.get(key);
    if (entry == null || !entry.end()) {
      return false;
    }
    drop(entry);
    return true;
  }

  private void drop(KeyEntry<G> entry) {
    entries.remove(entry.key, entry);
    int place = entry.id & (places.length() - 1);
    places.set(place, null);
    freePlaces.add(place);
    entry.attachTo(List.of());
  }

  void attach(Attachment attachment) {
    if (attachments.isEmpty()) {
      nextLookNanos = attachment.kernel().nanoTime();
    }
    attachments.add(attachment);
    tellAll();
  }

  void detach(Attachment attachment) {
    attachments.remove(attachment);
    tellAll();
  }

  private void tellAll() {
    shared.attachTo(attachments);
    entries.values().forEach(entry -> entry.attachTo(attachments));
  }
}
