package dev.evenkeel.core;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Policies around calls to one dependency, blocking and asynchronous alike.
 *
 * <pre>{@code
 * Pipeline inventory = Pipeline.of("inventory",
 *     Timeout.ofMillis(300),
 *     Retry.jittered(3),
 *     CircuitBreaker.standard());
 *
 * Stock stock = inventory.call(() -> client.stock(sku));
 * CompletableFuture<Stock> later = inventory.callAsync(() -> client.stockAsync(sku));
 * Stock or = inventory.call(() -> client.stock(sku), failure -> Stock.UNKNOWN);
 * }</pre>
 *
 * <p>What the dependency throws reaches the caller unchanged, with its type; what the policies
 * throw is a {@link PipelineException}. Make one pipeline for each dependency and keep it: the
 * state of its breaker and limits is in it. {@link Pipelines} does that by name. Thread-safe.
 */
public final class Pipeline implements AutoCloseable {

  private final String name;
  private final @Nullable String key;
  private final List<Policy> policies;
  private final List<String> warnings;
  private final Kernel kernel;
  private final Hearer hearer;
  private final HandOver handOver;
  private final LateResults lateResults;
  private final Faults faults;
  private final Engine engine;
  private final boolean readsResults;
  private final boolean timed;
  private final PipelineLife life;

  Pipeline(PipelineBuilder builder, List<Policy> policies, List<String> warnings) {
    ForeignContext.prepare();
    name = builder.name;
    key = null;
    kernel = builder.kernel;
    faults = new Faults("pipeline '" + name + "'");
    hearer = new Hearer(builder.listener, faults);
    handOver = new HandOver(kernel, builder.executor, faults);
    lateResults = new LateResults(kernel, builder.onLateResult, faults);
    this.policies = List.copyOf(policies);
    this.warnings = List.copyOf(warnings);
    engine = PipelineBuilder.engine(this.policies, kernel, faults);
    timed = hearer.isThere();
    readsResults = timed || policies.stream().anyMatch(Pipeline::readsResults);
    life = new PipelineLife(this);
  }

  private Pipeline(Pipeline original, String key) {
    name = original.name;
    this.key = key;
    kernel = original.kernel;
    hearer = original.hearer;
    timed = original.timed;
    handOver = original.handOver;
    lateResults = original.lateResults;
    faults = original.faults;
    policies = original.policies;
    warnings = original.warnings;
    engine = original.engine;
    readsResults = original.readsResults;
    life = original.life;
  }

  /**
   * A pipeline with its policies in the canonical order, in whatever order they are given:
   * fallback, total timeout, retry, hedge, circuit breaker, rate limit, concurrency limit, fault
   * injection, timeout, the call.
   *
   * @param name the dependency's name, for errors, logs and metrics
   * @param policies the policies
   * @return the pipeline
   * @throws IllegalArgumentException if policies contradict each other; the message names them
   */
  public static Pipeline of(String name, Policy... policies) {
    return builder(name).policies(policies).build();
  }

  /**
   * A pipeline with its policies as written, outermost first.
   *
   * @param name the dependency's name, for errors, logs and metrics
   * @param policies the policies, outermost first
   * @return the pipeline
   * @throws IllegalArgumentException if policies contradict each other; the message names them
   */
  public static Pipeline inOrder(String name, Policy... policies) {
    return builder(name).policiesInOrder(policies).build();
  }

  /**
   * A builder, for a listener, an executor or a kernel.
   *
   * @param name the dependency's name, for errors, logs and metrics
   * @return the builder
   */
  public static PipelineBuilder builder(String name) {
    return new PipelineBuilder(name);
  }

  /**
   * Makes a call on this thread.
   *
   * @param <T> the type of the result
   * @param <X> what the call throws
   * @param call the call
   * @return its result, or a {@link Fallback}'s
   * @throws X as the call does
   * @throws PipelineException if a policy ended or refused it
   */
  // The result is what the call or a fallback of the right type gave, null only if T allows it.
  @SuppressWarnings({"unchecked", "NullAway"})
  public <T extends @Nullable Object, X extends Throwable> T call(CheckedSupplier<T, X> call)
      throws X {
    Checks.notNull("call", call);
    Object result = outcome(call);
    if (result instanceof BlockingCall.Failed failed) {
      throw Pipeline.<RuntimeException>asIs(failed.failure()); // an X of its own, or unchecked
    }
    return (T) result;
  }

  /** The level between that {@link BlockingCall} needs. */
  private @Nullable Object outcome(CheckedSupplier<?, ?> call) {
    return BlockingCall.make(this, call);
  }

  /** Makes a blocking call; the outcome is in the frame. */
  @Nullable Object execute(Frame frame, @Nullable ContextSource context, CheckedSupplier<?, ?> call) {
    frame.begin(this, context, false);
    Object result = engine.call(frame, call);
    if (timed) {
      hearer.end(frame);
    }
    return result;
  }

  /**
   * Makes a call on this thread, and answers with a fallback instead of any {@link Exception}.
   * After an interrupt the thread's interrupt flag is set.
   *
   * @param <T> the type of the result
   * @param call the call
   * @param fallback from the failure to the answer; if it throws, the caller gets the call's own
   *     failure
   * @return the call's result or the fallback's
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // as for the other one
  public <T extends @Nullable Object> T call(
      CheckedSupplier<T, ?> call, Function<? super Throwable, ? extends T> fallback) {
    Checks.notNull("call", call);
    Checks.notNull("fallback", fallback);
    Object result = outcome(call);
    if (result instanceof BlockingCall.Failed failed) {
      keepInterrupt(failed.failure());
      return answer(failed.failure(), fallback);
    }
    return (T) result;
  }

  /**
   * Makes a call on this thread, and answers with another value instead of any {@link Exception}:
   * the cheapest way to ask a dependency that may be down, because nobody needs to see why it did
   * not answer. After an interrupt the thread's interrupt flag is set.
   *
   * @param <T> the type of the result
   * @param call the call
   * @param other the answer if the call does not succeed
   * @return the call's result or the other value
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // as for the others
  public <T extends @Nullable Object> T callOrElse(CheckedSupplier<T, ?> call, T other) {
    Checks.notNull("call", call);
    CallerThread thread = CallerThread.current();
    Frame frame = thread.enter();
    Throwable failure;
    try {
      Object result = execute(frame, thread.context(), call);
      if (!frame.hasFailed()) {
        return (T) result;
      }
      if (frame.isRefused()) {
        return other;
      }
      failure = frame.takeFailure();
    } catch (Throwable broken) {
      if (frame.level < thread.brokenFrom) {
        thread.brokenFrom = frame.level; // as in BlockingCall
      }
      thread.mend(frame);
      throw broken;
    } finally {
      thread.leave(frame);
    }
    keepInterrupt(failure);
    if (failure instanceof Exception) {
      return other;
    }
    throw Pipeline.<RuntimeException>asIs(failure);
  }

  /** The exception is gone, the request to stop is not. */
  private static void keepInterrupt(@Nullable Throwable failure) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Makes a call that returns nothing on this thread.
   *
   * @param <X> what the call throws
   * @param call the call
   * @throws X as the call does
   * @throws PipelineException if a policy ended or refused it
   */
  @SuppressWarnings("NullAway") // the result that is null is dropped
  public <X extends Throwable> void run(CheckedRunnable<X> call) throws X {
    Checks.notNull("call", call);
    this.<@Nullable Object, X>call(() -> {
      call.run();
      return null;
    });
  }

  /**
   * Makes an asynchronous call. The first attempt starts on this thread; later ones and whatever
   * follows a timeout run on the pipeline's executor. Nothing is thrown here: every failure is in
   * the future.
   *
   * @param <T> the type of the result
   * @param call starts an attempt; called again for each retry. A stage that is a
   *     {@link java.util.concurrent.Future} is cancelled when its timeout passes or the caller
   *     gives up.
   * @return the result; cancelling it, or completing it otherwise, gives the call up
   */
  @SuppressWarnings("unchecked") // what the supplier gave, or a fallback of the right type
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      Supplier<? extends @Nullable CompletionStage<? extends T>> call) {
    Checks.notNull("call", call);
    CallerThread thread = CallerThread.current();
    Frame frame = thread.enter();
    try {
      frame.begin(this, thread.context(), true);
      CompletableFuture<?> future = engine.start(frame, call);
      if (future instanceof AsyncCall) {
        thread.leaveBehind(frame);
      } else {
        thread.leave(frame);
      }
      return (CompletableFuture<T>) future;
    } catch (Throwable broken) {
      if (frame.level < thread.brokenFrom) {
        thread.brokenFrom = frame.level; // as in BlockingCall
      }
      thread.mend(frame);
      thread.leave(frame);
      return CompletableFuture.failedFuture(broken);
    }
  }

  /**
   * The same pipeline for one endpoint, shard or zone of the dependency: policies made by
   * {@link PerKey} keep a state of their own for each key. Cheap; may be kept or made for each
   * call.
   *
   * @param newKey one of a set of names that is small at any time; it may change with time
   * @return a view of this pipeline
   */
  public Pipeline forKey(String newKey) {
    return new Pipeline(this, Checks.name("key", newKey));
  }

  /**
   * The pipeline's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * The key of this view, see {@link #forKey}.
   *
   * @return null if it has none
   */
  public @Nullable String key() {
    return key;
  }

  /**
   * The policies as they are nested, outermost first.
   *
   * @return an immutable list
   */
  public List<Policy> policies() {
    return policies;
  }

  /**
   * The outermost policy of a type. Of a {@link PerKey} that is the gate of this view's key, made
   * if there is none yet; without a key, that of calls without one.
   *
   * @param <P> the type
   * @param type the type; {@code PerKey.class} for the gates of all keys
   * @return the policy, if there is one
   */
  public <P extends Policy> Optional<P> policy(Class<P> type) {
    Checks.notNull("type", type);
    for (Policy policy : policies) {
      if (type.isInstance(policy)) {
        return Optional.of(type.cast(policy));
      }
      if (policy instanceof PerKey<?> perKey && type.isInstance(perKey.gate(null))) {
        return Optional.of(type.cast(perKey.gate(key)));
      }
    }
    return Optional.empty();
  }

  /**
   * Ends what goes on without a call: the probes and timers of the gates that are in no other
   * pipeline; and takes the pipeline out of its registry. Calls under way end as they would. Later
   * ones are made and decided as before, by gates that probe by calls only: whoever drains a server
   * closes things while the last requests still run, and they need not fail for it. What such a
   * call arms, it takes back when it ends. Closing it again does nothing; closing the view of
   * {@link #forKey} does nothing.
   */
  @Override
  public void close() {
    if (key == null) {
      life.close();
    }
  }

  /**
   * Whether it was closed.
   *
   * @return true from the beginning of {@link #close} on
   */
  public boolean isClosed() {
    return life.isClosed();
  }

  /**
   * What is doubtful about the combination of policies; also logged when the pipeline was built.
   *
   * @return a sentence for each; empty if all is well
   */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * The nesting, for people.
   *
   * @return a line for each policy, outermost first
   */
  public String describe() {
    StringBuilder text = new StringBuilder(name).append(key == null ? "" : " [" + key + "]");
    String indent = "\n";
    for (Policy policy : policies) {
      text.append(indent).append("-> ").append(policy);
      indent += "   ";
    }
    return text.append(indent).append("-> the call").toString();
  }

  @Override
  public String toString() {
    return "Pipeline(" + name + (key == null ? "" : " [" + key + "]") + ")";
  }

  /** Whether somebody wants to know how long each call took. */
  boolean isTimed() {
    return timed;
  }

  private static boolean readsResults(Policy policy) {
    return policy instanceof HedgeDriver
        || (policy instanceof Gate gate && gate.readsResults())
        || (policy instanceof PerKey<?> perKey && perKey.readsResults())
        || (policy instanceof Driver driver && driver.readsResults());
  }

  /** Whether a layer or the listener wants to see results. */
  boolean readsResults() {
    return readsResults;
  }

  Timeout timeout(int at) {
    return engine.timeout(at);
  }

  PipelineLife life() {
    return life;
  }

  Engine engine() {
    return engine;
  }

  int depth() {
    return engine.depth();
  }

  Kernel kernel() {
    return kernel;
  }

  Faults faults() {
    return faults;
  }

  Hearer hearer() {
    return hearer;
  }

  HandOver handOver() {
    return handOver;
  }

  /** A result that nobody gets. */
  void drop(@Nullable Object result) {
    lateResults.drop(result);
  }

  void tellIgnored(long tookNanos) {
    faults.tellOnce(
        "ignored interrupt",
        "a call ignored its interrupt and came back only after "
            + Text.duration(tookNanos)
            + " (expected: a call that can be ended: its client's own timeout,"
            + " CallContext.current().onAbort(statement::cancel), Timeout.detached;"
            + " see docs/guide/timeouts.md)");
  }

  @SuppressWarnings("NullAway") // null only if T allows it
  private <T extends @Nullable Object> T answer(
      Throwable failure, Function<? super Throwable, ? extends T> fallback) {
    if (failure instanceof Exception) {
      try {
        return fallback.apply(failure);
      } catch (Throwable fault) {
        faults.report("fallback", fault, "the caller gets the call's own failure");
        Failures.suppress(failure, fault);
      }
    }
    throw Pipeline.<RuntimeException>asIs(failure);
  }

  @SuppressWarnings("unchecked") // the compiler takes any throwable for the X it was told
  private static <X extends Throwable> RuntimeException asIs(Throwable failure) throws X {
    throw (X) failure;
  }
}
