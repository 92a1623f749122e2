package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The gate of one key, and whether it was used of late. Thread-safe.
 *
 * <p>A call takes its permit first and looks at the mode after that; who forgets a key sets
 * {@link #UNUSED} first and asks the gate whether a permit is out after that. So at least one of
 * the two sees the other, and no permit is out at a gate that is forgotten. A call of a key that is
 * in use only reads the mode.
 */
final class KeyEntry<G extends Gate> {

  /** A call has asked since somebody looked. */
  private static final int USED = 0;

  private static final int UNUSED = 1;

  /** For good. */
  private static final int GONE = 2;

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<KeyEntry> MODE =
      AtomicIntegerFieldUpdater.newUpdater(KeyEntry.class, "mode");

  final String key;
  final G gate;

  /** Which one of all there ever were; a call notes it. */
  final int id;

  /**
   * How the engine asks the gate, once it has. Whoever comes first makes it; it is immutable, and
   * two that are made at the same time are the same.
   */
  @Nullable Object layer;

  private final Faults faults;
  private final Set<Attachment> begun = ConcurrentHashMap.newKeySet(1);
  private final Set<Attachment> attached = ConcurrentHashMap.newKeySet(1);
  private volatile int mode = USED;
  private volatile long unusedSinceNanos;

  KeyEntry(String key, G gate, int id, Faults faults) {
    this.key = key;
    this.gate = gate;
    this.id = id;
    this.faults = faults;
  }

  /** A call has asked the gate. False if the gate was forgotten before. */
  boolean use() {
    return mode == USED || MODE.compareAndSet(this, UNUSED, USED) || mode != GONE;
  }

  boolean isGone() {
    return mode == GONE;
  }

  /** Whether it was used since somebody looked; from now on it is not. */
  boolean wasUsed(long nowNanos) {
    if (mode != USED) {
      return false;
    }
    unusedSinceNanos = nowNanos;
    return MODE.compareAndSet(this, USED, UNUSED);
  }

  long unusedNanos(long nowNanos) {
    return nowNanos - unusedSinceNanos;
  }

  /** Ends it, unless a call has come meanwhile. */
  boolean endUnused() {
    return MODE.compareAndSet(this, UNUSED, GONE);
  }

  /** Ends it; false if it had ended. */
  boolean end() {
    return MODE.getAndSet(this, GONE) != GONE;
  }

  /**
   * Attaches the gate to what it is to be attached to, and detaches it from all else; each once,
   * however many threads are at it.
   *
   * @param wanted may change meanwhile; who changes it comes by here after that
   */
  void attachTo(List<Attachment> wanted) {
    for (Attachment attachment : wanted) {
      if (begun.add(attachment)) {
        guarded("attach", () -> gate.attach(keyed(attachment)));
        attached.add(attachment);
      }
    }
    for (Attachment attachment : new ArrayList<>(attached)) {
      if ((isGone() || !wanted.contains(attachment)) && attached.remove(attachment)) {
        guarded("detach", () -> gate.detach(keyed(attachment)));
        if (!isGone()) {
          begun.remove(attachment);
        }
      }
    }
  }

  private Attachment keyed(Attachment attachment) {
    return key.equals(PerKey.SHARED) ? attachment : new Keyed(attachment, key);
  }

  private void guarded(String method, Runnable call) {
    try {
      call.run();
    } catch (Throwable fault) {
      faults.report(gate.name() + "." + method, fault, "the others are told all the same");
    }
  }

  /** To one key's part of a pipeline. */
  private record Keyed(Attachment pipeline, String key) implements Attachment {

    @Override
    public String pipelineName() {
      return pipeline.pipelineName();
    }

    @Override
    public Kernel kernel() {
      return pipeline.kernel();
    }

    @Override
    public boolean isLogged() {
      return pipeline.isLogged();
    }

    @Override
    public boolean isObserveOnly() {
      return pipeline.isObserveOnly();
    }

    @Override
    public void stateChanged(StateChange change) {
      pipeline.stateChanged(change);
    }
  }
}
