package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Faults;
import dev.evenkeel.core.Timeouts;
import dev.evenkeel.core.Verdict;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Says what a verdict tells about the dependency, by the predicates of the configuration, under
 * guard: whatever they throw, the call has an end.
 */
final class Classifier {

  private final CircuitBreakerConfig config;
  private final boolean readsResults;
  private final Faults faults = new Faults("circuit-breaker");

  Classifier(CircuitBreakerConfig config) {
    this.config = config;
    readsResults = config.getRecordResultPredicate()
        != CircuitBreakerConfig.ofDefaults().getRecordResultPredicate();
  }

  /** Whether a result can count as a failure; Resilience4j's default predicate says never. */
  boolean readsResults() {
    return readsResults;
  }

  Evidence evidence(CallView call, Verdict verdict) {
    try {
      return switch (verdict) {
        case SUCCESS -> {
          Object result = call.result();
          boolean bad = result != null && config.getRecordResultPredicate().test(result);
          yield bad ? Evidence.BAD : Evidence.GOOD;
        }
        case FAILURE -> {
          Throwable failure = causeOf(Objects.requireNonNull(call.failure()));
          if (config.getIgnoreExceptionPredicate().test(failure)) {
            yield Evidence.IGNORED;
          }
          yield config.getRecordExceptionPredicate().test(failure) ? Evidence.BAD : Evidence.GOOD;
        }
        case TIMEOUT -> Evidence.BAD;
        case CANCELLED, REFUSED -> Evidence.NONE;
      };
    } catch (Throwable fault) {
      faults.report("predicate", fault, "the call counts as failed");
      return Evidence.BAD;
    }
  }

  /**
   * The failure itself, where a future has wrapped it: as Resilience4j does, one level. A wrapper
   * without a cause stands for itself; Resilience4j would hand null to the predicates.
   */
  private static Throwable causeOf(Throwable failure) {
    if (!(failure instanceof CompletionException || failure instanceof ExecutionException)) {
      return failure;
    }
    try {
      Throwable cause = failure.getCause();
      return cause == null ? failure : cause;
    } catch (Throwable ofAUsersOwnClass) {
      return failure;
    }
  }

  /** The failure of a call that counts as one; null if it was a result that did. */
  static @Nullable Throwable failureOf(CallView call) {
    Throwable failure = call.failure();
    return failure == null ? null : causeOf(failure);
  }

  /** Whether a call that counts as failed was given up as too slow, by whomever. */
  static boolean isTimeout(CallView call, Verdict verdict) {
    Throwable failure = failureOf(call);
    return verdict == Verdict.TIMEOUT
        || (verdict == Verdict.FAILURE && failure != null && Timeouts.isTimeout(failure));
  }

  /** What failed, in a word: never the text of a user's object, which may throw or be long. */
  static String kindOf(CallView call) {
    Throwable failure = failureOf(call);
    if (failure != null) {
      return failure.getClass().getName();
    }
    Object result = call.result();
    return result == null ? "a result" : "a result of " + result.getClass().getName();
  }
}
