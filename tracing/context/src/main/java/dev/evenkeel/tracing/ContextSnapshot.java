package dev.evenkeel.tracing;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CheckedRunnable;
import dev.evenkeel.core.CheckedSupplier;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.ContextCarrier.Scope;
import io.opentelemetry.context.Context;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * All that belongs to the work on this thread, to take it to another one: the {@link CallContext},
 * OpenTelemetry's context, the MDC, the context class loader, and, where Micrometer's context
 * propagation is on the class path, whatever is registered there. Afterwards the other thread has
 * back what it had before.
 *
 * <pre>{@code
 * ExecutorService pool = ContextSnapshot.wrap(Executors.newFixedThreadPool(4));
 * pool.submit(() -> client.stock(sku)); // same trace, same deadline, same MDC
 * }</pre>
 *
 * <p>Immutable and thread-safe; may be used any number of times.
 */
public final class ContextSnapshot {

  private final CallContext call;
  private final Surroundings surroundings;
  private final @Nullable ClassLoader loader;

  private ContextSnapshot(CallContext call, Context context) {
    this.call = call;
    this.surroundings = Surroundings.capture(context);
    this.loader = Thread.currentThread().getContextClassLoader();
  }

  /**
   * What is in force on this thread now.
   *
   * @return the snapshot
   */
  public static ContextSnapshot capture() {
    Context context = Context.current();
    CallContext call = CallContexts.effective(context);
    return new ContextSnapshot(call, CallContexts.with(context, call));
  }

  /**
   * The call's context.
   *
   * @return as it was when the snapshot was taken
   */
  public CallContext callContext() {
    return call;
  }

  /**
   * Runs code on this thread with the snapshot in force.
   *
   * @param <T> the type of the result
   * @param <X> what the code throws
   * @param code what to run
   * @return its result
   * @throws X as the code does
   */
  @SuppressWarnings("try") // opened to be closed
  public <T extends @Nullable Object, X extends Throwable> T call(CheckedSupplier<T, X> code)
      throws X {
    Checks.notNull("code", code);
    Thread thread = Thread.currentThread();
    ClassLoader loaderBefore = thread.getContextClassLoader();
    try (Scope inForce = surroundings.open()) {
      thread.setContextClassLoader(loader);
      return call.call(code);
    } finally {
      thread.setContextClassLoader(loaderBefore);
    }
  }

  /**
   * Runs code on this thread with the snapshot in force.
   *
   * @param <X> what the code throws
   * @param code what to run
   * @throws X as the code does
   */
  @SuppressWarnings("NullAway") // the result that is null is dropped
  public <X extends Throwable> void run(CheckedRunnable<X> code) throws X {
    Checks.notNull("code", code);
    this.<@Nullable Object, X>call(() -> {
      code.run();
      return null;
    });
  }

  /**
   * A task that runs with what is in force now, wherever it runs.
   *
   * @param task the task
   * @return the task with its context
   */
  public static Runnable wrap(Runnable task) {
    Checks.notNull("task", task);
    ContextSnapshot snapshot = capture();
    return () -> snapshot.run(task::run);
  }

  /**
   * A task that runs with what is in force now, wherever it runs.
   *
   * @param <T> the type of the result
   * @param task the task
   * @return the task with its context
   */
  public static <T extends @Nullable Object> Callable<T> wrap(Callable<T> task) {
    Checks.notNull("task", task);
    ContextSnapshot snapshot = capture();
    return () -> snapshot.call(task::call);
  }

  /**
   * An executor whose tasks run with what was in force where they were handed over.
   *
   * @param executor where tasks run
   * @return the executor with context
   */
  public static Executor wrap(Executor executor) {
    Checks.notNull("executor", executor);
    return task -> executor.execute(wrap(task));
  }

  /**
   * An executor whose tasks run with what was in force where they were handed over.
   *
   * @param executor where tasks run; shutting the wrapped one down shuts it down
   * @return the executor with context
   */
  public static ExecutorService wrap(ExecutorService executor) {
    return new ContextExecutorService(Checks.notNull("executor", executor));
  }
}
