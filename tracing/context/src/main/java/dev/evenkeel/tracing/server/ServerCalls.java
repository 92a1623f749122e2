package dev.evenkeel.tracing.server;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.tracing.CallContexts;
import dev.evenkeel.tracing.EvenkeelPropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;

/**
 * The calls of one server: the part of a server filter that knows nothing of a transport. For those
 * who write one; users of the JDK's server or of a servlet container have theirs. Thread-safe.
 */
public final class ServerCalls {

  private final ServerPolicy policy;
  private final ServerSpans spans;
  private final boolean makesSpans;
  private final Pipeline worker;
  private final ServiceTime serviceTime = new ServiceTime();
  private final Kernel kernel = Kernel.system();

  private ServerCalls(ServerPolicy policy, boolean makesSpans) {
    this.policy = policy;
    spans = new ServerSpans(policy);
    this.makesSpans = makesSpans;
    worker = Pipeline.of(policy.limits().name());
  }

  /**
   * For one server.
   *
   * @param policy how it treats its calls
   * @return its calls
   */
  public static ServerCalls with(ServerPolicy policy) {
    Checks.notNull("policy", policy);
    return new ServerCalls(policy, policy.spanMode().makesSpans());
  }

  /**
   * For a server where no span can be in force while its work is done, as on Reactor, or where
   * another instrumentation makes them: whatever the policy's {@link dev.evenkeel.tracing.SpanMode}
   * says, none is made, and only Evenkeel's own headers are read.
   *
   * @param policy how it treats its calls
   * @return its calls
   */
  public static ServerCalls withoutSpans(ServerPolicy policy) {
    return new ServerCalls(Checks.notNull("policy", policy), false);
  }

  /**
   * A call has come in. Beside OpenTelemetry's agent or a Spring observation, which have read the
   * trace already, only Evenkeel's own headers are read.
   *
   * @param <C> what the headers are read from
   * @param carrier what the headers are read from
   * @param getter reads them
   * @param request what the span says
   * @return the call, to be run and ended
   */
  public <C> ServerCall begin(C carrier, TextMapGetter<C> getter, ServerRequest request) {
    Context outer = Context.current();
    Context traced = makesSpans
        ? policy.telemetry().getPropagators().getTextMapPropagator().extract(outer, carrier, getter)
        : outer;
    Context said = EvenkeelPropagator.standard().extract(traced, carrier, getter);
    CallContext call = policy.admitted(CallContexts.effective(said));
    Span span =
        makesSpans ? spans.start(CallContexts.with(traced, call), request) : Span.getInvalid();
    Context context = makesSpans ? said.with(span) : said;
    return new ServerCall(this, call, CallContexts.with(context, call), span);
  }

  Pipeline limits() {
    return policy.limits();
  }

  Pipeline worker() {
    return worker;
  }

  ServiceTime serviceTime() {
    return serviceTime;
  }

  Kernel kernel() {
    return kernel;
  }
}
