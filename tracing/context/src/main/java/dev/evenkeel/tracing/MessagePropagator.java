package dev.evenkeel.tracing;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@link EvenkeelPropagator} carries, for messages: beside the time that is left also the
 * point in time, {@code evenkeel-deadline} in milliseconds since 1970, because the time that a
 * message spends in a queue cannot be seen from what was left when it was sent.
 *
 * <p>It runs on the wall clocks of two machines, so it is taken to be over only some time after it
 * has passed: the clock skew, 250 ms unless set. A message whose deadline has passed brings one
 * that {@link Deadline#isExpired has expired}. Nothing here throws on what came from outside.
 * Immutable but for its counts; thread-safe.
 */
public final class MessagePropagator implements TextMapPropagator {

  /** The header with the point in time. */
  public static final String DEADLINE = "evenkeel-deadline";

  private static final Duration DEFAULT_SKEW = Duration.ofMillis(250);

  private final EvenkeelPropagator relative;
  private final long skewMillis;
  private final LongSupplier epochMillis;
  private final Kernel kernel;
  private final IgnoredValues ignored = new IgnoredValues();
  private final List<String> fields;

  private MessagePropagator(
      EvenkeelPropagator relative, long skewMillis, LongSupplier epochMillis, Kernel kernel) {
    this.relative = relative;
    this.skewMillis = skewMillis;
    this.epochMillis = epochMillis;
    this.kernel = kernel;
    List<String> all = new ArrayList<>(relative.fields());
    all.add(DEADLINE);
    fields = List.copyOf(all);
  }

  /**
   * The propagator with a clock skew of 250 ms.
   *
   * @return a new one
   */
  public static MessagePropagator standard() {
    return withClockSkew(DEFAULT_SKEW);
  }

  /**
   * A propagator with a clock skew of its own.
   *
   * @param skew by how much the clocks of two machines may differ, zero to 100 years
   * @return the propagator
   */
  public static MessagePropagator withClockSkew(Duration skew) {
    return withClockSkew(
        skew, EvenkeelPropagator.standard(), MessagePropagator::wallClock, Kernel.system());
  }

  /**
   * A propagator on other clocks, for tests.
   *
   * @param skew by how much the clocks of two machines may differ, zero to 100 years
   * @param relative writes and reads everything but the point in time
   * @param epochMillis the wall clock
   * @param kernel whose clock a deadline from outside runs on
   * @return the propagator
   */
  public static MessagePropagator withClockSkew(
      Duration skew, EvenkeelPropagator relative, LongSupplier epochMillis, Kernel kernel) {
    return new MessagePropagator(
        Checks.notNull("relative", relative),
        TimeUnit.NANOSECONDS.toMillis(Checks.nonNegativeNanos("clockSkew", skew)),
        Checks.notNull("epochMillis", epochMillis),
        Checks.notNull("kernel", kernel));
  }

  /**
   * The wall clock that it reads.
   *
   * @return milliseconds since 1970
   */
  public long epochMillis() {
    return epochMillis.getAsLong();
  }

  /**
   * How many values of {@code evenkeel-deadline} were ignored because they did not parse.
   *
   * @return from the beginning on
   */
  public long ignoredValues() {
    return ignored.count();
  }

  @Override
  public Collection<String> fields() {
    return fields;
  }

  @Override
  @SuppressWarnings("NullAway") // as in EvenkeelPropagator
  public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
    if (context == null || setter == null) {
      return;
    }
    relative.inject(context, carrier, setter);
    Deadline deadline = CallContexts.effective(context).deadline();
    if (deadline != null) {
      setPoint(deadline.remaining(), carrier, setter);
    }
  }

  private <C> void setPoint(Duration left, @Nullable C carrier, TextMapSetter<C> setter) {
    long at = epochMillis() + left.toMillis();
    setter.set(carrier, DEADLINE, Long.toString(Math.max(0, at)));
  }

  /**
   * Writes another deadline than the one in force: a message outlives the attempt that sends it.
   *
   * @param <C> the type of the carrier
   * @param deadline by when the message is of use
   * @param carrier where to
   * @param setter how
   */
  public <C> void injectDeadline(Deadline deadline, @Nullable C carrier, TextMapSetter<C> setter) {
    Duration left = deadline.remaining();
    setter.set(carrier, EvenkeelPropagator.TIMEOUT, Long.toString(relative.millisToWrite(left)));
    setPoint(left, carrier, setter);
  }

  /**
   * The headers that {@link #injectDeadline} writes.
   *
   * @return two
   */
  public static List<String> deadlineFields() {
    return List.of(EvenkeelPropagator.TIMEOUT, DEADLINE);
  }

  @Override
  @SuppressWarnings("NullAway") // as in EvenkeelPropagator
  public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
    if (context == null || getter == null) {
      return context == null ? Context.root() : context;
    }
    Context said = relative.extract(context, carrier, getter);
    String value = getter.get(carrier, DEADLINE);
    if (value == null) {
      return said;
    }
    long at = WireFormat.epochMillis(value);
    if (at == WireFormat.INVALID) {
      ignored.add(DEADLINE, value, "1 to 15 digits");
      return said;
    }
    long left = Math.max(0, Math.min(at + skewMillis - epochMillis(), WireFormat.MAX_MILLIS));
    CallContext call = CallContexts.effective(said);
    return CallContexts.with(
        said, call.withDeadline(Deadline.after(Duration.ofMillis(left), kernel)));
  }

  @SuppressForbidden("a point in time for other machines is on the wall clock")
  private static long wallClock() {
    return System.currentTimeMillis();
  }

  @Override
  public String toString() {
    return "MessagePropagator(clock skew " + skewMillis + " ms)";
  }
}
