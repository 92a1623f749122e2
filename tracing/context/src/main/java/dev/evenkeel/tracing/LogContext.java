package dev.evenkeel.tracing;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Deadline;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The call in the log: trace, span, attempt and time left as keys of the MDC while a block of code
 * runs. Closing puts back what was there before, so an outer call's keys survive an inner one.
 *
 * <pre>{@code
 * try (LogContext log = LogContext.open(Context.current())) {
 *   LOG.info("asking the stock"); // trace_id, span_id, evenkeel_attempt, evenkeel_time_left_ms
 * }
 * }</pre>
 *
 * <p>To be closed on the thread that opened it.
 */
public final class LogContext implements AutoCloseable {

  /** The key of the trace's id, as OpenTelemetry's own MDC instrumentation has it. */
  public static final String TRACE_ID = "trace_id";

  /** The key of the span's id. */
  public static final String SPAN_ID = "span_id";

  /** The key of the number of the attempt, from 1 on. */
  public static final String ATTEMPT = "evenkeel_attempt";

  /** The key of the milliseconds that were left until the deadline when the block began. */
  public static final String TIME_LEFT = "evenkeel_time_left_ms";

  private final @Nullable String traceBefore;
  private final @Nullable String spanBefore;
  private final @Nullable String attemptBefore;
  private final @Nullable String timeLeftBefore;

  private LogContext() {
    traceBefore = MDC.get(TRACE_ID);
    spanBefore = MDC.get(SPAN_ID);
    attemptBefore = MDC.get(ATTEMPT);
    timeLeftBefore = MDC.get(TIME_LEFT);
  }

  /**
   * Sets the keys for a span and the call context in force.
   *
   * @param context where the span and the call are
   * @return to be closed
   */
  public static LogContext open(Context context) {
    Checks.notNull("context", context);
    LogContext log = new LogContext();
    SpanContext span = Span.fromContext(context).getSpanContext();
    if (span.isValid()) {
      MDC.put(TRACE_ID, span.getTraceId());
      MDC.put(SPAN_ID, span.getSpanId());
    }
    CallContext call = CallContexts.effective(context);
    MDC.put(ATTEMPT, Integer.toString(call.attempt()));
    Deadline deadline = call.deadline();
    if (deadline != null) {
      MDC.put(TIME_LEFT, Long.toString(deadline.remaining().toMillis()));
    } else {
      MDC.remove(TIME_LEFT);
    }
    return log;
  }

  @Override
  public void close() {
    restore(TRACE_ID, traceBefore);
    restore(SPAN_ID, spanBefore);
    restore(ATTEMPT, attemptBefore);
    restore(TIME_LEFT, timeLeftBefore);
  }

  private static void restore(String key, @Nullable String before) {
    if (before == null) {
      MDC.remove(key);
    } else {
      MDC.put(key, before);
    }
  }
}
