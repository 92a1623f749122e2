package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Faults;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.failback.Comeback.Sample;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.ResultRecordedAsFailureException;
import java.util.Objects;

/**
 * Says what a verdict tells about the dependency, by the predicates of the configuration, under
 * guard.
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

  Sample sample(CallView call, Verdict verdict) {
    try {
      return switch (verdict) {
        case SUCCESS -> {
          Object result = call.result();
          boolean bad = result != null && config.getRecordResultPredicate().test(result);
          yield bad ? Sample.BAD : Sample.GOOD;
        }
        case FAILURE -> {
          Throwable failure = Objects.requireNonNull(call.failure());
          if (config.getIgnoreExceptionPredicate().test(failure)) {
            yield Sample.NONE;
          }
          yield config.getRecordExceptionPredicate().test(failure) ? Sample.BAD : Sample.GOOD;
        }
        case TIMEOUT -> Sample.BAD;
        case CANCELLED, REFUSED -> Sample.NONE;
      };
    } catch (RuntimeException fault) {
      faults.report("predicate", fault, "the call counts as failed");
      return Sample.BAD;
    }
  }

  /** The failure of a call that counts as one; made up if a result does. */
  static Throwable failureOf(CallView call) {
    Throwable failure = call.failure();
    return failure != null
        ? failure
        : new ResultRecordedAsFailureException(call.pipelineName(), String.valueOf(call.result()));
  }
}
