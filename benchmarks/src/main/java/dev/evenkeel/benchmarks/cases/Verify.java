package dev.evenkeel.benchmarks.cases;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks after a measurement whether what was measured is what the case says: a figure whose policy
 * was not at work fails the run.
 */
final class Verify {

  private static final int PATIENCE_SECONDS = 20;
  private static final int BUSY_SECONDS = 3;

  private Verify() {}

  static void that(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException("not so: " + what);
    }
  }

  /** Each call makes one call to the dependency and brings its answer back. */
  static void reaches(Dependency dependency, Callable<?> call) {
    dependency.script(Dependency::answers);
    for (int i = 1; i <= 10; i++) {
      Object result = outcome(call);
      that(dependency.isAnswer(result), "the call brings the answer: " + result);
      that(dependency.scriptedCalls() == i, "each call reaches the dependency once");
    }
  }

  /** Calls for a while, so that a policy that watches the traffic knows how much there is. */
  static void keepBusy(Callable<?> call) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(BUSY_SECONDS);
    while (System.nanoTime() - until < 0) {
      outcome(call);
    }
  }

  /** Brings a breaker to trip, by failures. */
  static void trip(Dependency dependency, Callable<?> call) {
    dependency.script(Dependency::fails);
    for (int i = 0; i < 2 * Settings.WINDOW; i++) {
      outcome(call);
    }
    dependency.answerAsMeasured();
  }

  /** No call reaches the dependency. */
  static void refuses(Dependency dependency, Callable<?> call) {
    dependency.script(Dependency::answers);
    for (int i = 1; i <= 10; i++) {
      outcome(call);
      that(dependency.scriptedCalls() == 0, "a refused call does not reach the dependency");
    }
  }

  /** A first failure is followed by a second attempt. */
  static void retries(Dependency dependency, Callable<?> call) {
    dependency.script(
        () -> dependency.scriptedCalls() == 1 ? Dependency.fails() : Dependency.answers());
    Object result = outcome(call);
    that(dependency.isAnswer(result), "the second attempt's answer arrives: " + result);
    that(dependency.scriptedCalls() == 2, "two attempts were made");
  }

  /** A dependency that fails for good is answered for. */
  static void fallsBack(Dependency dependency, Callable<?> call) {
    dependency.script(Dependency::fails);
    Object result = outcome(call);
    that(Settings.FALLBACK.equals(result), "the fallback answers: " + result);
  }

  /** A call that hangs is ended by its timeout, after about that time. */
  static void endsWhatHangs(Dependency dependency, Callable<?> call) {
    dependency.script(Dependency::hangs);
    endsInTime(call);
  }

  /** A call whose stage is never completed is ended by its timeout. */
  static void endsWhatIsSilent(Dependency dependency, Callable<?> call) {
    dependency.goSilent();
    endsInTime(call);
  }

  /** A call that nobody ends is ended by its timeout, after about that time. */
  private static void endsInTime(Callable<?> call) {
    FutureTask<Object> task = new FutureTask<>(() -> outcome(call));
    Thread thread = new Thread(task, "hanging call");
    thread.setDaemon(true);
    long began = System.nanoTime();
    thread.start();
    try {
      Object result = task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      that(!Dependency.answers().equals(result), "a call that hangs has no answer");
    } catch (TimeoutException hangs) {
      throw new IllegalStateException("not so: a call that hangs is ended", hangs);
    } catch (Exception fault) {
      throw new IllegalStateException(fault);
    }
    long tookMillis = (System.nanoTime() - began) / 1_000_000;
    that(
        tookMillis >= Settings.TIMEOUT.toMillis() - 1,
        "the timeout is the one that was set: " + tookMillis + " ms");
  }

  /** The result, or the failure. */
  static Object outcome(Callable<?> call) {
    try {
      return call.call();
    } catch (CompletionException wrapped) {
      return wrapped.getCause() == null ? wrapped : wrapped.getCause();
    } catch (Exception failure) {
      return failure;
    }
  }
}
