package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * A {@link Pipeline} for calls that throw two checked exceptions. Java infers one type for what a
 * lambda throws; of two it takes what both extend, mostly {@link Exception}.
 *
 * <pre>{@code
 * String get(HttpRequest request) throws IOException, InterruptedException {
 *   return http.throwing(IOException.class, InterruptedException.class)
 *       .call(() -> client.send(request, BodyHandlers.ofString()).body());
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 *
 * @param <X1> what a call may throw
 * @param <X2> what it may throw besides
 */
public final class ThrowingPipeline<X1 extends Throwable, X2 extends Throwable> {

  private final Pipeline pipeline;

  ThrowingPipeline(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /**
   * A call that returns something.
   *
   * @param <T> the type of the result
   * @param <X1> what it may throw
   * @param <X2> what it may throw besides
   */
  @FunctionalInterface
  public interface Call<T extends @Nullable Object, X1 extends Throwable, X2 extends Throwable> {

    /**
     * Makes the call.
     *
     * @return the result
     * @throws X1 as the call likes
     * @throws X2 as the call likes
     */
    T get() throws X1, X2;
  }

  /**
   * A call that returns nothing.
   *
   * @param <X1> what it may throw
   * @param <X2> what it may throw besides
   */
  @FunctionalInterface
  public interface Action<X1 extends Throwable, X2 extends Throwable> {

    /**
     * Makes the call.
     *
     * @throws X1 as the call likes
     * @throws X2 as the call likes
     */
    void run() throws X1, X2;
  }

  /**
   * Makes a call on this thread, as {@link Pipeline#call(CheckedSupplier)} does.
   *
   * @param <T> the type of the result
   * @param call the call
   * @return its result, or a {@link Fallback}'s
   * @throws X1 as the call does
   * @throws X2 as the call does
   * @throws PipelineException if a policy ended or refused it
   */
  public <T extends @Nullable Object> T call(Call<T, X1, X2> call) throws X1, X2 {
    Checks.notNull("call", call);
    return pipeline.<T, RuntimeException>call(unchecked(call));
  }

  /**
   * Makes a call that returns nothing on this thread, as {@link Pipeline#run(CheckedRunnable)}
   * does.
   *
   * @param call the call
   * @throws X1 as the call does
   * @throws X2 as the call does
   * @throws PipelineException if a policy ended or refused it
   */
  public void run(Action<X1, X2> call) throws X1, X2 {
    Checks.notNull("call", call);
    pipeline.<RuntimeException>run(uncheckedAction(call));
  }

  /** It throws what it throws; who calls it has declared that. */
  @SuppressWarnings("unchecked")
  private static <T extends @Nullable Object> CheckedSupplier<T, RuntimeException> unchecked(
      Call<T, ?, ?> call) {
    CheckedSupplier<T, ?> checked = call::get;
    return (CheckedSupplier<T, RuntimeException>) checked;
  }

  @SuppressWarnings("unchecked") // as above
  private static CheckedRunnable<RuntimeException> uncheckedAction(Action<?, ?> call) {
    CheckedRunnable<?> checked = call::run;
    return (CheckedRunnable<RuntimeException>) checked;
  }
}
