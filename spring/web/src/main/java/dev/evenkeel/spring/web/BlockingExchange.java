package dev.evenkeel.spring.web;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.support.HttpRequestWrapper;

/**
 * One request of a blocking client with all its attempts. It knows every answer, so that when the
 * call ends, whatever its caller did not get is closed.
 */
final class BlockingExchange {

  /**
   * An answer that came.
   *
   * @param failure what the pipeline was shown instead of it; null if it is no failure
   */
  private record Came(GuardedResponse response, @Nullable RuntimeException failure) {}

  private final ClientPolicy policy;
  private final Pipeline pipeline;
  private final boolean repeats;
  private final HttpRequest request;
  private final byte[] body;
  private final ClientHttpRequestExecution execution;
  private final @Nullable Deadline callersDeadline;
  private final Queue<Came> answers = new ConcurrentLinkedQueue<>();
  private volatile boolean finished;

  BlockingExchange(
      ClientPolicy policy,
      Pipeline pipeline,
      HttpRequest request,
      byte[] body,
      ClientHttpRequestExecution execution,
      CallContext context) {
    this.policy = policy;
    this.pipeline = pipeline;
    this.request = request;
    this.body = body;
    this.execution = execution;
    callersDeadline = context.deadline();
    repeats = pipeline.policies().stream()
        .anyMatch(one ->
            one.position() == Policy.Position.RETRY || one.position() == Policy.Position.HEDGE);
  }

  ClientHttpResponse make() throws IOException {
    ClientHttpResponse outcome = null;
    try {
      outcome = pipeline.<ClientHttpResponse, IOException>call(this::attempt);
      return outcome;
    } catch (IOException | RuntimeException failure) {
      outcome = answerBehind(failure);
      if (outcome == null) {
        throw failure;
      }
      return outcome;
    } finally {
      finish(outcome);
    }
  }

  private ClientHttpResponse attempt() throws IOException {
    Deadline deadline = pipeline.isObserveOnly() ? null : inForce();
    RuntimeException ifOverdue =
        deadline == null ? null : OverdueBody.whose(pipeline.name(), deadline, callersDeadline);
    ClientHttpResponse response = execution.execute(prepared(), body);
    RuntimeException failure = failure(response);
    GuardedResponse answer = failure != null && repeats
        ? GuardedResponse.kept(response)
        : GuardedResponse.streaming(response, deadline, ifOverdue);
    answers.add(new Came(answer, failure));
    if (finished) {
      answer.abort(); // the call was given up meanwhile
    }
    if (failure != null) {
      throw failure;
    }
    return answer;
  }

  private static @Nullable Deadline inForce() {
    return CallContexts.effective(Context.current()).deadline();
  }

  private @Nullable RuntimeException failure(ClientHttpResponse response) throws IOException {
    try {
      return policy.failure(response.getStatusCode().value(), response.getHeaders());
    } catch (IOException | RuntimeException unread) {
      response.close();
      throw unread;
    }
  }

  /** Each attempt has headers of its own: two of them may be under way at a time. */
  private HttpRequest prepared() {
    if (!policy.allows(request.getURI())) {
      return request;
    }
    HttpHeaders headers = new HttpHeaders();
    headers.addAll(request.getHeaders());
    policy.addHeaders(request.getURI(), headers);
    return new HttpRequestWrapper(request) {
      @Override
      public HttpHeaders getHeaders() {
        return headers;
      }
    };
  }

  /** The answer behind a failure that the pipeline let through; null if there was none. */
  @SuppressWarnings("ReferenceEquality") // the very same
  private @Nullable ClientHttpResponse answerBehind(Throwable failure) {
    for (Came answer : answers) {
      if (answer.failure() == failure) {
        return answer.response();
      }
    }
    return null;
  }

  /** The call has ended: closes whatever its caller did not get. */
  @SuppressWarnings("ReferenceEquality") // as above
  private void finish(@Nullable ClientHttpResponse outcome) {
    finished = true;
    for (Came answer : answers) {
      if (answer.response() != outcome) {
        answer.response().abort();
      }
    }
  }
}
