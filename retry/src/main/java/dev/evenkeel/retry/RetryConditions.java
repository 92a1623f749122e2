package dev.evenkeel.retry;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.PipelineException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which failures and results are retried. Conditions are about what the dependency throws: what the
 * pipeline itself says, a timeout first of all, is retried unless it is excluded by its name.
 *
 * @param retried one of these says so; if there are none, all are
 * @param never these are not, whatever the others say
 * @param onResult which results are; null for none
 */
record RetryConditions(
    List<Predicate<? super Throwable>> retried,
    List<Class<? extends Throwable>> never,
    @Nullable Predicate<@Nullable Object> onResult) {

  static final RetryConditions ALL_FAILURES = new RetryConditions(List.of(), List.of(), null);

  RetryConditions alsoOn(Predicate<? super Throwable> condition) {
    return new RetryConditions(with(retried, condition), never, onResult);
  }

  /** Also where it is the wrapper that was named, such as {@code ExecutionException}. */
  RetryConditions neverOn(Class<? extends Throwable> type) {
    return new RetryConditions(retried, with(never, type), onResult);
  }

  RetryConditions onResult(Predicate<@Nullable Object> condition) {
    return new RetryConditions(retried, never, condition);
  }

  private static <E> List<E> with(List<E> list, E last) {
    List<E> longer = new ArrayList<>(list);
    longer.add(last);
    return List.copyOf(longer);
  }

  boolean rejects(@Nullable Object result) {
    return onResult != null && onResult.test(result);
  }

  /** Whether the failure of a call, if it is one, may be retried. */
  boolean allow(CallView call) {
    Throwable failure = call.unwrappedFailure();
    if (failure == null) {
      return true;
    }
    if (failure instanceof Error || isExcluded(failure) || isExcluded(call.failure())) {
      return false;
    }
    return retried.isEmpty() || failure instanceof PipelineException || isNamed(failure);
  }

  private boolean isNamed(Throwable failure) {
    for (Predicate<? super Throwable> condition : retried) {
      if (condition.test(failure)) {
        return true;
      }
    }
    return false;
  }

  /** A timeout is none of those that are meant by {@code RuntimeException}. */
  private boolean isExcluded(@Nullable Throwable failure) {
    for (Class<? extends Throwable> type : never) {
      if (type.isInstance(failure)
          && (!(failure instanceof PipelineException)
              || PipelineException.class.isAssignableFrom(type))) {
        return true;
      }
    }
    return false;
  }
}
