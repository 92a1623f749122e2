package dev.evenkeel.core;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
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

  private final @Nullable String key;
  private final PipelineLife life;
  private final boolean canonical;

  /** False for the view of {@link #withoutRepeats}. */
  private final boolean repeats;

  Pipeline(PipelineBuilder builder, List<Policy> policies, List<String> warnings) {
    ForeignContext.prepare();
    key = null;
    canonical = builder.isCanonical();
    repeats = true;
    life = new PipelineLife(this, new Plan(builder, policies, warnings));
  }

  private Pipeline(Pipeline original, @Nullable String key, boolean repeats) {
    this.key = key;
    this.repeats = repeats;
    canonical = original.canonical;
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
    Object result = outcome(call, Exception.class, null);
    if (result instanceof BlockingCall.Failed failed) {
      throw Pipeline.<RuntimeException>asIs(failed.failure()); // an X of its own, or unchecked
    }
    return (T) result;
  }

  /** The level between that {@link BlockingCall} needs. */
  private @Nullable Object outcome(
      CheckedSupplier<?, ?> call, Class<? extends Throwable> type, @Nullable Object fallback) {
    return BlockingCall.make(this, call, type, fallback);
  }

  /** Makes a blocking call; the outcome is in the frame. */
  @Nullable Object execute(
      Frame frame,
      @Nullable ContextSource context,
      CheckedSupplier<?, ?> call,
      Class<? extends Throwable> type,
      @Nullable Object fallback) {
    Plan plan = frame.begin(this, plan(), context, false);
    plan.hearer.callStart(frame);
    Object result = plan.engine.call(frame, call);
    if (fallback != null && !frame.hasSucceeded()) {
      FallbackLayer.answer(frame, Fallback.ofOneCall(type, fallback, false), 0);
      result = frame.result();
    }
    plan.hearer.callEnd(frame);
    if (plan.firstResults > 0) {
      plan.look(result);
    }
    return result;
  }

  /**
   * Makes a call on this thread, and answers with a fallback instead of any {@link Exception}. What
   * the fallback throws reaches the caller, with the failure in it, as for {@link Fallback}. After
   * an interrupt the thread's interrupt flag is set.
   *
   * @param <T> the type of the result
   * @param call the call
   * @param fallback from the failure to the answer
   * @return the call's result or the fallback's
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // as for the other one
  public <T extends @Nullable Object> T call(
      CheckedSupplier<T, ?> call, Function<? super Throwable, ? extends T> fallback) {
    Checks.notNull("call", call);
    Checks.notNull("fallback", fallback);
    Object result = outcome(call, Exception.class, fallback);
    if (result instanceof BlockingCall.Failed failed) {
      throw Pipeline.<RuntimeException>asIs(failed.failure());
    }
    return (T) result;
  }

  /**
   * Makes a call on this thread, and answers with a fallback instead of failures of one type; all
   * others reach the caller. As {@link #call(CheckedSupplier, Function)} otherwise.
   *
   * <pre>{@code
   * Stock stock = inventory.call(
   *     () -> client.stock(sku), CallRefusedException.class, refused -> cache.stock(sku));
   * }</pre>
   *
   * @param <T> the type of the result
   * @param <F> the type of the failure
   * @param <X> what the call and the fallback throw
   * @param call the call
   * @param type for which failures, as for {@link Fallback#of(Class, CheckedFunction)}
   * @param fallback from the failure to the answer
   * @return the call's result or the fallback's
   * @throws X as the call or the fallback does
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // as for the other one
  public <T extends @Nullable Object, F extends Throwable, X extends Throwable> T call(
      CheckedSupplier<T, ? extends X> call,
      Class<F> type,
      CheckedFunction<? super F, ? extends T, ? extends X> fallback)
      throws X {
    Checks.notNull("call", call);
    Checks.notNull("type", type);
    Checks.notNull("fallback", fallback);
    Object result = outcome(call, type, fallback);
    if (result instanceof BlockingCall.Failed failed) {
      throw Pipeline.<RuntimeException>asIs(failed.failure());
    }
    return (T) result;
  }

  /**
   * Makes a call on this thread that is a {@link Callable}. For code that has one, and for
   * languages without checked exceptions: Kotlin cannot infer what {@link #call} throws, and says
   * {@code pipeline.execute { client.stock(sku) }}, also where nothing is returned.
   *
   * @param <T> the type of the result
   * @param call the call
   * @return its result, or a {@link Fallback}'s
   * @throws Exception as the call does
   */
  public <T extends @Nullable Object> T execute(Callable<T> call) throws Exception {
    Checks.notNull("call", call);
    return this.<T, Exception>call(call::call);
  }

  /**
   * This pipeline for calls that throw two checked exceptions, as {@code HttpClient.send} does.
   *
   * @param <X1> the first one
   * @param <X2> the other one
   * @param first its class; like the other one, for the compiler only
   * @param second its class
   * @return a view of this pipeline; cheap, may be kept or made for each call
   */
  public <X1 extends Throwable, X2 extends Throwable> ThrowingPipeline<X1, X2> throwing(
      Class<X1> first, Class<X2> second) {
    Checks.notNull("first", first);
    Checks.notNull("second", second);
    return new ThrowingPipeline<>(this);
  }

  /**
   * Makes a call on this thread, and answers with another value instead of any {@link Exception}:
   * the cheapest way to ask a dependency that may be down, because nobody needs to see why it did
   * not answer; nor does {@link PipelineListener#onFallback}. After an interrupt the thread's
   * interrupt flag is set.
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
      Object result = execute(frame, thread.context(), call, Exception.class, null);
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
   * Makes a call that returns nothing on this thread, and does something else instead of any
   * {@link Exception}. As {@link #call(CheckedSupplier, Function)} otherwise.
   *
   * @param call the call
   * @param fallback is given the failure
   */
  public void run(CheckedRunnable<?> call, Consumer<? super Throwable> fallback) {
    Checks.notNull("call", call);
    Checks.notNull("fallback", fallback);
    finish(outcome(withoutResult(call), Exception.class, fallback));
  }

  /**
   * Makes a call that returns nothing on this thread, and does something else instead of failures
   * of one type. As {@link #call(CheckedSupplier, Class, CheckedFunction)} otherwise.
   *
   * @param <F> the type of the failure
   * @param <X> what the call throws
   * @param call the call
   * @param type for which failures
   * @param fallback is given the failure
   * @throws X as the call does
   */
  public <F extends Throwable, X extends Throwable> void run(
      CheckedRunnable<X> call, Class<F> type, Consumer<? super F> fallback) throws X {
    Checks.notNull("call", call);
    Checks.notNull("type", type);
    Checks.notNull("fallback", fallback);
    finish(outcome(withoutResult(call), type, fallback));
  }

  @SuppressWarnings("NullAway") // the result that is null is dropped
  private static CheckedSupplier<?, ?> withoutResult(CheckedRunnable<?> call) {
    return () -> {
      call.run();
      return null;
    };
  }

  private static void finish(@Nullable Object result) {
    if (result instanceof BlockingCall.Failed failed) {
      throw Pipeline.<RuntimeException>asIs(failed.failure());
    }
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
    Frame frame = thread.enterAsync();
    try {
      Plan plan = frame.begin(this, plan(), thread.context(), true);
      return (CompletableFuture<T>) start(plan, thread, frame, call);
    } catch (Throwable broken) {
      if (frame.level < thread.brokenFrom) {
        thread.brokenFrom = frame.level; // no call before that, as in BlockingCall
      }
      thread.mend(frame);
      thread.leaveAsync(frame);
      return CompletableFuture.failedFuture(broken);
    }
  }

  /** Starts an asynchronous call whose frame has begun. */
  private static CompletableFuture<?> start(
      Plan plan,
      CallerThread thread,
      Frame frame,
      Supplier<? extends @Nullable CompletionStage<?>> call) {
    plan.hearer.callStart(frame);
    Object outcome = plan.engine.start(frame, StageAdapter.INSTANCE, call);
    if (outcome instanceof SuspendedCall suspended) {
      thread.leaveBehind(frame);
      return (CallFuture<?>) suspended.sink();
    }
    CompletableFuture<?> future = frame.hasFailed()
        ? CompletableFuture.failedFuture(frame.takeFailure())
        : CompletableFuture.completedFuture(outcome);
    thread.leaveAsync(frame);
    return future;
  }

  /**
   * Makes an asynchronous call, and answers with a fallback instead of any {@link Exception}. What
   * the fallback throws is what the future fails with, as for {@link Fallback}.
   *
   * @param <T> the type of the result
   * @param call as for {@link #callAsync(Supplier)}
   * @param fallback from the failure to the answer; on the thread on which the call ends
   * @return the call's result or the fallback's; cancelling it, or completing it otherwise, gives
   *     the call up
   */
  public <T extends @Nullable Object> CompletableFuture<T> callAsync(
      Supplier<? extends @Nullable CompletionStage<? extends T>> call,
      Function<? super Throwable, ? extends T> fallback) {
    Checks.notNull("fallback", fallback);
    return startAnswering(call, Fallback.ofOneCall(Exception.class, fallback, false));
  }

  /**
   * Makes an asynchronous call, and answers with a fallback instead of failures of one type.
   *
   * @param <T> the type of the result
   * @param <F> the type of the failure
   * @param call as for {@link #callAsync(Supplier)}
   * @param type for which failures, as for {@link Fallback#of(Class, CheckedFunction)}
   * @param fallback from the failure to the answer; on the thread on which the call ends
   * @return as {@link #callAsync(Supplier, Function)}
   */
  public <T extends @Nullable Object, F extends Throwable> CompletableFuture<T> callAsync(
      Supplier<? extends @Nullable CompletionStage<? extends T>> call,
      Class<F> type,
      Function<? super F, ? extends T> fallback) {
    Checks.notNull("type", type);
    Checks.notNull("fallback", fallback);
    return startAnswering(call, Fallback.ofOneCall(type, fallback, false));
  }

  /**
   * Makes an asynchronous call, and answers with what another stage gives instead of any
   * {@link Exception}: {@link #callAsync(Supplier, Function)} as
   * {@link CompletableFuture#exceptionallyCompose} is to {@code exceptionally}. The stage is waited
   * for as long as it takes, and cancelled when the caller gives up.
   *
   * @param <T> the type of the result
   * @param call as for {@link #callAsync(Supplier)}
   * @param fallback from the failure to a stage; on the thread on which the call ends
   * @return as {@link #callAsync(Supplier, Function)}
   */
  public <T extends @Nullable Object> CompletableFuture<T> callAsyncCompose(
      Supplier<? extends @Nullable CompletionStage<? extends T>> call,
      Function<? super Throwable, ? extends CompletionStage<? extends T>> fallback) {
    Checks.notNull("fallback", fallback);
    return startAnswering(call, Fallback.ofOneCall(Exception.class, fallback, true));
  }

  /**
   * Makes an asynchronous call, and answers with what another stage gives instead of failures of
   * one type.
   *
   * @param <T> the type of the result
   * @param <F> the type of the failure
   * @param call as for {@link #callAsync(Supplier)}
   * @param type for which failures, as for {@link Fallback#of(Class, CheckedFunction)}
   * @param fallback from the failure to a stage; on the thread on which the call ends
   * @return as {@link #callAsyncCompose(Supplier, Function)}
   */
  public <T extends @Nullable Object, F extends Throwable> CompletableFuture<T> callAsyncCompose(
      Supplier<? extends @Nullable CompletionStage<? extends T>> call,
      Class<F> type,
      Function<? super F, ? extends CompletionStage<? extends T>> fallback) {
    Checks.notNull("type", type);
    Checks.notNull("fallback", fallback);
    return startAnswering(call, Fallback.ofOneCall(type, fallback, true));
  }

  @SuppressWarnings("unchecked") // what the supplier gave, or a fallback of the right type
  private <T extends @Nullable Object> CompletableFuture<T> startAnswering(
      Supplier<? extends @Nullable CompletionStage<? extends T>> call, Fallback fallback) {
    Checks.notNull("call", call);
    CallerThread thread = CallerThread.current();
    Frame frame = thread.enterAsync();
    try {
      Plan plan = frame.begin(this, plan().answering(), thread.context(), true);
      frame.objects[0] = fallback;
      return (CompletableFuture<T>) start(plan, thread, frame, call);
    } catch (Throwable broken) {
      if (frame.level < thread.brokenFrom) {
        thread.brokenFrom = frame.level; // no call before that, as in BlockingCall
      }
      thread.mend(frame);
      thread.leaveAsync(frame);
      return CompletableFuture.failedFuture(broken);
    }
  }

  /**
   * Asks for one call without making it, for code that cannot hand its call over as a function. On
   * this thread; where a limit queues, it waits here. The clock of the pipeline's timeouts runs
   * from then on: they settle the permit, but cannot stop what its holder does.
   *
   * @return the permit, to be settled by its holder
   * @throws PipelineException if a policy refuses the call, or the caller's deadline has passed
   * @throws IllegalStateException if the pipeline has a retry, a hedge or a fallback, which need
   *     the call itself
   * @throws java.util.concurrent.CancellationException if the thread is interrupted while it waits;
   *     its flag is set
   */
  public Permit acquire() {
    return Permit.of(this);
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
    if (plan().sharesBreaker) {
      plan().lookAtKey(newKey);
    }
    return new Pipeline(this, Checks.name("key", newKey), repeats);
  }

  /**
   * The same pipeline for calls that must not be made twice: without its retries and hedges. State,
   * settings and listeners are the same. Cheap; may be kept or made for each call.
   *
   * @return a view of this pipeline
   */
  public Pipeline withoutRepeats() {
    return repeats ? new Pipeline(this, key, false) : this;
  }

  /**
   * The pipeline's name.
   *
   * @return the name
   */
  public String name() {
    return plan().pipelineName;
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
   * The policies in force as they are nested, outermost first.
   *
   * @return an immutable list
   */
  public List<Policy> policies() {
    return plan().policies;
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
    for (Policy policy : policies()) {
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
   * Puts other settings in force while calls run: the pipeline is from now on as if it had been
   * built with these policies, in the canonical order or as written as it was built, but for its
   * state. All of it is checked before anything is changed.
   *
   * <pre>{@code
   * inventory.update(Timeout.ofMillis(200), Retry.jittered(2), CircuitBreaker.of(stricter));
   * }</pre>
   *
   * <p>Calls under way end as they began: with their timeouts, retries and listeners, and whatever
   * permits they hold are given back. What the policies know is kept: a policy takes over the state
   * of the one of its class that was there, in the same place among those of its class. A breaker
   * keeps its state and, closed, its window; limits keep their permits, queues and periods; a retry
   * its budget; a hedge the latencies it has measured; each of a {@link PerKey} likewise. The page
   * {@code docs/guide/live-settings.md} has the rule for each. A policy that is given again stays
   * as it is; one that has none of its class before it begins anew, and one that has none after it
   * is gone, with its probes and timers.
   *
   * <p>Gates and budgets take the new settings themselves, so the objects that {@link #policies}
   * gave before have them too: the way back is an update with the old settings, not with those
   * objects.
   *
   * <p>A policy that is shared with other pipelines changes there too. A limit that is in another
   * pipeline cannot be told from a new one: it gives its settings, and is not shared from then on;
   * a breaker is. Updates are made one at a time; calls do not wait for them.
   *
   * @param policies all policies, new ones or those of {@link #policies}
   * @return the version of the settings that are in force with it, see {@link #version}
   * @throws IllegalArgumentException if policies contradict each other, or a setting cannot change;
   *     the message names them, and nothing has changed
   * @throws IllegalStateException if the pipeline is closed, and nothing has changed
   */
  public long update(Policy... policies) {
    List<Policy> wanted = PipelineBuilder.checked(policies);
    return life.update(canonical ? PipelineBuilder.inCanonicalOrder(wanted) : wanted);
  }

  /**
   * Checks an {@link #update} and makes none: for whoever changes several pipelines, and wants to
   * know that the last of them can be changed before the first one is.
   *
   * @param policies as for {@link #update}
   * @throws IllegalArgumentException as {@link #update}
   * @throws IllegalStateException as {@link #update}
   */
  public void checkUpdate(Policy... policies) {
    List<Policy> wanted = PipelineBuilder.checked(policies);
    life.checkUpdate(canonical ? PipelineBuilder.inCanonicalOrder(wanted) : wanted);
  }

  /**
   * Has the policies only say what they would do, or do it: for the first days with real calls. An
   * observe-only pipeline asks its policies about each call and tells them how it ended, as if they
   * were in force, and tells {@link PipelineListener#onWouldHave} what they decide. No call is
   * refused, ended, retried, hedged or held back; each is made once, on the caller's own thread,
   * and its outcome reaches the caller unchanged. Fallbacks answer failures that did happen.
   *
   * <p>What a policy is told is what it would have seen: a call that one would have refused is none
   * to those inside of it and no failure to those outside, and one that took longer than a timeout
   * is a timeout, though its caller got the result. So a breaker opens and comes back as it would,
   * but learns of a call that hangs only when that ends, and the dependency gets all the calls
   * meanwhile. The page {@code docs/guide/observe-only.md} says how to read it.
   *
   * <p>Changing it is a change of settings: state is kept, calls under way end as they began, and
   * {@link #version} goes up. It holds for all views of the pipeline.
   *
   * @param observed whether the policies only say what they would do
   * @return the version of the settings that are in force with it
   * @throws IllegalStateException if the pipeline is closed
   */
  public long observeOnly(boolean observed) {
    return life.observeOnly(observed);
  }

  /**
   * Whether the policies only say what they would do, see {@link #observeOnly}.
   *
   * @return false unless set
   */
  public boolean isObserveOnly() {
    return life.plan.observeOnly;
  }

  /**
   * Which settings are in force.
   *
   * @return 1 for those it was built with, and one more for each {@link #update} and each change of
   *     {@link #observeOnly}
   */
  public long version() {
    return plan().version;
  }

  /**
   * Adds one who hears what happens, of calls that begin from now on. Adding it again does nothing.
   *
   * @param listener the listener
   */
  public void addListener(PipelineListener listener) {
    life.addListener(Checks.notNull("listener", listener));
  }

  /**
   * Takes a listener out. Calls that have begun are still told to it.
   *
   * @param listener the listener
   * @return false if it was not there
   */
  public boolean removeListener(PipelineListener listener) {
    return life.removeListener(Checks.notNull("listener", listener));
  }

  /**
   * Ends what goes on without a call: the probes and timers of the gates that are in no other
   * pipeline; and takes the pipeline out of its registry. Calls under way end as they would. Later
   * ones are made and decided as before, by gates that probe by calls only: whoever drains a server
   * closes things while the last requests still run, and they need not fail for it. What such a
   * call arms, it takes back when it ends. Closing it again does nothing; closing a view, of
   * {@link #forKey} or {@link #withoutRepeats}, does nothing.
   */
  @Override
  public void close() {
    if (key == null && repeats) {
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
   * What is doubtful about the combination of policies; also logged when the pipeline was built or
   * updated.
   *
   * @return a sentence for each; empty if all is well
   */
  public List<String> warnings() {
    return plan().warnings;
  }

  /**
   * The nesting, for people.
   *
   * @return a line for each policy, outermost first; the first line says if it is observe-only
   */
  public String describe() {
    StringBuilder text = new StringBuilder(name()).append(key == null ? "" : " [" + key + "]");
    if (isObserveOnly()) {
      text.append(" OBSERVE-ONLY");
    }
    String indent = "\n";
    for (Policy policy : policies()) {
      text.append(indent).append("-> ").append(policy);
      indent += "   ";
    }
    return text.append(indent).append("-> the call").toString();
  }

  @Override
  public String toString() {
    return "Pipeline(" + name() + (key == null ? "" : " [" + key + "]") + ")";
  }

  PipelineLife life() {
    return life;
  }

  Plan plan() {
    return repeats ? life.plan : life.plan.withoutRepeats();
  }

  Kernel kernel() {
    return plan().kernel;
  }

  @SuppressWarnings("unchecked") // the compiler takes any throwable for the X it was told
  private static <X extends Throwable> RuntimeException asIs(Throwable failure) throws X {
    throw (X) failure;
  }
}
