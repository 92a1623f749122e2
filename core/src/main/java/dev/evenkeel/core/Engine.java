package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks calls through the layers of a pipeline: inwards, the attempt, outwards, and in again for
 * each further attempt. One interpreter runs blocking calls on the caller's own thread, the other
 * asynchronous ones, over the same layers. An asynchronous call runs on its caller's thread for as
 * long as it needs not wait, and only then gets a future, timers and continuations.
 */
final class Engine {

  private final Kernel kernel;
  private final Layer[] layers;
  private final Attempt attempt;
  private final int outerFallbacks;
  private final boolean hedged;

  Engine(Kernel kernel, Layer[] layers, Attempt attempt) {
    this.kernel = kernel;
    this.layers = layers;
    this.attempt = attempt;
    int fallbacks = 0;
    while (fallbacks < layers.length && layers[fallbacks] instanceof FallbackLayer) {
      fallbacks++;
    }
    this.outerFallbacks = fallbacks;
    hedged = Arrays.stream(layers).anyMatch(HedgeLayer.class::isInstance);
  }

  /** The same, and a layer outside of all others for the fallback that a call brings. */
  Engine withOwnFallback() {
    Layer[] more = new Layer[layers.length + 1];
    more[0] = new FallbackLayer(null);
    System.arraycopy(layers, 0, more, 1, layers.length);
    return new Engine(kernel, more, attempt);
  }

  /** The fallbacks outside of a layer, from the inside out. */
  List<Fallback> fallbacksOutside(Frame frame, int at) {
    List<Fallback> outside = new ArrayList<>();
    for (int i = at - 1; i >= 0; i--) {
      if (layers[i] instanceof FallbackLayer layer) {
        Fallback fallback = layer.fallback(frame, i);
        if (fallback != null) {
          outside.add(fallback);
        }
      }
    }
    return outside;
  }

  /** The timeout of a layer. */
  Timeout timeout(int at) {
    return ((TimeoutLayer) layers[at]).timeout();
  }

  /** The time of a stream whose attempt begins. */
  StreamTime streamTime(Frame frame) {
    return StreamTime.of(frame, layers);
  }

  int depth() {
    return layers.length;
  }

  /** How an attempt is ended. */
  Timeout enforcement() {
    return attempt.enforcement();
  }

  /**
   * Settles what a call holds in the layers it is in, down to a base: the engine itself has failed.
   */
  void abandon(Frame frame, int base) {
    while (frame.entered > base) {
      int at = frame.entered - 1;
      layers[at].abandon(frame, at);
      frame.entered = at;
    }
  }

  /**
   * Has the policies decide on a call that an observe-only pipeline makes in any case.
   *
   * @return whether it would have been made; if not, all is over for them
   */
  boolean decide(Frame frame) {
    int at = hasTime(frame) ? inwards(frame, 0) : 0;
    boolean made = at == layers.length && !frame.hasFailed();
    if (!made) {
      outwardsOnly(frame, at);
    }
    return made;
  }

  /** Tells the policies how that call ended, with the outcome in the frame. */
  void conclude(Frame frame) {
    outwardsOnly(frame, layers.length);
  }

  /** No further attempt is made, whoever asks for one. */
  private void outwardsOnly(Frame frame, int from) {
    int at = outwards(frame, from, 0);
    while (at >= 0) {
      layers[at].giveUp(frame, at);
      at = outwards(frame, at, 0);
    }
  }

  /** The exception for a gate's refusal. */
  CallRefusedException refusal(Frame frame, int at) {
    Layer layer = layers[at];
    if (layer instanceof KeyedLayer keyed) {
      return keyed.refusal(frame, at);
    }
    GateLayer gate =
        layer instanceof WaitingGateLayer waiting ? waiting.asking() : (GateLayer) layer;
    return gate.refusal(frame, frame.numbers[at]);
  }

  /**
   * Runs a blocking call; the outcome is in the frame.
   *
   * @return the result, if it succeeded
   */
  @Nullable Object call(Frame frame, CheckedSupplier<?, ?> call) {
    if (hedged) {
      frame.blockingCall = call;
    }
    return run(frame, call, hasTime(frame) ? inwards(frame, 0) : outerFallbacks, 0);
  }

  /** Runs the layers from one on for one of several attempts of a blocking call side by side. */
  void callBranch(Frame frame, int from) {
    try {
      run(frame, Checks.notNull("call", frame.blockingCall), inwards(frame, from), from);
    } catch (Throwable broken) {
      abandon(frame, from);
      frame.end(Verdict.CANCELLED, broken);
    }
  }

  private @Nullable Object run(Frame frame, CheckedSupplier<?, ?> call, int inner, int base) {
    Object result = null;
    int at = inner;
    if (at == layers.length && !frame.hasFailed()) {
      result = attempt(frame, call);
    }
    at = outwards(frame, at, base);
    while (at >= base) {
      if (pause(frame, frame.numbers[at])) {
        again(frame, at);
        at = inwards(frame, at + 1);
        if (at == layers.length) {
          result = attempt(frame, call);
        }
      } else {
        layers[at].giveUp(frame, at);
      }
      at = outwards(frame, at, base);
    }
    return frame.result(result);
  }

  private @Nullable Object attempt(Frame frame, CheckedSupplier<?, ?> call) {
    Hearer hearer = frame.plan().hearer;
    if (!hearer.hearsAttempts) {
      return attempt.make(frame, call);
    }
    hearer.attemptStart(frame);
    Object result = attempt.make(frame, call);
    hearer.attemptEnd(frame);
    return result;
  }

  /** Whether the caller has left any time at all; else only fallbacks outside of all else act. */
  private static boolean hasTime(Frame frame) {
    if (frame.isExpired()) {
      frame.expired();
      return false;
    }
    return true;
  }

  /** The first layer, from one on, that does not let the call in; else the number of layers. */
  private int inwards(Frame frame, int from) {
    int at = from;
    try {
      while (at < layers.length && enter(layers[at], frame, at)) {
        at++;
      }
    } finally {
      frame.entered = at;
    }
    return at;
  }

  /**
   * Leaves the layers outside of one, up to a base.
   *
   * @return the layer that asks for another attempt, after the wait in its number; less than the
   *     base if none does
   */
  private int outwards(Frame frame, int from, int base) {
    int at = from - 1;
    try {
      while (at >= base && leave(layers[at], frame, at) == Layer.OUTWARDS) {
        at--;
      }
    } finally {
      frame.entered = at + 1;
    }
    return at;
  }

  /**
   * As {@code layer.enter}. Asking for the class of the common layers first lets the compiler put
   * their code here; a virtual call among so many classes costs each layer a few nanoseconds.
   */
  private static boolean enter(Layer layer, Frame frame, int at) {
    if (layer instanceof GateLayer gate) {
      return gate.enter(frame, at);
    } else if (layer instanceof TimeoutLayer timeout) {
      return timeout.enter(frame, at);
    } else if (layer instanceof RetryLayer retry) {
      return retry.enter(frame, at);
    }
    return layer instanceof FallbackLayer || layer.enter(frame, at);
  }

  /** As {@code layer.leave}, for the same reason. */
  private static long leave(Layer layer, Frame frame, int at) {
    if (layer instanceof GateLayer gate) {
      return gate.leave(frame, at);
    } else if (layer instanceof TimeoutLayer timeout) {
      return timeout.leave(frame, at);
    } else if (layer instanceof RetryLayer retry) {
      return retry.leave(frame, at);
    } else if (layer instanceof FallbackLayer fallback) {
      return frame.isBeyondAnswer() ? Layer.OUTWARDS : fallback.leave(frame, at);
    }
    return layer.leave(frame, at);
  }

  private void again(Frame frame, int at) {
    if (frame.hasSucceeded()) {
      frame.drop(frame.result()); // not good enough for the retry
    }
    frame.nextAttempt();
    layers[at].again(frame);
  }

  /** Waits; an interrupt from outside ends the waiting and the retrying, and stays set. */
  private boolean pause(Frame frame, long wait) {
    try {
      kernel.sleepUntil(frame.now() + wait);
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      Throwable failure = frame.failure();
      if (failure != null) {
        Failures.suppress(failure, interrupted);
      }
      return false;
    }
  }

  /**
   * Runs a call that can wait as far as it goes without waiting.
   *
   * @return a {@link SuspendedCall}, which has taken the frame over; anything else is the result of
   *     a call that has ended, if the frame does not say that it failed
   */
  <C, A> @Nullable Object start(Frame frame, AsyncAdapter<C, A> adapter, C asked) {
    int at = hasTime(frame) ? inwards(frame, 0) : outerFallbacks;
    A running = null;
    if (!frame.suspended) {
      Object result = null;
      if (at == layers.length && !frame.hasFailed()) {
        Hearer hearer = frame.plan().hearer;
        hearer.attemptStart(frame);
        running = attempt.start(frame, adapter, asked, true);
        if (running != null && adapter.isComplete(running)) {
          result = Attempt.take(frame, adapter, running);
          running = null;
        }
        if (running == null) {
          hearer.attemptEnd(frame);
        }
      }
      if (running == null) {
        at = outwards(frame, at, 0);
        if (at < 0 && !(frame.result() instanceof PendingAnswer)) {
          frame.plan().hearer.callEnd(frame);
          return frame.result(result);
        }
      }
    }
    frame.keepResult();
    SuspendedCall call = new SuspendedCall(frame, adapter, asked);
    try {
      if (frame.suspended) {
        suspend(call, at);
      } else if (running != null) {
        follow(call, running);
      } else if (at < 0) {
        call.end();
      } else {
        waitBefore(call, at);
      }
      call.begin();
    } catch (Throwable broken) {
      call.breakOff(broken);
    }
    return call;
  }

  private void suspend(SuspendedCall call, int at) {
    call.frame().suspended = false;
    layers[at].suspend(call, at);
  }

  private void follow(SuspendedCall call, Object running) {
    boolean cooperative = attempt.isCooperative();
    if (call.adapter() instanceof StreamAdapter<Object, Object> adapter) {
      call.beginsNext(new StreamAttempt(call, adapter, running, cooperative));
    } else {
      new AsyncAttempt(call, running, cooperative).start(call, running);
    }
  }

  /** Goes on with a call whose attempt has ended, with the outcome in its frame. */
  void attemptEnded(SuspendedCall call) {
    Frame frame = call.frame();
    frame.plan().hearer.attemptEnd(frame);
    leave(call, layers.length);
  }

  private void waitBefore(SuspendedCall call, int at) {
    Frame frame = call.frame();
    call.waitUntil(
        frame.now() + frame.numbers[at],
        () -> {
          again(frame, at);
          enter(call, at + 1);
        },
        () -> {
          frame.cancelled();
          layers[at].giveUp(frame, at);
          leave(call, at);
        });
  }

  /** Goes on with a call that is under way, into the layers from one on. */
  void enter(SuspendedCall call, int from) {
    Frame frame = call.frame();
    int at = inwards(frame, from);
    if (frame.suspended) {
      suspend(call, at);
      return;
    }
    if (at == layers.length) {
      Hearer hearer = frame.plan().hearer;
      hearer.attemptStart(frame);
      AsyncAdapter<Object, Object> adapter = call.adapter();
      Object running = attempt.start(frame, adapter, call.call(), false);
      if (running != null && !adapter.isComplete(running)) {
        follow(call, running);
        return;
      }
      if (running != null) {
        Attempt.take(frame, adapter, running);
      }
      hearer.attemptEnd(frame);
    }
    leave(call, at);
  }

  /** Goes on with a call that is under way, out of the layers outside of one. */
  void leave(SuspendedCall call, int from) {
    Frame frame = call.frame();
    int base = call.base;
    int at = outwards(frame, from, base);
    while (at >= base && call.isAbandoned()) {
      layers[at].giveUp(frame, at);
      at = outwards(frame, at, base);
    }
    if (at < base) {
      call.end();
    } else {
      waitBefore(call, at);
    }
  }
}
