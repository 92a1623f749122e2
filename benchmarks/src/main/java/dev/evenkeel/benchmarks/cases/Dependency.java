package dev.evenkeel.benchmarks.cases;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.Blackhole;
import reactor.core.publisher.Mono;

/**
 * What every contender calls: next to nothing, but a call that is really made. JMH never inlines
 * {@code consumeCPU}, so the compiler can neither fold a call nor hoist it out of the loop. Nothing
 * shared is written while it is measured; after that a script takes the answer's place, by which
 * {@link Verify} sees that calls arrive and what the policies do about them.
 */
final class Dependency {

  private static final String ANSWER = "answer";

  private final CompletionStage<String> completed = CompletableFuture.completedFuture(ANSWER);
  private final AtomicInteger scriptedCalls = new AtomicInteger();
  private @Nullable Callable<String> script; // null while it is measured
  private boolean silent;

  String answer() {
    Blackhole.consumeCPU(0);
    return script == null ? ANSWER : scripted();
  }

  /** The answer in a stage that is complete already. */
  CompletionStage<String> completedStage() {
    Blackhole.consumeCPU(0);
    if (script == null) {
      return completed;
    }
    if (silent) {
      return new CompletableFuture<>();
    }
    try {
      return CompletableFuture.completedFuture(scripted());
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /** The answer in a {@code Mono} that has it when it is subscribed to. */
  Mono<String> mono() {
    return Mono.defer(() -> silent ? Mono.never() : Mono.just(answer()));
  }

  void script(Callable<String> newScript) {
    scriptedCalls.set(0);
    silent = false;
    script = newScript;
  }

  /** From now on stages are never completed. */
  void goSilent() {
    script(Dependency::answers);
    silent = true;
  }

  /** To be measured. */
  void answerAsMeasured() {
    script = null;
    silent = false;
  }

  int scriptedCalls() {
    return scriptedCalls.get();
  }

  boolean isAnswer(Object result) {
    return ANSWER.equals(result);
  }

  static String answers() {
    return ANSWER;
  }

  static String fails() {
    throw new IllegalStateException("the dependency failed");
  }

  /** Ends by an interrupt only. */
  static String hangs() {
    while (!Thread.interrupted()) {
      LockSupport.park();
    }
    throw new IllegalStateException("interrupted");
  }

  private String scripted() {
    scriptedCalls.incrementAndGet();
    try {
      return script == null ? ANSWER : script.call();
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception checked) {
      throw new IllegalStateException(checked);
    }
  }
}
