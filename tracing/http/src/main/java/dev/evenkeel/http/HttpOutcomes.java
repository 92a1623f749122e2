package dev.evenkeel.http;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.RefusalReason;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Says what an HTTP status means to a pipeline. By default 5xx, 429 and 408 are failures, and
 * everything else is an answer, 4xx too. A 503 or 429 that says when to come back, within 30 s, is
 * the server's capacity and no sign that it is broken: retried when it asked for, but not held
 * against it by a breaker.
 *
 * <p>For your own client one line around the call is enough:
 *
 * <pre>{@code
 * Response answer = pipeline.call(() -> {
 *   Response response = client.execute(request);
 *   return HttpOutcomes.standard().check(response, response.code(), response::header);
 * });
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class HttpOutcomes {

  /** With the fifth that a retry adds at random, 5 s. */
  private static final Duration DEFAULT_MAX_WAIT = Duration.ofMillis(4_166);

  private static final Duration DEFAULT_CAPACITY_UP_TO = Duration.ofSeconds(30);
  private static final HttpOutcomes STANDARD = new HttpOutcomes(
      status -> status >= 500 || status == 429 || status == 408,
      DEFAULT_MAX_WAIT,
      DEFAULT_CAPACITY_UP_TO);

  private final IntPredicate failures;
  private final Duration maxWait;
  private final Duration capacityUpTo;

  private HttpOutcomes(IntPredicate failures, Duration maxWait, Duration capacityUpTo) {
    this.failures = failures;
    this.maxWait = maxWait;
    this.capacityUpTo = capacityUpTo;
  }

  /**
   * 5xx, 429 and 408 are failures.
   *
   * @return the shared one
   */
  public static HttpOutcomes standard() {
    return STANDARD;
  }

  /**
   * With other statuses as failures.
   *
   * @param newFailures which statuses; quick and thread-safe
   * @return a new one
   */
  public HttpOutcomes failures(IntPredicate newFailures) {
    return new HttpOutcomes(Checks.notNull("failures", newFailures), maxWait, capacityUpTo);
  }

  /**
   * With another bound on what a server may ask to wait. A longer time is cut to it.
   *
   * @param wait zero to 100 years; 4.2 s by default, which a retry stretches to at most 5 s
   * @return a new one
   */
  public HttpOutcomes maxRetryAfter(Duration wait) {
    Checks.nonNegativeNanos("maxRetryAfter", wait);
    return new HttpOutcomes(failures, wait, capacityUpTo);
  }

  /**
   * With another bound on what is taken for the server's capacity: a 503 or 429 that asks for more
   * than that is a failure like any other, so that a server which is away for long opens a breaker.
   *
   * @param time zero, for never, to 100 years; 30 s by default
   * @return a new one
   */
  public HttpOutcomes capacityUpTo(Duration time) {
    Checks.nonNegativeNanos("capacityUpTo", time);
    return new HttpOutcomes(failures, maxWait, time);
  }

  /**
   * Gives an answer back, or throws what a pipeline should see instead.
   *
   * @param <R> the type of the answer
   * @param response the answer
   * @param status its status
   * @param header reads the first value of a header by its name, in any case; null if there is none
   * @return the answer
   * @throws HttpStatusException if the status is a failure
   * @throws CallRefusedException if the server says when it has capacity again
   */
  public <R> R check(R response, int status, Function<String, @Nullable String> header) {
    Checks.notNull("response", response);
    RuntimeException failure = failure("http", status, Checks.notNull("header", header));
    if (failure != null) {
      throw failure;
    }
    return response;
  }

  /**
   * Gives an answer of the JDK's client back, or throws what a pipeline should see instead.
   *
   * @param <T> the type of the body
   * @param response the answer
   * @return the answer
   * @throws HttpStatusException if the status is a failure
   * @throws CallRefusedException if the server says when it has capacity again
   */
  public <T> HttpResponse<T> check(HttpResponse<T> response) {
    return check(
        response,
        response.statusCode(),
        name -> response.headers().firstValue(name).orElse(null));
  }

  /** What a pipeline should see instead of an answer; null if the answer itself. */
  @Nullable RuntimeException failure(
      String pipelineName, int status, Function<String, @Nullable String> header) {
    if (!failures.test(status)) {
      return null;
    }
    Duration asked = RetryAfterHeader.read(header);
    if (asked != null && (status == 503 || status == 429) && asked.compareTo(capacityUpTo) <= 0) {
      // Not RATE_LIMIT, which is a limit of this process's own and never retried.
      RefusalReason reason = status == 429 ? RefusalReason.OTHER : RefusalReason.CONCURRENCY_LIMIT;
      return new CallRefusedException(pipelineName, "http-" + status, reason, clamped(asked));
    }
    return new HttpStatusException(status, asked == null ? Duration.ZERO : clamped(asked));
  }

  private Duration clamped(Duration asked) {
    return asked.compareTo(maxWait) > 0 ? maxWait : asked;
  }
}
