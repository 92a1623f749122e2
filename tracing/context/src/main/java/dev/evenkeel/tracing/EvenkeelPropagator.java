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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
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
 * parse is ignored and counted.
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

  private static final List<String> FIELDS = List.of(TIMEOUT, ATTEMPT, CRITICALITY);
  private static final Duration DEFAULT_MARGIN = Duration.ofMillis(20);
  private static final double DEFAULT_SHARE = 0.05;
  private static final long MAX_WRITTEN_MILLIS = 9_999_999_999L;
  private static final EvenkeelPropagator STANDARD =
      new EvenkeelPropagator(DEFAULT_MARGIN.toNanos(), DEFAULT_SHARE, Kernel.system());

  private final long maxMarginNanos;
  private final double marginShare;
  private final Kernel kernel;
  private final LongAdder ignored = new LongAdder();

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
   * How many values of headers were ignored because they did not parse.
   *
   * @return from the beginning on
   */
  public long ignoredValues() {
    return ignored.sum();
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
    Deadline deadline = call.deadline();
    if (deadline != null) {
      setter.set(carrier, TIMEOUT, Long.toString(millisToWrite(deadline.remaining())));
    }
    setter.set(carrier, ATTEMPT, Integer.toString(call.attempt()));
    setter.set(carrier, CRITICALITY, WireFormat.text(call.criticality()));
  }

  private long millisToWrite(Duration remaining) {
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
    nanos = smallest(nanos, carrier, getter, TIMEOUT, WireFormat::millis);
    nanos = smallest(nanos, carrier, getter, GRPC_TIMEOUT, WireFormat::grpc);
    nanos = smallest(nanos, carrier, getter, CONNECT_TIMEOUT, WireFormat::millis);
    nanos = smallest(nanos, carrier, getter, ENVOY_TIMEOUT, WireFormat::millis);
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
      long present,
      @Nullable C carrier,
      TextMapGetter<C> getter,
      String header,
      ToLongFunction<String> parser) {
    long least = present;
    Iterator<String> values = getter.getAll(carrier, header);
    while (values.hasNext()) {
      String value = values.next();
      long nanos = value == null ? WireFormat.INVALID : parser.applyAsLong(value);
      if (nanos == WireFormat.INVALID) {
        ignored.increment();
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
      ignored.increment();
    }
    return criticality;
  }

  private <C> int attempt(@Nullable C carrier, TextMapGetter<C> getter) {
    String own = getter.get(carrier, ATTEMPT);
    String value = own == null ? getter.get(carrier, ENVOY_ATTEMPT) : own;
    int attempt = value == null ? 1 : WireFormat.attempt(value);
    if (attempt == WireFormat.INVALID) {
      ignored.increment();
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
