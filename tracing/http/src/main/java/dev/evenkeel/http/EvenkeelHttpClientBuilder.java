package dev.evenkeel.http;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.tracing.AllowedHosts;
import dev.evenkeel.tracing.SpanMode;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Builds an {@link EvenkeelHttpClient}. Not thread-safe. */
public final class EvenkeelHttpClientBuilder {

  private final HttpClient client;
  private Function<HttpRequest, Pipeline> pipelines;
  private HttpOutcomes outcomes = HttpOutcomes.standard();
  private @Nullable OpenTelemetry telemetry;
  private SpanMode spanMode = SpanMode.AUTO;
  private Function<HttpRequest, @Nullable String> urlTemplate = request -> null;
  private AllowedHosts allowedHosts = AllowedHosts.all();
  private Redirect redirects = Redirect.NEVER;
  private Predicate<BodyPublisher> repeatable = body -> false;

  EvenkeelHttpClientBuilder(HttpClient client) {
    this.client = client;
    Pipeline none = Pipeline.of("http-client");
    pipelines = request -> none;
  }

  /**
   * One pipeline for all requests.
   *
   * @param pipeline none by default: only deadlines hold
   * @return this
   */
  public EvenkeelHttpClientBuilder pipeline(Pipeline pipeline) {
    Checks.notNull("pipeline", pipeline);
    pipelines = request -> pipeline;
    return this;
  }

  /**
   * A view of one pipeline for each host and port, as {@link Pipeline#forKey}: policies made by
   * {@link dev.evenkeel.core.PerKey} have a state of their own for each. Hosts may come and go:
   * those that are not used are forgotten.
   *
   * @param pipeline the pipeline
   * @return this
   */
  public EvenkeelHttpClientBuilder pipelinePerHost(Pipeline pipeline) {
    Checks.notNull("pipeline", pipeline);
    pipelines = request -> pipeline.forKey(host(request));
    return this;
  }

  /**
   * A pipeline for each route, or for whatever a request shows.
   *
   * @param newPipelines quick and thread-safe; gives one of pipelines that are made once and kept
   * @return this
   */
  public EvenkeelHttpClientBuilder pipelineFor(Function<HttpRequest, Pipeline> newPipelines) {
    pipelines = Checks.notNull("pipelines", newPipelines);
    return this;
  }

  /**
   * What a status means to the pipeline.
   *
   * @param newOutcomes {@link HttpOutcomes#standard()} by default
   * @return this
   */
  public EvenkeelHttpClientBuilder outcomes(HttpOutcomes newOutcomes) {
    outcomes = Checks.notNull("outcomes", newOutcomes);
    return this;
  }

  /**
   * Whose propagators write the headers, and who gets the spans.
   *
   * @param newTelemetry the global one by default, or none if that is not set
   * @return this
   */
  public EvenkeelHttpClientBuilder openTelemetry(OpenTelemetry newTelemetry) {
    telemetry = Checks.notNull("openTelemetry", newTelemetry);
    return this;
  }

  /**
   * Whether to make a span for each attempt.
   *
   * @param mode {@link SpanMode#AUTO} by default
   * @return this
   */
  public EvenkeelHttpClientBuilder spanMode(SpanMode mode) {
    spanMode = Checks.notNull("spanMode", mode);
    return this;
  }

  /**
   * The template of a request's path, {@code /stock/{sku}}, for the span's name.
   *
   * @param template null for none, which is the default; quick and thread-safe
   * @return this
   */
  public EvenkeelHttpClientBuilder urlTemplate(Function<HttpRequest, @Nullable String> template) {
    urlTemplate = Checks.notNull("urlTemplate", template);
    return this;
  }

  /**
   * To which hosts trace, baggage, deadline and the rest may go. The given client must then not
   * follow redirects itself, because nobody sees what it sends where; {@link #followRedirects}
   * does.
   *
   * @param hosts every host by default
   * @return this
   */
  public EvenkeelHttpClientBuilder allowedHosts(AllowedHosts hosts) {
    allowedHosts = Checks.notNull("allowedHosts", hosts);
    return this;
  }

  /**
   * Follows redirects here instead of in the given client: at most 5, each with a span of its own.
   * Credentials and cookies that were set on the request do not go on to another origin.
   *
   * @param policy {@link Redirect#NEVER} by default: the given client does what it was built for
   * @return this
   */
  public EvenkeelHttpClientBuilder followRedirects(Redirect policy) {
    redirects = Checks.notNull("followRedirects", policy);
    return this;
  }

  /**
   * Which bodies can be sent again, beside the JDK's publishers of strings, bytes and files.
   *
   * @param condition none by default; quick and thread-safe
   * @return this
   */
  public EvenkeelHttpClientBuilder repeatableBodies(Predicate<BodyPublisher> condition) {
    repeatable = Checks.notNull("repeatableBodies", condition);
    return this;
  }

  /**
   * Builds the client.
   *
   * @return a client
   * @throws IllegalArgumentException if the given client follows redirects where this one must
   */
  public HttpClient build() {
    boolean mustNotFollow = allowedHosts.isRestricted() || redirects != Redirect.NEVER;
    if (mustNotFollow && client.followRedirects() != Redirect.NEVER) {
      throw new IllegalArgumentException("client.followRedirects: " + client.followRedirects()
          + " (expected: NEVER, with followRedirects(...) on this builder instead: with allowed"
          + " hosts each redirect must be looked at)");
    }
    OpenTelemetry used = telemetry == null ? GlobalOpenTelemetry.getOrNoop() : telemetry;
    return new EvenkeelHttpClient(new ClientSettings(
        client,
        pipelines,
        outcomes,
        new ClientSpans(used, spanMode, urlTemplate),
        new OutboundHeaders(used, allowedHosts),
        new Redirects(redirects),
        new RepeatableBodies(repeatable)));
  }

  private static String host(HttpRequest request) {
    String host = request.uri().getHost();
    return (host == null ? "unknown" : host.toLowerCase(Locale.ROOT)) + ":"
        + ClientSpans.port(request.uri());
  }
}
