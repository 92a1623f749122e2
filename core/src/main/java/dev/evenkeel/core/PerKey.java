package dev.evenkeel.core;

import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A gate of its own for each endpoint, shard or zone of a dependency, so that one bad shard does
 * not take the other nine with it: {@code PerKey.of(CircuitBreaker::standard)}, and calls through
 * {@link Pipeline#forKey}. Calls without a key share one gate, and so do those of all keys above
 * the bound, which is logged. Thread-safe.
 *
 * @param <G> the type of the gates
 */
public final class PerKey<G extends Gate> implements TimelessGate, WaitingGate {

  /** What a factory is given instead of a key for the gate that is shared. */
  public static final String SHARED = "";

  private static final int DEFAULT_MAX_KEYS = 1_000;

  private final Function<String, G> factory;
  private final int maxKeys;
  private final G shared;
  private final Map<String, G> gates = new ConcurrentHashMap<>();
  private final Queue<Attachment> attachments = new ConcurrentLinkedQueue<>();
  private final Faults faults;

  /** There are as many gates as there may be: further keys need not even ask. */
  private volatile boolean full;

  private PerKey(Function<String, G> factory, int maxKeys) {
    this.factory = factory;
    this.maxKeys = Checks.range("maxKeys", maxKeys, 1, 1_000_000);
    this.shared = Checks.notNull("factory's gate", factory.apply(SHARED));
    this.faults = new Faults(shared.name() + " per key");
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
   * @param maxKeys how many keys get one of their own, 1 to 1,000,000; keys are not forgotten
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
   * @param factory makes a new gate for a key; {@link #SHARED} for the gate of calls without one
   *     and of keys above the bound
   * @return the gate of gates
   */
  public static <G extends Gate> PerKey<G> of(Function<String, G> factory) {
    return of(factory, DEFAULT_MAX_KEYS);
  }

  /**
   * A gate for each key, made with its key.
   *
   * @param <G> the type of the gates
   * @param factory makes a new gate for a key; {@link #SHARED} for the gate of calls without one
   *     and of keys above the bound
   * @param maxKeys how many keys get one of their own, 1 to 1,000,000; keys are not forgotten
   * @return the gate of gates
   */
  public static <G extends Gate> PerKey<G> of(Function<String, G> factory, int maxKeys) {
    return new PerKey<>(Checks.notNull("factory", factory), maxKeys);
  }

  /**
   * The gate of a key; made if there is none yet.
   *
   * @param key the key; null for the gate of calls without one
   * @return the gate
   */
  public G gate(@Nullable String key) {
    if (key == null) {
      return shared;
    }
    G gate = gates.get(key);
    return gate != null ? gate : full ? shared : newGate(key);
  }

  private synchronized G newGate(String key) {
    G present = gates.get(key);
    if (present != null) {
      return present;
    }
    if (gates.size() >= maxKeys) {
      full = true;
      faults.report(
          "maxKeys",
          new IllegalStateException(
              "keys: more than " + maxKeys + " (expected: a bounded set, e.g. shards)"),
          "all further keys share one gate");
      return shared;
    }
    G gate = Objects.requireNonNull(factory.apply(key), "factory: made null (expected: a gate)");
    attachments.forEach(attachment -> gate.attach(keyed(attachment, key)));
    gates.put(key, gate);
    return gate;
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    return gate(call.key()).admit(call, nowNanos);
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    gate(call.key()).settle(call, permit, verdict, nowNanos);
  }

  @Override
  public long admitTimeless(CallView call) {
    return gate(call.key()) instanceof TimelessGate timeless
        ? timeless.admitTimeless(call)
        : NEEDS_TIME;
  }

  @Override
  public long retryAfterNanos(CallView call, long nowNanos) {
    return gate(call.key()) instanceof TimelessGate timeless
        ? timeless.retryAfterNanos(call, nowNanos)
        : 0;
  }

  @Override
  public boolean settleTimeless(CallView call, long permit) {
    return gate(call.key()) instanceof TimelessGate timeless
        && timeless.settleTimeless(call, permit);
  }

  @Override
  public long await(CallView call, long refusal, Waiter waiter, long nowNanos) {
    return gate(call.key()) instanceof WaitingGate waiting
        ? waiting.await(call, refusal, waiter, nowNanos)
        : refusal;
  }

  @Override
  public void withdraw(CallView call, Waiter waiter, long nowNanos) {
    if (gate(call.key()) instanceof WaitingGate waiting) {
      waiting.withdraw(call, waiter, nowNanos);
    }
  }

  /** Whether any of its gates may let a call wait; they are all made by the same factory. */
  boolean waits() {
    return shared instanceof WaitingGate;
  }

  @Override
  public boolean readsResults() {
    return shared.readsResults();
  }

  @Override
  public boolean permitsFollowWork() {
    return shared.permitsFollowWork();
  }

  @Override
  public boolean allowsRetry(CallView call, long permit) {
    return gate(call.key()).allowsRetry(call, permit);
  }

  @Override
  public synchronized void attach(Attachment attachment) {
    attachments.add(attachment);
    shared.attach(attachment);
    gates.forEach((key, gate) -> gate.attach(keyed(attachment, key)));
  }

  private static Attachment keyed(Attachment attachment, String key) {
    return new Attachment() {
      @Override
      public String pipelineName() {
        return attachment.pipelineName();
      }

      @Override
      public String key() {
        return key;
      }

      @Override
      public Kernel kernel() {
        return attachment.kernel();
      }

      @Override
      public void stateChanged(StateChange change) {
        attachment.stateChanged(change);
      }
    };
  }

  @Override
  public String name() {
    return shared.name();
  }

  @Override
  public Position position() {
    return shared.position();
  }

  @Override
  public String toString() {
    return shared + " per key";
  }
}
