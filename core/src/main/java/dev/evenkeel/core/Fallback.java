package dev.evenkeel.core;

import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Answers instead of a failure. It is asked for every {@link Exception}, those of the pipeline
 * included, never for an {@link Error}. If it throws itself, the caller gets the call's own failure
 * with the fallback's suppressed in it.
 *
 * <p>The pipeline does not know the type of its calls' results: the answer must fit each call made
 * through it. For one call use {@link Pipeline#call(CheckedSupplier, Function)}, which is checked
 * by the compiler. Immutable; thread-safe if the function is.
 */
public final class Fallback implements Policy {

  private final Predicate<? super Throwable> when;
  private final Function<? super Throwable, ? extends @Nullable Object> answer;

  private Fallback(
      Predicate<? super Throwable> when,
      Function<? super Throwable, ? extends @Nullable Object> answer) {
    this.when = when;
    this.answer = answer;
  }

  /**
   * Answers with a value.
   *
   * @param value the answer
   * @return the policy
   */
  public static Fallback to(@Nullable Object value) {
    return new Fallback(failure -> true, failure -> value);
  }

  /**
   * Answers with what a function makes of the failure.
   *
   * @param answer from the failure to the answer
   * @return the policy
   */
  public static Fallback of(Function<? super Throwable, ? extends @Nullable Object> answer) {
    return new Fallback(failure -> true, Checks.notNull("answer", answer));
  }

  /**
   * This fallback for some failures only.
   *
   * @param condition which ones; if it throws, the fallback is not asked
   * @return a new policy
   */
  public Fallback when(Predicate<? super Throwable> condition) {
    return new Fallback(Checks.notNull("condition", condition), answer);
  }

  boolean handles(Throwable failure) {
    return when.test(failure);
  }

  @Nullable Object answer(Throwable failure) {
    return answer.apply(failure);
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
    return name();
  }
}
