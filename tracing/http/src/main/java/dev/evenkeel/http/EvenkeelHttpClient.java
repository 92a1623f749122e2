package dev.evenkeel.http;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's HTTP client behind a pipeline: a drop-in {@link HttpClient} around any given one.
 *
 * <pre>{@code
 * HttpClient client = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
 *     .pipeline(Pipeline.of("stock", Timeout.ofMillis(300), Retry.jittered(3), CircuitBreaker.standard()))
 *     .build();
 * HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
 * }</pre>
 *
 * <ul>
 *   <li><b>Deadline</b>: what is left of the caller's, or of a timeout of the pipeline, holds for
 *       connecting, headers and body together, for every kind of body handler. When it has passed
 *       or the call is cancelled, the exchange is closed, also in mid-body; a stream that is being
 *       read fails. It goes to the server as {@code evenkeel-timeout-ms}.
 *   <li><b>Retries and hedges</b> of the pipeline hold for idempotent methods and for requests with
 *       an {@code Idempotency-Key}, whose body can be sent again. All others are sent once.
 *   <li><b>Status</b>: the pipeline sees a failure where {@link HttpOutcomes} says so; the caller
 *       gets the last answer itself, as from any {@code HttpClient}.
 *   <li>What the pipeline throws is a {@link dev.evenkeel.core.PipelineException}, which is
 *       unchecked. A {@link HttpRequest#timeout()} is taken as a deadline for the whole call; when
 *       it has passed, an {@link HttpTimeoutException} is thrown.
 * </ul>
 *
 * <p>Everything else is the given client's. Thread-safe.
 */
public final class EvenkeelHttpClient extends HttpClient {

  private final ClientSettings settings;

  EvenkeelHttpClient(ClientSettings settings) {
    this.settings = settings;
  }

  /**
   * A builder.
   *
   * @param client makes the requests
   * @return without a pipeline: deadlines, headers and spans only
   */
  public static EvenkeelHttpClientBuilder builder(HttpClient client) {
    return new EvenkeelHttpClientBuilder(Checks.notNull("client", client));
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    Start<T> start = start(request, handler, null);
    HttpCall<T> call = start.call();
    HttpResponse<T> outcome = null;
    try {
      outcome = start
          .context()
          .call(() -> start.pipeline().<HttpResponse<T>, Exception>call(call::attempt));
      return outcome;
    } catch (Throwable failure) {
      outcome = call.answerBehind(failure);
      if (outcome == null) {
        throw Sneaky.asIs(start.translated(failure));
      }
      return outcome;
    } finally {
      call.finish(outcome);
    }
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    return sendAsync(request, handler, null);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      BodyHandler<T> handler,
      @Nullable PushPromiseHandler<T> pushPromiseHandler) {
    Start<T> start = start(request, handler, pushPromiseHandler);
    HttpCall<T> call = start.call();
    CompletableFuture<HttpResponse<T>> outcome =
        start.context().call(() -> start.pipeline().callAsync(call::start));
    ForwardingFuture<HttpResponse<T>> answer = new ForwardingFuture<>(outcome);
    CompletionStage<HttpResponse<T>> ending = outcome;
    ending.whenComplete((response, thrown) -> {
      HttpResponse<T> result = response;
      Throwable failure = thrown instanceof CompletionException && thrown.getCause() != null
          ? thrown.getCause()
          : thrown;
      if (failure != null) {
        result = call.answerBehind(failure);
      }
      call.finish(result);
      if (failure == null || result != null) {
        answer.complete(result);
      } else {
        answer.completeExceptionally(start.translated(failure));
      }
    });
    // Whoever completes it otherwise, as orTimeout does, has given the call up.
    CompletionStage<HttpResponse<T>> given = answer;
    given.whenComplete((response, failure) -> outcome.cancel(true));
    return answer;
  }

  private <T> Start<T> start(
      HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushes) {
    Checks.notNull("request", request);
    Checks.notNull("responseBodyHandler", handler);
    Context parent = Context.current();
    CallContext context = CallContexts.effective(parent);
    Deadline timeout = request
        .timeout()
        .filter(time -> time.compareTo(Checks.MAX_DURATION) <= 0) // beyond that it is none
        .map(Deadline::after)
        .orElse(null);
    if (timeout != null) {
      context = context.withDeadline(timeout);
    }
    String key = request.headers().firstValue(RepeatableBodies.IDEMPOTENCY_KEY).orElse(null);
    if (key != null && context.idempotencyKey() == null) {
      context = withKey(context, key);
    }
    Pipeline pipeline = settings.pipelines().apply(request);
    if (!settings.bodies().mayRepeat(request, context.idempotencyKey() != null)) {
      pipeline = pipeline.withoutRepeats();
    }
    HttpCall<T> call =
        new HttpCall<>(settings, pipeline.name(), request, handler, pushes, parent, context);
    return new Start<>(pipeline, context, call, timeout);
  }

  /** The header goes out as it is; only one that is a key lets hedges know that there is one. */
  private static CallContext withKey(CallContext context, String key) {
    try {
      return context.withIdempotencyKey(key);
    } catch (IllegalArgumentException noKey) {
      return context;
    }
  }

  /** What a call begins with. */
  private record Start<T>(
      Pipeline pipeline,
      CallContext context,
      HttpCall<T> call,
      @Nullable Deadline timeout) {

    /** A timeout of the request itself ends as the JDK's users expect it to. */
    Throwable translated(Throwable failure) {
      if (failure instanceof DeadlineExceededException && timeout != null && timeout.isExpired()) {
        HttpTimeoutException timedOut = new HttpTimeoutException("request timed out");
        timedOut.initCause(failure);
        return timedOut;
      }
      return failure;
    }
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return settings.client().cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return settings.client().connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    Redirect own = settings.redirects().policy();
    return own == Redirect.NEVER ? settings.client().followRedirects() : own;
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return settings.client().proxy();
  }

  @Override
  public SSLContext sslContext() {
    return settings.client().sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return settings.client().sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return settings.client().authenticator();
  }

  @Override
  public Version version() {
    return settings.client().version();
  }

  @Override
  public Optional<Executor> executor() {
    return settings.client().executor();
  }

  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    return settings.client().newWebSocketBuilder();
  }

  /** Shuts the given client down, from JDK 21 on; before that it does nothing. */
  public void shutdown() {
    LaterJdk.shutdown(settings.client());
  }

  /** Shuts the given client down at once, from JDK 21 on; before that it does nothing. */
  public void shutdownNow() {
    LaterJdk.shutdownNow(settings.client());
  }

  /**
   * Whether the given client has ended after a shutdown.
   *
   * @return false before JDK 21
   */
  public boolean isTerminated() {
    return LaterJdk.isTerminated(settings.client());
  }

  /**
   * Waits for the given client to end after a shutdown, from JDK 21 on.
   *
   * @param time how long
   * @return whether it has ended; false before JDK 21
   * @throws InterruptedException if the thread is interrupted
   */
  public boolean awaitTermination(Duration time) throws InterruptedException {
    return LaterJdk.awaitTermination(settings.client(), time);
  }

  @Override
  public String toString() {
    return "EvenkeelHttpClient(" + settings.client() + ")";
  }
}
