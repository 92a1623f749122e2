package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * Asks the gate of a call's key. The call notes which one it was, so that it is settled there even
 * if the key has another gate meanwhile; with a gate that was forgotten there is nothing to settle.
 */
final class KeyedLayer extends Layer {

  /** Stands for the gate of a factory that threw. */
  private static final int NO_GATE = Integer.MIN_VALUE;

  private final PerKey<?> policy;
  private final Keys<?> keys;

  KeyedLayer(PerKey<?> policy) {
    this.policy = policy;
    keys = policy.entries();
  }

  @Override
  boolean enter(Frame frame, int at) {
    if (!frame.mayBeTimeless) {
      keys.passBy(frame.now());
    }
    for (; ; ) {
      KeyEntry<?> entry = entry(frame);
      if (entry == null) {
        frame.notes[at] = NO_GATE;
        return true;
      }
      frame.notes[at] = entry.id;
      boolean entered = entered(entry, frame, at);
      if (entry.use() || !entered) {
        return entered;
      }
      asking(entry).giveBack(frame, frame.numbers[at]); // forgotten in this very moment
    }
  }

  private boolean entered(KeyEntry<?> entry, Frame frame, int at) {
    return entry.layer instanceof GateLayer own
        ? own.enter(frame, at)
        : layer(entry).enter(frame, at);
  }

  /** What asks the gate of a key, and waits for it. */
  private Layer layer(KeyEntry<?> entry) {
    if (entry.layer instanceof Layer known) {
      return known;
    }
    Layer made = entry.gate instanceof WaitingGate waiting
        ? new WaitingGateLayer(waiting, keys.faults())
        : new GateLayer(entry.gate, keys.faults());
    entry.layer = made;
    return made;
  }

  /** What asks it. */
  private GateLayer asking(KeyEntry<?> entry) {
    Layer layer = layer(entry);
    return layer instanceof WaitingGateLayer waiting ? waiting.asking() : (GateLayer) layer;
  }

  private @Nullable KeyEntry<?> entry(Frame frame) {
    String key = frame.key();
    if (key == null) {
      return keys.shared();
    }
    try {
      KeyEntry<?> ready = keys.ready(key);
      return ready != null ? ready : keys.make(key, frame.now());
    } catch (Throwable fault) {
      keys.faults().report("factory", fault, "the call goes on without this gate");
      return null;
    }
  }

  @Override
  long leave(Frame frame, int at) {
    KeyEntry<?> entry = keys.withId(frame.notes[at]);
    if (entry == null) {
      return OUTWARDS;
    }
    return entry.layer instanceof GateLayer own
        ? own.leave(frame, at)
        : layer(entry).leave(frame, at);
  }

  @Override
  void suspend(SuspendedCall call, int at) {
    Frame frame = call.frame();
    KeyEntry<?> entry = keys.withId(frame.notes[at]);
    if (entry != null) {
      layer(entry).suspend(call, at);
      return;
    }
    frame.refused(at);
    Plan plan = frame.plan();
    plan.hearer.refused(frame, policy.name(), Refusal.reason(frame.numbers[at]));
    plan.engine.leave(call, at);
  }

  @Override
  void abandon(Frame frame, int at) {
    KeyEntry<?> entry = keys.withId(frame.notes[at]);
    if (entry != null) {
      layer(entry).abandon(frame, at);
    }
  }

  /** The exception for a refusal. */
  CallRefusedException refusal(Frame frame, int at) {
    long refusal = frame.numbers[at];
    KeyEntry<?> entry = keys.withId(frame.notes[at]);
    return entry != null
        ? asking(entry).refusal(frame, refusal)
        : new CallRefusedException(
            frame.pipelineName(),
            policy.name(),
            Refusal.reason(refusal),
            frame.key(),
            Refusal.retryAfterNanos(refusal),
            null);
  }
}
