package dev.evenkeel.core;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A gate of its own for each endpoint, shard or zone of a dependency, so that one bad shard does
 * not take the other nine with it: {@code PerKey.of(CircuitBreaker::standard)}, and calls through
 * {@link Pipeline#forKey}. Calls without a key share one gate.
 *
 * <p>Keys come and go, and are forgotten when they are not used. A key that no call has used for an
 * hour ({@link #forgetAfter}) makes room if its gate is idle ({@link Gate#isIdle}): a breaker that
 * is open, probing or ramping is kept, and so is a limit as long as a permit is out. When there are
 * {@code maxKeys} of them, idle ones that were not used for 10 s make room for a new one. If there
 * is none, its calls go through the gate of those without a key until there is; that is logged
 * once. A breaker that is open and that no call has asked for a day goes too, with its probes: so
 * does a shard that never comes back. One that is held open or disabled by hand stays.
 *
 * <p>No timer and no thread does this, but new keys and a call now and then, a few keys at a time.
 * A key that is forgotten begins anew with its next call. Thread-safe.
 *
 * @param <G> the type of the gates
 */
public final class PerKey<G extends Gate> implements Policy {

  /** What a factory is given instead of a key for the gate that is shared. */
  public static final String SHARED = "";

  private static final int DEFAULT_MAX_KEYS = 1_000;

  private final Keys<G> keys;

  private PerKey(Function<String, G> factory, int maxKeys) {
    keys = new Keys<>(factory, Checks.range("maxKeys", maxKeys, 1, 1_000_000));
  }

  /**
   * A gate for each of at most 1,000 keys.
   *
   * @param <G> the type of the gates
   * @param factory makes a new gate
   * @return the gate of gates
   */
  public static <G extends Gate> PerKey<G> of(Supplier<G> factory) {
    return of(factory, DEFAULT_MAX_KEYS);
  }

  /**
   * A gate for each key.
   *
   * @param <G> the type of the gates
   * @param factory makes a new gate
   * @param maxKeys how many keys have one of their own at a time, 1 to 1,000,000; as many as are in
   *     use within an hour, and some more
   * @return the gate of gates
   */
  public static <G extends Gate> PerKey<G> of(Supplier<G> factory, int maxKeys) {
    Checks.notNull("factory", factory);
    return new PerKey<>(key -> factory.get(), maxKeys);
  }

  /**
   * A gate for each of at most 1,000 keys, made with its key: for a probe that must know which
   * shard it asks.
   *
   * @param <G> the type of the gates
   * @param factory makes a new gate for a key, once for each time it comes; {@link #SHARED} for the
   *     gate of calls without one and of keys for which there is no room
   * @return the gate of gates
   */
  public static <G extends Gate> PerKey<G> of(Function<String, G> factory) {
    return of(factory, DEFAULT_MAX_KEYS);
  }

  /**
   * A gate for each key, made with its key.
   *
   * @param <G> the type of the gates
   * @param factory makes a new gate for a key, once for each time it comes; {@link #SHARED} for the
   *     gate of calls without one and of keys for which there is no room
   * @param maxKeys how many keys have one of their own at a time, 1 to 1,000,000; as many as are in
   *     use within an hour, and some more
   * @return the gate of gates
   */
  public static <G extends Gate> PerKey<G> of(Function<String, G> factory, int maxKeys) {
    return new PerKey<>(Checks.notNull("factory", factory), maxKeys);
  }

  /**
   * How long a key may be unused before it is forgotten; may be changed at any time. A key is
   * forgotten between that time and a quarter more, if there are calls.
   *
   * @param unused 1 ns to 100 years; an hour by default: longer than most rhythms in which calls
   *     come, and short enough that the pods of a day's deployments do not pile up
   * @return this
   */
  public PerKey<G> forgetAfter(Duration unused) {
    keys.forgetAfter(Checks.positiveNanos("forgetAfter", unused));
    return this;
  }

  /**
   * The gate of a key; made if there is none yet. It is the key's for as long as the key is not
   * forgotten: do not keep it.
   *
   * @param key the key; null for the gate of calls without one
   * @return the gate; that of calls without a key if there is no room for another one
   */
  public G gate(@Nullable String key) {
    return (key == null ? keys.shared() : keys.get(key)).gate;
  }

  /**
   * The gate of a key that was used before.
   *
   * @param key the key
   * @return empty if there is none, or it was forgotten
   */
  public Optional<G> find(String key) {
    return Optional.ofNullable(keys.known(Checks.notNull("key", key))).map(entry -> entry.gate);
  }

  /**
   * The keys that have a gate of their own now.
   *
   * @return a copy, in alphabetical order
   */
  public Set<String> keys() {
    return keys.names();
  }

  /**
   * Forgets a key at once, whatever state its gate is in: the shard is gone. Calls that are under
   * way end as they would and are no evidence of anything; a new one begins with a new gate.
   *
   * @param key the key
   * @return false if there is none
   */
  public boolean remove(String key) {
    return keys.remove(Checks.notNull("key", key));
  }

  Keys<G> entries() {
    return keys;
  }

  boolean readsResults() {
    return keys.shared().gate.readsResults();
  }

  void attach(Attachment attachment) {
    keys.attach(attachment);
  }

  void detach(Attachment attachment) {
    keys.detach(attachment);
  }

  /** Whether the gates of both are of one class. */
  boolean isSimilar(PerKey<?> other) {
    return keys.shared().gate.getClass() == other.keys.shared().gate.getClass();
  }

  /** The places of the keys are laid out once. */
  void checkChange(String pipeline, PerKey<?> next) {
    if (next.keys.maxKeys() != keys.maxKeys()) {
      throw new IllegalArgumentException(
          pipeline + ": " + name() + ": maxKeys " + next.keys.maxKeys() + " (expected: "
              + keys.maxKeys() + " as before: it cannot change while the pipeline is used)");
    }
  }

  /**
   * Gives the gates of all keys the settings of those that the other one's factory makes, each as
   * its own {@link Policy#changedTo} says. The factory is called for each key that is in use.
   *
   * @param next has gates of the same class, and the same {@code maxKeys}
   * @return this; the other one if the gates cannot change
   */
  @Override
  @SuppressWarnings("unchecked") // of the same class, as was asked before
  public Policy changedTo(Policy next) {
    return keys.changeTo(((PerKey<G>) next).keys) ? this : next;
  }

  @Override
  public List<String> warnings() {
    return keys.shared().gate.warnings();
  }

  @Override
  public String name() {
    return keys.shared().gate.name();
  }

  @Override
  public Position position() {
    return keys.shared().gate.position();
  }

  @Override
  public String toString() {
    return keys.shared().gate + " per key";
  }
}
