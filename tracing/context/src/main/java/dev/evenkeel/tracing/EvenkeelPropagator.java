package dev.evenkeel.tracing;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Carries the deadline, the attempt and the criticality of a call across processes, beside the
 * trace. Compose it with the propagators for trace context and baggage, or name it in
 * {@code OTEL_PROPAGATORS=tracecontext,baggage,evenkeel}: then every instrumented client and server
 * carries deadlines, without a line of code.
 *
 * <p>On the wire a deadline is the time that is left, so clocks need not agree. Written is
 * {@code evenkeel-timeout-ms}; read are that, {@code grpc-timeout}, {@code connect-timeout-ms} and
 * {@code x-envoy-expected-rq-timeout-ms}, of which the smallest valid one holds. A header can only
 * shorten a deadline. Zero means that the time is over, never that it is unlimited. What does not
 * parse is ignored and counted. Into a carrier that is a {@link Map} and has our headers already, a
 * later deadline is not written, nor another attempt or criticality.
 *
 * <p>Nothing here throws on what came from outside. Immutable but for its count; thread-safe.
 */
public final class EvenkeelPropagator implements TextMapPropagator {

  /** The name to register it by. */
  public static final String NAME = "evenkeel";

  static final String TIMEOUT = "evenkeel-timeout-ms";
  static final String ATTEMPT = "evenkeel-attempt";
  static final String CRITICALITY = "evenkeel-criticality";
  static final String GRPC_TIMEOUT = "grpc-timeout";
  static final String CONNECT_TIMEOUT = "connect-timeout-ms";
  static final String ENVOY_TIMEOUT = "x-envoy-expected-rq-timeout-ms";
  static final String ENVOY_ATTEMPT = "x-envoy-attempt-count";

  /** A header that says how much time is left. */
  private record TimeoutHeader(String name, ToLongFunction<String> parser, String expected) {

    static TimeoutHeader ofMillis(String name) {
      return new TimeoutHeader(name, WireFormat::millis, "1 to 10 digits");
    }
  }

  private static final List<TimeoutHeader> TIMEOUTS = List.of(
      TimeoutHeader.ofMillis(TIMEOUT),
      new TimeoutHeader(GRPC_TIMEOUT, WireFormat::grpc, "1 to 8 digits and one of HMSmun"),
      TimeoutHeader.ofMillis(CONNECT_TIMEOUT),
      TimeoutHeader.ofMillis(ENVOY_TIMEOUT));
  private static final List<String> FIELDS = List.of(TIMEOUT, ATTEMPT, CRITICALITY);
  private static final Duration DEFAULT_MARGIN = Duration.ofMillis(20);
  private static final double DEFAULT_SHARE = 0.05;
  private static final long MAX_WRITTEN_MILLIS = 9_999_999_999L;
  private static final EvenkeelPropagator STANDARD =
      new EvenkeelPropagator(DEFAULT_MARGIN.toNanos(), DEFAULT_SHARE, Kernel.system());

  private final long maxMarginNanos;
  private final double marginShare;
  private final Kernel kernel;
  private final IgnoredValues ignored = new IgnoredValues();

  private EvenkeelPropagator(long maxMarginNanos, double marginShare, Kernel kernel) {
    this.maxMarginNanos = maxMarginNanos;
    this.marginShare = marginShare;
    this.kernel = kernel;
  }

  /**
   * The propagator with a safety margin for each hop of 5 % of the time left, at most 20 ms.
   *
   * @return the shared one
   */
  public static EvenkeelPropagator standard() {
    return STANDARD;
  }

  /**
   * A propagator with a safety margin of its own: what is kept back at each hop, so that an answer
   * in the last moment still finds its caller waiting.
   *
   * @param maxMargin the most that is kept back, zero to 100 years
   * @param share of the time that is left, 0 to 1
   * @return the propagator
   */
  public static EvenkeelPropagator withMargin(Duration maxMargin, double share) {
    return withMargin(maxMargin, share, Kernel.system());
  }

  /**
   * A propagator on another clock, for tests.
   *
   * @param maxMargin the most that is kept back, zero to 100 years
   * @param share of the time that is left, 0 to 1
   * @param kernel whose clock a deadline from outside runs on
   * @return the propagator
   */
  public static EvenkeelPropagator withMargin(Duration maxMargin, double share, Kernel kernel) {
    return new EvenkeelPropagator(
        Checks.nonNegativeNanos("maxMargin", maxMargin),
        Checks.range("share", share, 0, 1),
        Checks.notNull("kernel", kernel));
  }

  /**
   * How many values of headers were ignored because they did not parse. The first one is logged.
   *
   * @return from the beginning on
   */
  public long ignoredValues() {
    return ignored.count();
  }

  @Override
  public Collection<String> fields() {
    return FIELDS;
  }

  @Override
  @SuppressWarnings("NullAway") // their carrier may be null; the setter decides what that means
  public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
    if (context == null || setter == null) {
      return;
    }
    CallContext call = CallContexts.effective(context);
    if (CallContexts.isEmpty(call)) {
      return;
    }
    // Our own client may have written already what an agent beside it writes again, and knew
    // better.
    Map<?, ?> present = carrier instanceof Map<?, ?> headers ? headers : Map.of();
    Deadline deadline = call.deadline();
    if (deadline != null) {
      long millis = millisToWrite(deadline.remaining());
      if (!isSooner(present.get(TIMEOUT), millis)) {
        setter.set(carrier, TIMEOUT, Long.toString(millis));
      }
    }
    if (!present.containsKey(ATTEMPT)) {
      setter.set(carrier, ATTEMPT, Integer.toString(call.attempt()));
    }
    if (!present.containsKey(CRITICALITY)) {
      setter.set(carrier, CRITICALITY, WireFormat.text(call.criticality()));
    }
  }

  private static boolean isSooner(@Nullable Object present, long millis) {
    Object value = present instanceof List<?> list && !list.isEmpty() ? list.get(0) : present;
    long nanos = value instanceof String text ? WireFormat.millis(text) : WireFormat.INVALID;
    return nanos != WireFormat.INVALID && nanos < TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** The time that is left, less the margin. */
  long millisToWrite(Duration remaining) {
    long nanos = remaining.toNanos();
    long margin = Math.min(maxMarginNanos, (long) (nanos * marginShare));
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos - margin);
    return Math.max(1, Math.min(MAX_WRITTEN_MILLIS, millis));
  }

  @Override
  @SuppressWarnings("NullAway") // as for inject
  public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
    if (context == null || getter == null) {
      return context == null ? Context.root() : context;
    }
    long nanos = WireFormat.INVALID;
    for (TimeoutHeader header : TIMEOUTS) {
      nanos = smallest(nanos, carrier, getter, header);
    }
    Criticality criticality = criticality(carrier, getter);
    int attempt = attempt(carrier, getter);
    Context result = attempt > 1 ? CallContexts.withInboundAttempt(context, attempt) : context;
    if (nanos == WireFormat.INVALID && criticality == null) {
      return result;
    }
    CallContext call = CallContexts.effective(context);
    if (nanos != WireFormat.INVALID) {
      call = call.withDeadline(Deadline.after(Duration.ofNanos(nanos), kernel));
    }
    if (criticality != null) {
      call = call.withCriticality(criticality);
    }
    return CallContexts.with(result, call);
  }

  private <C> long smallest(
      long present, @Nullable C carrier, TextMapGetter<C> getter, TimeoutHeader header) {
    long least = present;
    Iterator<String> values = getter.getAll(carrier, header.name());
    while (values.hasNext()) {
      String value = values.next();
      if (value == null) {
        continue;
      }
      long nanos = header.parser().applyAsLong(value);
      if (nanos == WireFormat.INVALID) {
        ignored.add(header.name(), value, header.expected());
      } else if (least == WireFormat.INVALID || nanos < least) {
        least = nanos;
      }
    }
    return least;
  }

  private <C> @Nullable Criticality criticality(@Nullable C carrier, TextMapGetter<C> getter) {
    String value = getter.get(carrier, CRITICALITY);
    Criticality criticality = value == null ? null : WireFormat.criticality(value);
    if (value != null && criticality == null) {
      ignored.add(CRITICALITY, value, "critical-plus, critical, sheddable-plus or sheddable");
    }
    return criticality;
  }

  private <C> int attempt(@Nullable C carrier, TextMapGetter<C> getter) {
    String own = getter.get(carrier, ATTEMPT);
    String value = own == null ? getter.get(carrier, ENVOY_ATTEMPT) : own;
    int attempt = value == null ? 1 : WireFormat.attempt(value);
    if (value != null && attempt == WireFormat.INVALID) {
      ignored.add(own == null ? ENVOY_ATTEMPT : ATTEMPT, value, "1 to 9 digits, from 1 on");
      return 1;
    }
    return attempt;
  }

  @Override
  public String toString() {
    return "EvenkeelPropagator(margin " + marginShare + " up to "
        + Duration.ofNanos(maxMarginNanos).toMillis() + " ms)";
  }
}
