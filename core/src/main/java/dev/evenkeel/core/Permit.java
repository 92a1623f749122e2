package dev.evenkeel.core;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Leave to make one call, for code that cannot hand its call over as a function: an interceptor, a
 * filter, a pair of callbacks. From {@link Pipeline#acquire()}.
 *
 * <pre>{@code
 * try (Permit permit = inventory.acquire()) {
 *   try {
 *     Response response = chain.proceed(request);
 *     permit.succeeded();
 *     return response;
 *   } catch (IOException failure) {
 *     permit.failed(failure);
 *     throw failure;
 *   }
 * }
 * }</pre>
 *
 * <p>It is settled once: by the first of {@link #succeeded}, {@link #failed}, {@link #close}, a
 * timeout of the pipeline and the caller's deadline. What comes later changes nothing. A permit
 * that is never settled holds its place in every limit, and a probe's permit its breaker until the
 * probe's lease ends: use try-with-resources, or a pipeline with a timeout. Thread-safe; may be
 * settled on any thread.
 */
public final class Permit implements AutoCloseable {

  private final CompletableFuture<@Nullable Object> work;
  private final CompletableFuture<@Nullable Object> outcome;

  private Permit(
      CompletableFuture<@Nullable Object> work, CompletableFuture<@Nullable Object> outcome) {
    this.work = work;
    this.outcome = outcome;
  }

  static Permit of(Pipeline pipeline) {
    for (Policy policy : pipeline.policies()) {
      if (policy instanceof RetryDriver
          || policy instanceof HedgeDriver
          || policy instanceof Fallback) {
        throw new IllegalStateException(pipeline.name() + ": acquire: has " + policy.name()
            + " (expected: gates and timeouts only, as the call cannot be made or answered here)");
      }
    }
    CompletableFuture<@Nullable Object> work = new CompletableFuture<>();
    CompletableFuture<Boolean> admitted = new CompletableFuture<>();
    CompletableFuture<@Nullable Object> outcome = pipeline.callAsync(() -> {
      admitted.complete(true);
      return work;
    });
    if (!admitted.isDone()) {
      await(admitted, outcome);
    }
    return new Permit(work, outcome);
  }

  /** Until the call is let through; throws what it is refused with. */
  private static void await(CompletableFuture<Boolean> admitted, CompletableFuture<?> outcome) {
    try {
      CompletableFuture.anyOf(admitted, outcome).get();
    } catch (InterruptedException stop) {
      outcome.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for a permit");
    } catch (ExecutionException refused) {
      Throwable why = Failures.unwrap(refused);
      if (why instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (why instanceof Error error) {
        throw error;
      }
      throw new CompletionException(why);
    }
  }

  /**
   * The call has succeeded. Conditions on results are not asked: what is a failure is told as
   * {@link #failed}.
   */
  public void succeeded() {
    work.complete(null);
  }

  /**
   * The call has failed. What that counts as is up to the gates, as for any call's failure.
   *
   * @param failure what it has failed with
   */
  public void failed(Throwable failure) {
    work.completeExceptionally(Checks.notNull("failure", failure));
  }

  /**
   * Gives it back if it is not settled: no evidence for or against the dependency, as for a call
   * whose caller has left.
   */
  @Override
  public void close() {
    outcome.cancel(true);
  }

  /**
   * Whether it is settled: by its holder, or because its time was over.
   *
   * @return false while the call may go on
   */
  public boolean isSettled() {
    return outcome.isDone();
  }
}
