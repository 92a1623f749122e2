package dev.evenkeel.core;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
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

  /** The timeout of a layer. */
  Timeout timeout(int at) {
    return ((TimeoutLayer) layers[at]).timeout();
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
      result = attempt.make(frame, call);
    }
    at = outwards(frame, at, base);
    while (at >= base) {
      if (pause(frame, frame.numbers[at])) {
        again(frame, at);
        at = inwards(frame, at + 1);
        if (at == layers.length) {
          result = attempt.make(frame, call);
        }
      } else {
        layers[at].giveUp(frame, at);
      }
      at = outwards(frame, at, base);
    }
    return frame.result(result);
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
      return fallback.leave(frame, at);
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
   * Runs an asynchronous call as far as it goes without waiting.
   *
   * @return an {@link AsyncCall}, which has taken the frame over; any other future if the call has
   *     ended
   */
  CompletableFuture<?> start(
      Frame frame, Supplier<? extends @Nullable CompletionStage<?>> supplier) {
    int at = hasTime(frame) ? inwards(frame, 0) : outerFallbacks;
    CompletionStage<?> stage = null;
    if (!frame.suspended) {
      Object result = null;
      if (at == layers.length && !frame.hasFailed()) {
        stage = attempt.start(frame, supplier, true);
        if (stage != null && Attempt.isComplete(stage)) {
          result = Attempt.take(frame, stage);
          stage = null;
        }
      }
      if (stage == null) {
        at = outwards(frame, at, 0);
        if (at < 0) {
          return ended(frame, result);
        }
      }
    }
    frame.keepResult();
    AsyncCall<?> call = new AsyncCall<>(frame, supplier);
    try {
      if (frame.suspended) {
        suspend(call, at);
      } else if (stage != null) {
        follow(call, stage);
      } else {
        waitBefore(call, at);
      }
    } catch (Throwable broken) {
      call.breakOff(broken);
    }
    return call;
  }

  private static CompletableFuture<?> ended(Frame frame, @Nullable Object resultOfAttempt) {
    frame.pipeline().hearer().end(frame);
    return frame.hasFailed()
        ? CompletableFuture.failedFuture(frame.takeFailure())
        : CompletableFuture.completedFuture(frame.result(resultOfAttempt));
  }

  private void suspend(AsyncCall<?> call, int at) {
    call.frame().suspended = false;
    layers[at].suspend(call, at);
  }

  private void follow(AsyncCall<?> call, CompletionStage<?> stage) {
    new AsyncAttempt(call, stage, attempt.cancelsSource(), () -> leave(call, layers.length))
        .start(call, stage);
  }

  private void waitBefore(AsyncCall<?> call, int at) {
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
  void enter(AsyncCall<?> call, int from) {
    Frame frame = call.frame();
    int at = inwards(frame, from);
    if (frame.suspended) {
      suspend(call, at);
      return;
    }
    CompletionStage<?> stage =
        at == layers.length ? attempt.start(frame, call.supplier(), false) : null;
    if (stage != null && !Attempt.isComplete(stage)) {
      follow(call, stage);
      return;
    }
    if (stage != null) {
      Attempt.take(frame, stage);
    }
    leave(call, at);
  }

  /** Goes on with a call that is under way, out of the layers outside of one. */
  void leave(AsyncCall<?> call, int from) {
    Frame frame = call.frame();
    int base = call.base();
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
