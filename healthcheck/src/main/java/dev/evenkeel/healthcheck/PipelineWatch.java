package dev.evenkeel.healthcheck;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.core.Verdict;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hears what a gate's state does not tell: refusals, the reason of the last change, the last
 * success, and the last failure with its trace. Give it to the pipelines as their listener and to
 * {@link HealthBuilder#watch}; one serves any number of pipelines. Thread-safe.
 */
public final class PipelineWatch implements PipelineListener {

  /** How exact the time of the last success is: it is not worth a write for each call. */
  private static final long SUCCESS_GRAIN_NANOS = 100_000_000L;

  private final Map<String, Figures> figures = new ConcurrentHashMap<>();
  private final Supplier<? extends @Nullable String> traceId;

  private PipelineWatch(Supplier<? extends @Nullable String> traceId) {
    this.traceId = traceId;
  }

  /**
   * A watch that knows of no traces.
   *
   * @return a new watch
   */
  public static PipelineWatch create() {
    return new PipelineWatch(() -> null);
  }

  /**
   * A watch that notes the trace of the last failure.
   *
   * @param traceId gives the current trace's id, or null; asked on the call's thread when it failed
   * @return a new watch
   */
  public static PipelineWatch withTraceId(Supplier<? extends @Nullable String> traceId) {
    return new PipelineWatch(Checks.notNull("traceId", traceId));
  }

  Figures figures(String pipelineName) {
    Figures known = figures.get(pipelineName);
    return known != null ? known : figures.computeIfAbsent(pipelineName, name -> new Figures());
  }

  /** A pipeline is gone, and with it what was known of it. */
  void forget(String pipelineName) {
    figures.remove(pipelineName);
  }

  @Override
  public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
    if (verdict == Verdict.SUCCESS && call.failure() == null) {
      figures(call.pipelineName()).succeeded(call.startedNanos());
    } else if (verdict == Verdict.FAILURE || verdict == Verdict.TIMEOUT) {
      Throwable failure = call.failure();
      if (failure != null) {
        // Without its message and trace it would be noted all the same.
        figures(call.pipelineName()).failed(Cause.of(failure, traceId.get()));
      }
    }
  }

  @Override
  public void onRefused(CallView call, String policy, RefusalReason reason) {
    figures(call.pipelineName()).refused.increment();
  }

  @Override
  public void onStateChange(StateChange change) {
    figures(change.pipeline()).reasons.put(change.to().kind(), change.reason());
  }

  /** One pipeline's. */
  static final class Figures {

    private final LongAdder refused = new LongAdder();
    private final Map<GateState.Kind, String> reasons = new ConcurrentHashMap<>();
    private volatile @Nullable Cause lastFailure;
    private volatile @Nullable Long lastSuccessNanos;

    private void succeeded(long startedNanos) {
      Long last = lastSuccessNanos;
      if (last == null || startedNanos - last > SUCCESS_GRAIN_NANOS) {
        lastSuccessNanos = startedNanos;
      }
    }

    private void failed(Cause cause) {
      lastFailure = cause;
    }

    long refused() {
      return refused.sum();
    }

    /** Why it came to a state last: states follow each other faster than anybody looks. */
    @Nullable String reason(GateState.Kind kind) {
      return reasons.get(kind);
    }

    @Nullable Cause lastFailure() {
      return lastFailure;
    }

    @Nullable Long lastSuccessNanos() {
      return lastSuccessNanos;
    }
  }
}
