package dev.evenkeel.tracing;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import org.jspecify.annotations.Nullable;

/**
 * The {@link CallContext} in an OpenTelemetry {@link Context}, so that whatever carries a trace
 * carries the deadline too. The thread's own {@link CallContext#current()} stays the source of
 * truth; this is its mirror, for where only OpenTelemetry's context arrives. Thread-safe.
 */
public final class CallContexts {

  private static final ContextKey<CallContext> CALL = ContextKey.named("evenkeel-call-context");
  private static final ContextKey<Integer> INBOUND_ATTEMPT =
      ContextKey.named("evenkeel-inbound-attempt");

  private CallContexts() {}

  /**
   * Puts a call's context beside the trace.
   *
   * @param context where to
   * @param call what to put there
   * @return the new context
   */
  public static Context with(Context context, CallContext call) {
    return Checks.notNull("context", context).with(CALL, Checks.notNull("call", call));
  }

  /**
   * The call's context that was put beside a trace.
   *
   * @param context where from
   * @return null if there is none
   */
  public static @Nullable CallContext from(Context context) {
    return Checks.notNull("context", context).get(CALL);
  }

  /**
   * What is in force for work done on this thread under an OpenTelemetry context: the thread's own
   * call context, and where that leaves something open, the mirrored one's. Of two deadlines the
   * earlier one holds.
   *
   * @param context usually {@link Context#current()}
   * @return the context; one without deadline and key if neither has any
   */
  public static CallContext effective(Context context) {
    CallContext own = CallContext.current();
    CallContext mirrored = from(context);
    if (mirrored == null || mirrored == own) {
      return own;
    }
    if (isEmpty(own) && own.idempotencyKey() == null) {
      return mirrored;
    }
    CallContext merged = own;
    Deadline deadline = mirrored.deadline();
    if (deadline != null) {
      merged = merged.withDeadline(deadline);
    }
    if (own.criticality() == Criticality.CRITICAL) { // the default: nobody has set it here
      merged = merged.withCriticality(mirrored.criticality());
    }
    String key = mirrored.idempotencyKey();
    return own.idempotencyKey() == null && key != null ? merged.withIdempotencyKey(key) : merged;
  }

  /**
   * Which attempt of its caller's the present work is, as the caller said.
   *
   * @param context where {@link EvenkeelPropagator} has put it
   * @return 1 if it is the first, or nobody said
   */
  public static int inboundAttempt(Context context) {
    Integer attempt = Checks.notNull("context", context).get(INBOUND_ATTEMPT);
    return attempt == null ? 1 : attempt;
  }

  static Context withInboundAttempt(Context context, int attempt) {
    return context.with(INBOUND_ATTEMPT, attempt);
  }

  /** Whether nobody has set anything: such a context is not worth a header. */
  static boolean isEmpty(CallContext call) {
    return call.deadline() == null
        && call.attempt() == 1
        && call.criticality() == Criticality.CRITICAL;
  }
}
