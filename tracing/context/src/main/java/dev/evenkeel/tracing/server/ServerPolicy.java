package dev.evenkeel.tracing.server;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.tracing.SpanMode;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a server treats calls that come in: how long they may take, whose headers it believes, and
 * what it does under overload.
 *
 * <pre>{@code
 * ServerPolicy policy = ServerPolicy.builder("orders")
 *     .defaultDeadline(Duration.ofSeconds(2))
 *     .limits(AdaptiveLimit.standard())
 *     .edgeTrust(EdgeTrust.ACCEPT)
 *     .build();
 * }</pre>
 *
 * <p>Immutable and thread-safe; its limits are its state, so make one for each server.
 */
public final class ServerPolicy {

  /** With less than this an honest caller would not have asked: at the edge it is no deadline. */
  private static final Duration LEAST_AT_THE_EDGE = Duration.ofMillis(10);

  private final Pipeline limits;
  private final @Nullable Duration defaultDeadline;
  private final EdgeTrust trust;
  private final SpanMode spanMode;
  private final OpenTelemetry telemetry;

  private ServerPolicy(Builder builder) {
    limits = Pipeline.of(builder.name, builder.policies());
    defaultDeadline = builder.defaultDeadline;
    trust = builder.trust;
    spanMode = builder.spanMode;
    telemetry = builder.telemetry == null ? GlobalOpenTelemetry.getOrNoop() : builder.telemetry;
  }

  /**
   * A policy that accepts what its callers say, with neither a deadline of its own nor limits.
   *
   * @param name the server's name, for errors, logs and metrics
   * @return the policy
   */
  public static ServerPolicy standard(String name) {
    return builder(name).build();
  }

  /**
   * A builder.
   *
   * @param name the server's name, for errors, logs and metrics
   * @return with the settings of {@link #standard}
   */
  public static Builder builder(String name) {
    return new Builder(Checks.name("name", name));
  }

  Pipeline limits() {
    return limits;
  }

  SpanMode spanMode() {
    return spanMode;
  }

  OpenTelemetry telemetry() {
    return telemetry;
  }

  /** What holds for a call, from what its headers say. */
  CallContext admitted(CallContext said) {
    CallContext own = CallContext.current();
    Deadline deadline = trust == EdgeTrust.IGNORE ? null : said.deadline();
    if (deadline != null && trust == EdgeTrust.CLAMP) {
      deadline = deadline.remaining().compareTo(LEAST_AT_THE_EDGE) < 0
          ? Deadline.after(LEAST_AT_THE_EDGE)
          : deadline;
    }
    CallContext admitted = deadline == null ? own : own.withDeadline(deadline);
    return switch (trust) {
      case IGNORE -> admitted;
      case CLAMP ->
        said.criticality().compareTo(Criticality.CRITICAL) > 0
            ? admitted.withCriticality(said.criticality())
            : admitted;
      case ACCEPT -> admitted.withCriticality(said.criticality());
    };
  }

  @Override
  public String toString() {
    return "ServerPolicy(" + limits.name() + ", " + trust + ", "
        + (defaultDeadline == null ? "no deadline of its own" : defaultDeadline) + ")";
  }

  /** Builds a {@link ServerPolicy}. Not thread-safe. */
  public static final class Builder {

    private final String name;
    private Policy[] limits = {};
    private @Nullable Duration defaultDeadline;
    private EdgeTrust trust = EdgeTrust.ACCEPT;
    private SpanMode spanMode = SpanMode.AUTO;
    private @Nullable OpenTelemetry telemetry;

    private Builder(String name) {
      this.name = name;
    }

    /**
     * The longest a call may take, and the time of one that brings no deadline.
     *
     * @param time more than zero, at most 100 years; none by default
     * @return this
     */
    public Builder defaultDeadline(Duration time) {
      Checks.positiveNanos("defaultDeadline", time);
      defaultDeadline = time;
      return this;
    }

    /** A time of the server's own is evidence that it is slow; a caller's short deadline is not. */
    private Policy[] policies() {
      Duration time = defaultDeadline;
      if (time == null) {
        return limits;
      }
      Policy[] all = Arrays.copyOf(limits, limits.length + 1);
      all[limits.length] = Timeout.total(time);
      return all;
    }

    /**
     * What bounds the calls that are worked on, so that under overload the least critical ones are
     * refused, at once and with an honest answer.
     *
     * @param newLimits concurrency and rate limits, adaptive or fixed, or gates of your own; none
     *     by default
     * @return this
     * @throws IllegalArgumentException if one of them would make a call twice or answer for it
     */
    public Builder limits(Policy... newLimits) {
      Checks.notNull("limits", newLimits);
      for (Policy one : newLimits) {
        switch (Checks.notNull("limits", one).position()) {
          case CIRCUIT_BREAKER, RATE_LIMIT, CONCURRENCY_LIMIT, FAULT_INJECTION -> {}
          default ->
            throw new IllegalArgumentException("limits: " + one
                + " (expected: gates; a server neither repeats a call nor answers for it, and its"
                + " timeout is defaultDeadline)");
        }
      }
      limits = newLimits.clone();
      return this;
    }

    /**
     * Whose word counts.
     *
     * @param newTrust {@link EdgeTrust#ACCEPT} by default; choose another one where strangers call
     * @return this
     */
    public Builder edgeTrust(EdgeTrust newTrust) {
      trust = Checks.notNull("edgeTrust", newTrust);
      return this;
    }

    /**
     * Whether to make a span for each call.
     *
     * @param mode {@link SpanMode#AUTO} by default
     * @return this
     */
    public Builder spanMode(SpanMode mode) {
      spanMode = Checks.notNull("spanMode", mode);
      return this;
    }

    /**
     * Whose propagators read the headers, and who gets the spans.
     *
     * @param newTelemetry the global one by default, or none if that is not set
     * @return this
     */
    public Builder openTelemetry(OpenTelemetry newTelemetry) {
      telemetry = Checks.notNull("openTelemetry", newTelemetry);
      return this;
    }

    /**
     * Builds the policy.
     *
     * @return the policy
     */
    public ServerPolicy build() {
      return new ServerPolicy(this);
    }
  }
}
