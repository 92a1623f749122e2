package dev.evenkeel.outbox;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.tracing.MessagePropagator;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Builds an {@link OutboxRelay}. Not thread-safe. */
public final class OutboxRelayBuilder {

  private static final int MAX_BATCH = 1_000;
  private static final int DEFAULT_BATCH = 100;
  private static final long DEFAULT_POLL_MILLIS = 500;
  private static final int DEFAULT_MAX_FAILURES = 10;
  private static final long DEFAULT_OLD_MILLIS = 60_000;

  private final DataSource source;
  private final OutboxPublisher publisher;
  private final List<Pipeline> needs = new ArrayList<>();
  private Pipeline pipeline = Pipeline.of("outbox");
  private int batch = DEFAULT_BATCH;
  private long pollNanos = TimeUnit.MILLISECONDS.toNanos(DEFAULT_POLL_MILLIS);
  private int maxFailures = DEFAULT_MAX_FAILURES;
  private boolean setAside = true;
  private long oldAfterNanos = TimeUnit.MILLISECONDS.toNanos(DEFAULT_OLD_MILLIS);
  private Criticality criticalityOfOld = Criticality.SHEDDABLE_PLUS;
  private @Nullable OpenTelemetry telemetry;
  private Kernel kernel = Kernel.system();

  OutboxRelayBuilder(DataSource source, OutboxPublisher publisher) {
    this.source = source;
    this.publisher = publisher;
  }

  /**
   * The pipeline that each message is published through. Give it a timeout, as a round's
   * transaction stays open while a message is sent, and a breaker, which tells a broker that is
   * away from a message that always fails.
   *
   * @param newPipeline one without policies by default
   * @return this
   */
  public OutboxRelayBuilder pipeline(Pipeline newPipeline) {
    pipeline = Checks.notNull("pipeline", newPipeline);
    return this;
  }

  /**
   * Names pipelines that the publisher calls by itself, so that the relay paces itself by their
   * breakers too.
   *
   * @param pipelines at least one
   * @return this
   */
  public OutboxRelayBuilder needs(Pipeline... pipelines) {
    for (Pipeline one : pipelines) {
      needs.add(Checks.notNull("needs", one));
    }
    return this;
  }

  /**
   * How many messages to take at a time.
   *
   * @param messages 1 to 1,000; 100 by default
   * @return this
   */
  public OutboxRelayBuilder batch(int messages) {
    batch = Checks.range("batch", messages, 1, MAX_BATCH);
    return this;
  }

  /**
   * How long to wait, more or less by a quarter, before looking again when there was nothing left.
   *
   * @param interval more than zero; 500 ms by default
   * @return this
   */
  public OutboxRelayBuilder pollInterval(Duration interval) {
    pollNanos = Checks.positiveNanos("pollInterval", interval);
    return this;
  }

  /**
   * How often a message may fail by its own fault before it is set aside. Until then its key waits,
   * with 1 s to 60 s between attempts. A failure is the message's own while the breaker is closed;
   * without a breaker, if others have got through since it failed before.
   *
   * @param failures 1 to 1,000; 10 by default
   * @return this
   */
  public OutboxRelayBuilder maxFailures(int failures) {
    maxFailures = Checks.range("maxFailures", failures, 1, MAX_BATCH);
    return this;
  }

  /**
   * Whether a message that has failed too often is set aside, so that its key goes on without it;
   * else its key waits until somebody has mended it.
   *
   * @param newSetAside true by default
   * @return this
   */
  public OutboxRelayBuilder setAside(boolean newSetAside) {
    setAside = newSetAside;
    return this;
  }

  /**
   * From which age on a message is of lower criticality, so that a backlog gives way to new work.
   *
   * @param age zero to 100 years; 1 min by default
   * @param most the criticality that old ones have at most; {@link Criticality#SHEDDABLE_PLUS} by
   *     default
   * @return this
   */
  public OutboxRelayBuilder oldAfter(Duration age, Criticality most) {
    oldAfterNanos = Checks.nonNegativeNanos("oldAfter", age);
    criticalityOfOld = Checks.notNull("criticality", most);
    return this;
  }

  /**
   * Whose propagators read the trace.
   *
   * @param newTelemetry the global one by default, or none if that is not set
   * @return this
   */
  public OutboxRelayBuilder openTelemetry(OpenTelemetry newTelemetry) {
    telemetry = Checks.notNull("openTelemetry", newTelemetry);
    return this;
  }

  /** For tests. */
  OutboxRelayBuilder kernel(Kernel newKernel) {
    kernel = newKernel;
    return this;
  }

  /**
   * Builds the relay. It does nothing before it is started.
   *
   * @return a relay
   */
  public OutboxRelay build() {
    List<Pipeline> watched = new ArrayList<>(needs);
    watched.add(pipeline);
    return new OutboxRelay(new RelaySettings(
        source,
        publisher,
        pipeline,
        new Pace(List.copyOf(watched)),
        batch,
        pollNanos,
        maxFailures,
        setAside,
        TimeUnit.NANOSECONDS.toMillis(oldAfterNanos),
        criticalityOfOld,
        telemetry == null ? GlobalOpenTelemetry.getOrNoop() : telemetry,
        MessagePropagator.standard(),
        kernel));
  }
}
