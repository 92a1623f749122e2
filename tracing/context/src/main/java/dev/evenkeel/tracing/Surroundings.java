package dev.evenkeel.tracing;

import dev.evenkeel.core.ContextCarrier.Scope;
import io.opentelemetry.context.Context;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What others keep in thread locals and what belongs to the work on this thread: OpenTelemetry's
 * context, the MDC, and whatever is registered with Micrometer's context propagation. Immutable and
 * thread-safe.
 */
final class Surroundings {

  private final Context context;
  private final @Nullable Map<String, String> mdc;
  private final @Nullable MicrometerSnapshot micrometer;

  private Surroundings(Context context) {
    this.context = context;
    mdc = MDC.getCopyOfContextMap();
    micrometer = MicrometerSnapshot.captureIfPresent();
  }

  /** This thread's, but for another OpenTelemetry context. */
  static Surroundings capture(Context context) {
    return new Surroundings(context);
  }

  /** Puts them in force on this thread; closing gives it back what it had. */
  @SuppressWarnings("MustBeClosedChecker") // by the scope that is returned
  Scope open() {
    Map<String, String> mdcBefore = MDC.getCopyOfContextMap();
    Scope others = MicrometerSnapshot.open(micrometer);
    io.opentelemetry.context.Scope trace = context.makeCurrent();
    setMdc(mdc); // after the others, which may write to it too
    return () -> {
      trace.close();
      others.close();
      setMdc(mdcBefore);
    };
  }

  private static void setMdc(@Nullable Map<String, String> map) {
    if (map == null) {
      MDC.clear();
    } else {
      MDC.setContextMap(map);
    }
  }
}
