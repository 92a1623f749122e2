package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Answers instead of a failure: every {@link Exception}, those of the pipeline included, or those
 * of some types only; never an {@link Error}.
 *
 * <pre>{@code
 * Fallback.to(Stock.UNKNOWN).when(CallRefusedException.class)
 * Fallback.of(NotFoundException.class, missing -> Stock.none(missing.sku()))
 * Fallback.of(failure -> { throw new OrderUnavailable(failure); })
 * }</pre>
 *
 * <p>What it throws reaches the caller, with the failure in it: as its cause, or suppressed. That
 * is how exceptions are mapped. To throw the failure itself is as if it had not been asked.
 *
 * <p>An answer that is a {@link CompletionStage} stands for its result: an asynchronous call goes
 * on when it is there, a blocking one waits for it, both for as long as that takes, for a fallback
 * is outside of all timeouts. What it fails with is as if it had been thrown. If its caller gives
 * up, the call ends as it would have without it.
 *
 * <p>The pipeline does not know the type of its calls' results: the answer must fit each call made
 * through it. For one call use {@link Pipeline#call(CheckedSupplier, Function)} and what is beside
 * it, which are checked by the compiler. Immutable; thread-safe if the function is.
 */
public final class Fallback implements Policy {

  private final Class<? extends Throwable> type;
  private final @Nullable Predicate<? super Throwable> when;
  private final CheckedFunction<? super Throwable, ? extends @Nullable Object, ?> answer;

  /** Whether an answer that is a stage stands for its result. */
  private final boolean awaitsStages;

  private Fallback(
      Class<? extends Throwable> type,
      @Nullable Predicate<? super Throwable> when,
      CheckedFunction<? super Throwable, ? extends @Nullable Object, ?> answer,
      boolean awaitsStages) {
    this.type = type;
    this.when = when;
    this.answer = answer;
    this.awaitsStages = awaitsStages;
  }

  /**
   * Answers with a value.
   *
   * @param value the answer
   * @return the policy
   */
  @SuppressWarnings("NullAway") // the answer may be null where the call's result may
  public static Fallback to(@Nullable Object value) {
    return new Fallback(Exception.class, null, failure -> value, true);
  }

  /**
   * Answers with what a function makes of the failure.
   *
   * @param answer from the failure to the answer
   * @return the policy
   */
  public static Fallback of(
      CheckedFunction<? super Throwable, ? extends @Nullable Object, ?> answer) {
    return new Fallback(Exception.class, null, Checks.notNull("answer", answer), true);
  }

  /**
   * Answers with what a function makes of failures of one type, and of what extends it. The cause
   * of a {@code CompletionException} or {@code ExecutionException} is looked at too, and given to
   * the function.
   *
   * @param <F> the type of the failure
   * @param type the type of the failure
   * @param answer from the failure to the answer
   * @return the policy
   */
  @SuppressWarnings("unchecked") // it is given what is of the type
  public static <F extends Throwable> Fallback of(
      Class<F> type, CheckedFunction<? super F, ? extends @Nullable Object, ?> answer) {
    return new Fallback(
        Checks.notNull("type", type),
        null,
        (CheckedFunction<? super Throwable, ? extends @Nullable Object, ?>)
            Checks.notNull("answer", answer),
        true);
  }

  /**
   * That of one call.
   *
   * @param answer a {@link CheckedFunction}, a {@link Function} or a {@link Consumer}
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // Pipeline's methods say what fits
  static Fallback ofOneCall(Class<? extends Throwable> type, Object answer, boolean awaitsStages) {
    CheckedFunction<? super Throwable, ? extends @Nullable Object, ?> function;
    if (answer instanceof CheckedFunction<?, ?, ?> checked) {
      function = (CheckedFunction<? super Throwable, ? extends @Nullable Object, ?>) checked;
    } else if (answer instanceof Function<?, ?> plain) {
      function = ((Function<Throwable, ?>) plain)::apply;
    } else {
      function = failure -> {
        ((Consumer<Throwable>) answer).accept(failure);
        return null;
      };
    }
    return new Fallback(type, null, function, awaitsStages);
  }

  /**
   * This fallback for some failures only: those for which it has answered until now, and the
   * condition holds.
   *
   * @param condition which ones; given the cause of a {@code CompletionException} or
   *     {@code ExecutionException}; if it throws, the fallback is not asked
   * @return a new policy
   */
  public Fallback when(Predicate<? super Throwable> condition) {
    Checks.notNull("condition", condition);
    @Nullable Predicate<? super Throwable> before = when;
    return new Fallback(
        type,
        before == null ? condition : failure -> before.test(failure) && condition.test(failure),
        answer,
        awaitsStages);
  }

  /**
   * This fallback for failures of some types only, and of what extends them; as
   * {@link #when(Predicate)} otherwise.
   *
   * @param types at least one
   * @return a new policy
   */
  @SafeVarargs
  public final Fallback when(Class<? extends Throwable>... types) {
    Checks.notNull("types", types);
    Checks.range("types.length", types.length, 1, Integer.MAX_VALUE);
    List<Class<? extends Throwable>> any = new ArrayList<>();
    for (Class<? extends Throwable> one : types) {
      any.add(Checks.notNull("types[" + any.size() + "]", one));
    }
    return when(failure -> any.stream().anyMatch(one -> one.isInstance(failure)));
  }

  /** Whether it answers every failure. */
  boolean isForAll() {
    return type == Exception.class && when == null;
  }

  /** What the function is given; null if it is not for this failure. */
  @Nullable Throwable handled(Exception failure) {
    Throwable bare = Failures.unwrap(failure);
    if (bare instanceof Error || (when != null && !when.test(bare))) {
      return null;
    }
    if (type.isInstance(failure)) {
      return failure;
    }
    return type.isInstance(bare) ? bare : null;
  }

  @Nullable Object answer(Throwable failure) throws Throwable {
    return answer.apply(failure);
  }

  boolean awaitsStages() {
    return awaitsStages;
  }

  @Override
  public String name() {
    return "fallback";
  }

  @Override
  public Position position() {
    return Position.FALLBACK;
  }

  @Override
  public String toString() {
    return isForAll() ? name() : name() + "(for some failures)";
  }
}
