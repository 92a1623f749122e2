package dev.evenkeel.spring.web;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.http.HttpOutcomes;
import dev.evenkeel.tracing.AllowedHosts;
import dev.evenkeel.tracing.CallContexts;
import dev.evenkeel.tracing.EvenkeelPropagator;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * How the requests of a client are made: through which pipeline, what a status means to it, and
 * where the headers of a call may go.
 *
 * <pre>{@code
 * ClientPolicy policy = ClientPolicy.builder()
 *     .pipeline(stock)
 *     .allowedHosts(AllowedHosts.of("stock.example"))
 *     .build();
 * WebClient reactive = WebClient.builder().filter(EvenkeelExchangeFilter.with(policy)).build();
 * RestClient blocking =
 *     RestClient.builder().requestInterceptor(EvenkeelClientInterceptor.with(policy)).build();
 * }</pre>
 *
 * <p>A request can name another pipeline by {@link #through}. Immutable and thread-safe.
 */
public final class ClientPolicy {

  /** The attribute of a request that names its pipeline. */
  private static final String PIPELINE = ClientPolicy.class.getName() + ".pipeline";

  private static final Pipeline NONE = Pipeline.of("spring-http-client");
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE");

  private static final TextMapSetter<HttpHeaders> SET = (headers, name, value) -> {
    if (headers != null) {
      headers.set(name, value);
    }
  };

  /** A trace that is on the request already is that of an observation around the client. */
  private static final TextMapSetter<HttpHeaders> SET_IF_ABSENT = (headers, name, value) -> {
    if (headers != null && !headers.containsHeader(name)) {
      headers.set(name, value);
    }
  };

  private final Function<URI, @Nullable Pipeline> pipelines;
  private final @Nullable Pipelines registry;
  private final HttpOutcomes outcomes;
  private final AllowedHosts allowedHosts;
  private final TextMapPropagator trace;
  private final boolean repeatableBodies;

  private ClientPolicy(Builder builder) {
    pipelines = builder.pipelines;
    registry = builder.registry;
    outcomes = builder.outcomes;
    allowedHosts = builder.allowedHosts;
    OpenTelemetry telemetry =
        builder.telemetry == null ? GlobalOpenTelemetry.getOrNoop() : builder.telemetry;
    trace = telemetry.getPropagators().getTextMapPropagator();
    repeatableBodies = builder.repeatableBodies;
  }

  /**
   * A policy without a pipeline: only deadlines and headers.
   *
   * @return the policy
   */
  public static ClientPolicy standard() {
    return builder().build();
  }

  /**
   * A builder.
   *
   * @return with the settings of {@link #standard}
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Sends a request through another pipeline than the policy's:
   * {@code client.get().uri(...).attributes(ClientPolicy.through("stock"))}. Its name is looked up
   * in the policy's registry when the request is made.
   *
   * @param pipeline the pipeline's name
   * @return for {@code attributes(...)} of a request
   */
  public static Consumer<Map<String, Object>> through(String pipeline) {
    Checks.name("pipeline", pipeline);
    return attributes -> attributes.put(PIPELINE, pipeline);
  }

  /**
   * Sends a request through another pipeline than the policy's.
   *
   * @param pipeline the pipeline, or a view of one
   * @return for {@code attributes(...)} of a request
   */
  public static Consumer<Map<String, Object>> through(Pipeline pipeline) {
    Checks.notNull("pipeline", pipeline);
    return attributes -> attributes.put(PIPELINE, pipeline);
  }

  /** The pipeline of a request, without its retries and hedges if it must not be sent twice. */
  Pipeline pipeline(
      String method, URI uri, Map<String, Object> attributes, boolean hasKey, boolean hasBytes) {
    Pipeline pipeline = named(attributes.get(PIPELINE));
    if (pipeline == null) {
      pipeline = pipelines.apply(uri);
    }
    if (pipeline == null) {
      pipeline = NONE;
    }
    boolean mayRepeat = (hasKey || IDEMPOTENT.contains(method)) && (hasBytes || repeatableBodies);
    return mayRepeat ? pipeline : pipeline.withoutRepeats();
  }

  private @Nullable Pipeline named(@Nullable Object attribute) {
    if (attribute instanceof Pipeline given) {
      return given;
    }
    if (attribute == null) {
      return null;
    }
    String name = attribute.toString();
    Pipelines known = registry;
    if (known == null) {
      throw new IllegalArgumentException("pipeline of the request: \"" + name
          + "\" (expected: a policy with a registry, ClientPolicy.builder().registry(pipelines))");
    }
    return known.find(name).orElseThrow(() -> {
      List<String> names = known.all().stream().map(Pipeline::name).toList();
      return new IllegalArgumentException(
          "pipeline of the request: \"" + name + "\" (expected: one of " + names + ")");
    });
  }

  /** The context of a call, with the key that is on its request. */
  static CallContext withKey(CallContext context, HttpHeaders headers) {
    String key = headers.getFirst(IDEMPOTENCY_KEY);
    if (key == null || context.idempotencyKey() != null) {
      return context;
    }
    try {
      return context.withIdempotencyKey(key);
    } catch (IllegalArgumentException noKey) {
      return context; // it goes out as it is
    }
  }

  static boolean hasKey(CallContext context, HttpHeaders headers) {
    return context.idempotencyKey() != null || headers.containsHeader(IDEMPOTENCY_KEY);
  }

  /** Whether headers go to a host at all. */
  boolean allows(URI uri) {
    return allowedHosts.allows(uri.getHost());
  }

  /** Puts onto an attempt's request what travels with the call; in force on this thread. */
  void addHeaders(URI uri, HttpHeaders headers) {
    if (!allows(uri)) {
      return;
    }
    Context context = Context.current();
    trace.inject(context, headers, SET_IF_ABSENT);
    EvenkeelPropagator.standard().inject(context, headers, SET);
    String key = CallContexts.effective(context).idempotencyKey();
    if (key != null && !headers.containsHeader(IDEMPOTENCY_KEY)) {
      headers.set(IDEMPOTENCY_KEY, key);
    }
  }

  /** What the pipeline should see instead of an answer; null if the answer itself. */
  @Nullable RuntimeException failure(int status, HttpHeaders headers) {
    try {
      Object unused = outcomes.check(headers, status, headers::getFirst);
      return null;
    } catch (RuntimeException failure) {
      return failure;
    }
  }

  @Override
  public String toString() {
    return "ClientPolicy(" + allowedHosts + ")";
  }

  /** Builds a {@link ClientPolicy}. Not thread-safe. */
  public static final class Builder {

    private Function<URI, @Nullable Pipeline> pipelines = uri -> null;
    private @Nullable Pipelines registry;
    private HttpOutcomes outcomes = HttpOutcomes.standard();
    private AllowedHosts allowedHosts = AllowedHosts.all();
    private @Nullable OpenTelemetry telemetry;
    private boolean repeatableBodies;

    private Builder() {}

    /**
     * One pipeline for all requests.
     *
     * @param pipeline none by default: only deadlines hold
     * @return this
     */
    public Builder pipeline(Pipeline pipeline) {
      Checks.notNull("pipeline", pipeline);
      pipelines = uri -> pipeline;
      return this;
    }

    /**
     * A view of one pipeline for each host and port, as {@link Pipeline#forKey}: policies made by
     * {@link dev.evenkeel.core.PerKey} have a state of their own for each.
     *
     * @param pipeline the pipeline
     * @return this
     */
    public Builder pipelinePerHost(Pipeline pipeline) {
      Checks.notNull("pipeline", pipeline);
      pipelines = uri -> pipeline.forKey(host(uri));
      return this;
    }

    /**
     * A pipeline for each host or route.
     *
     * @param newPipelines quick and thread-safe; gives one of pipelines that are made once and
     *     kept, or null for none
     * @return this
     */
    public Builder pipelineFor(Function<URI, @Nullable Pipeline> newPipelines) {
      pipelines = Checks.notNull("pipelines", newPipelines);
      return this;
    }

    /**
     * Where the names that requests give are looked up, see {@link ClientPolicy#through}.
     *
     * @param newRegistry none by default
     * @return this
     */
    public Builder registry(Pipelines newRegistry) {
      registry = Checks.notNull("registry", newRegistry);
      return this;
    }

    /**
     * What a status means to the pipeline.
     *
     * @param newOutcomes {@link HttpOutcomes#standard()} by default
     * @return this
     */
    public Builder outcomes(HttpOutcomes newOutcomes) {
      outcomes = Checks.notNull("outcomes", newOutcomes);
      return this;
    }

    /**
     * To which hosts trace, deadline, criticality and keys may go. What the client sends on by a
     * redirect of its own is not seen here.
     *
     * @param hosts every host by default
     * @return this
     */
    public Builder allowedHosts(AllowedHosts hosts) {
      allowedHosts = Checks.notNull("allowedHosts", hosts);
      return this;
    }

    /**
     * Whose propagators write the trace, where a request has none yet.
     *
     * @param newTelemetry the global one by default; {@link OpenTelemetry#noop()} beside Spring's
     *     observation of the client, which writes it
     * @return this
     */
    public Builder openTelemetry(OpenTelemetry newTelemetry) {
      telemetry = Checks.notNull("openTelemetry", newTelemetry);
      return this;
    }

    /**
     * Whether the bodies of a {@code WebClient}'s requests can be sent again, so that requests that
     * have one are repeated too: values can, a publisher only if it begins anew for each
     * subscriber. The bodies of a {@code RestClient} always can.
     *
     * @param repeatable false by default
     * @return this
     */
    public Builder repeatableBodies(boolean repeatable) {
      repeatableBodies = repeatable;
      return this;
    }

    /**
     * Builds the policy.
     *
     * @return the policy
     */
    public ClientPolicy build() {
      return new ClientPolicy(this);
    }

    private static String host(URI uri) {
      String host = uri.getHost();
      boolean secure = "https".equalsIgnoreCase(uri.getScheme());
      int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
      return (host == null ? "unknown" : host.toLowerCase(Locale.ROOT)) + ":" + port;
    }
  }
}
