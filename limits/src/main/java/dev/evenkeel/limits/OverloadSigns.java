package dev.evenkeel.limits;

import dev.evenkeel.core.Faults;
import dev.evenkeel.core.RetryAfter;
import dev.evenkeel.core.Timeouts;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which failures say that the dependency has too much to do: it sends calls away, or its client
 * gave up waiting. Thread-safe.
 */
final class OverloadSigns {

  private final Faults faults = new Faults("adaptive-limit");
  private volatile @Nullable Predicate<? super Throwable> users;

  void alsoOn(Predicate<? super Throwable> condition) {
    users = condition;
  }

  void takeOver(OverloadSigns wanted) {
    users = wanted.users;
  }

  boolean isShownBy(@Nullable Throwable failure) {
    if (failure == null) {
      return false;
    }
    Throwable cause = failure.getCause();
    boolean wrapped =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return isSign(failure) || (wrapped && cause != null && isSign(cause));
  }

  private boolean isSign(Throwable failure) {
    return failure instanceof RetryAfter || Timeouts.isTimeout(failure) || isUsersSign(failure);
  }

  private boolean isUsersSign(Throwable failure) {
    Predicate<? super Throwable> condition = users;
    if (condition == null) {
      return false;
    }
    try {
      return condition.test(failure);
    } catch (Throwable fault) {
      faults.report("alsoOverloadOn", fault, "the failure counts as no sign of overload");
      return false;
    }
  }
}
