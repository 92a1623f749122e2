package dev.evenkeel.spring.web;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineException;
import dev.evenkeel.core.Policy;
import dev.evenkeel.reactor.ReactivePipeline;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.context.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/**
 * One request of a {@code WebClient} for one subscriber, with all its attempts. It knows every
 * answer, so that when the call ends, whatever the subscriber did not get is closed.
 */
final class ExchangeCall {

  private final ClientPolicy policy;
  private final Pipeline pipeline;
  private final boolean repeats;
  private final ClientRequest request;
  private final ExchangeFunction next;
  private final @Nullable Deadline callersDeadline;
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Answer given;
  private volatile boolean finished;

  ExchangeCall(
      ClientPolicy policy,
      Pipeline pipeline,
      ClientRequest request,
      ExchangeFunction next,
      CallContext context) {
    this.policy = policy;
    this.pipeline = pipeline;
    this.request = request;
    this.next = next;
    callersDeadline = context.deadline();
    repeats = pipeline.policies().stream().anyMatch(ExchangeCall::repeats);
  }

  private static boolean repeats(Policy one) {
    return one.position() == Policy.Position.RETRY || one.position() == Policy.Position.HEDGE;
  }

  Mono<ClientResponse> make() {
    return ReactivePipeline.of(pipeline)
        .<Object>mono(this::attempt)
        .onErrorResume(failure -> {
          Answer behind = answerBehind(failure);
          return behind == null ? Mono.error(failure) : Mono.just(behind);
        })
        .map(this::given)
        .doFinally(end -> finish());
  }

  /** What the subscriber gets; a fallback of the pipeline gives an answer of its own. */
  private ClientResponse given(Object outcome) {
    if (outcome instanceof Answer answer) {
      given = answer;
      return answer.response();
    }
    return (ClientResponse) outcome;
  }

  /** Its context, with its number and deadline, is in force on this thread. */
  private Mono<Answer> attempt() {
    Deadline deadline = pipeline.isObserveOnly() ? null : inForce();
    PipelineException ifOverdue =
        deadline == null ? null : OverdueBody.whose(pipeline.name(), deadline, callersDeadline);
    ClientRequest prepared = policy.allows(request.url())
        ? ClientRequest.from(request)
            .headers(headers -> policy.addHeaders(request.url(), headers))
            .build()
        : request;
    return next.exchange(prepared).flatMap(response -> answered(response, deadline, ifOverdue));
  }

  private static @Nullable Deadline inForce() {
    return CallContexts.effective(Context.current()).deadline();
  }

  private Mono<Answer> answered(
      ClientResponse response, @Nullable Deadline deadline, @Nullable PipelineException ifOverdue) {
    RuntimeException failure =
        policy.failure(response.statusCode().value(), response.headers().asHttpHeaders());
    if (failure != null && repeats) {
      return Answer.kept(response, failure).flatMap(answer -> {
        keep(answer);
        return failed(failure);
      });
    }
    Answer answer = Answer.streaming(response, failure, deadline, ifOverdue);
    keep(answer);
    return failure == null ? Mono.just(answer) : failed(failure);
  }

  /** Not at once: flatMap would cancel the exchange, and its body could not be read any more. */
  private static Mono<Answer> failed(RuntimeException failure) {
    return Mono.defer(() -> Mono.error(failure));
  }

  private void keep(Answer answer) {
    answers.add(answer);
    if (finished) {
      finish(); // the call was given up meanwhile
    }
  }

  /** The answer behind a failure that the pipeline let through; null if there was none. */
  @SuppressWarnings("ReferenceEquality") // the very same
  private @Nullable Answer answerBehind(Throwable failure) {
    for (Answer answer : answers) {
      if (answer.failure() == failure) {
        return answer;
      }
    }
    return null;
  }

  /** The call has ended: closes whatever its subscriber did not get. */
  @SuppressWarnings("ReferenceEquality") // as above
  private void finish() {
    finished = true;
    Answer kept = given;
    for (Answer answer : answers) {
      if (answer != kept) {
        answer.close();
      }
    }
  }
}
