package dev.evenkeel.spring.web;

import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.PipelineException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.ClientResponse;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * An answer that came: its body ends at the deadline, read or not, and is closed if nobody gets it.
 * Thread-safe.
 */
final class Answer {

  /** The most of an error's body that is kept while its request is repeated. */
  static final int MOST_KEPT_BYTES = 64 * 1024;

  private final ClientResponse response;
  private final @Nullable RuntimeException failure;
  private final Flux<DataBuffer> body;
  private final Sinks.Empty<Object> overdue = Sinks.empty();
  private final AtomicBoolean taken = new AtomicBoolean();
  private final @Nullable BodyDeadline timer;
  private volatile @Nullable PipelineException late;

  private Answer(
      ClientResponse given,
      Flux<DataBuffer> body,
      @Nullable RuntimeException failure,
      @Nullable Deadline deadline,
      @Nullable PipelineException ifOverdue) {
    this.failure = failure;
    this.body = body;
    timer = deadline == null || ifOverdue == null
        ? null
        : new BodyDeadline(deadline, () -> {
          late = ifOverdue;
          overdue.tryEmitEmpty();
          close();
        });
    response = given.mutate().body(same -> guarded()).build();
  }

  /**
   * With its body as it comes.
   *
   * @param failure what the pipeline is shown instead of it; null if it is no failure
   * @param deadline until when the whole body must have come; null for no such time
   */
  static Answer streaming(
      ClientResponse response,
      @Nullable RuntimeException failure,
      @Nullable Deadline deadline,
      @Nullable PipelineException ifOverdue) {
    Flux<DataBuffer> body = response.body(BodyExtractors.toDataBuffers());
    Answer answer = new Answer(response, body, failure, deadline, ifOverdue);
    if (answer.timer != null) {
      answer.timer.arm();
    }
    return answer;
  }

  /**
   * With its body read, so that its connection is free for the next attempt while it is kept. A
   * body that is too large or breaks off fails when it is read.
   */
  static Mono<Answer> kept(ClientResponse response, RuntimeException failure) {
    return DataBufferUtils.join(response.body(BodyExtractors.toDataBuffers()), MOST_KEPT_BYTES)
        .map(buffer -> {
          byte[] bytes = new byte[buffer.readableByteCount()];
          buffer.read(bytes);
          DataBufferUtils.release(buffer);
          return Flux.<DataBuffer>defer(
              () -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(bytes)));
        })
        .defaultIfEmpty(Flux.empty())
        .onErrorResume(Exception.class, unread -> Mono.just(Flux.error(unread)))
        .map(body -> new Answer(response, body, failure, null, null));
  }

  ClientResponse response() {
    return response;
  }

  /** What the pipeline was shown instead of it; null if it is no failure. */
  @Nullable RuntimeException failure() {
    return failure;
  }

  private Flux<DataBuffer> guarded() {
    BodyDeadline armed = timer;
    if (armed == null) {
      return Flux.defer(() -> {
        taken.set(true);
        return body;
      });
    }
    return Flux.defer(() -> {
      taken.set(true);
      return body.takeUntilOther(overdue.asMono()) // its error would not cancel the body
          .concatWith(Mono.defer(this::ifLate))
          .doFinally(end -> armed.disarm());
    });
  }

  private Mono<DataBuffer> ifLate() {
    PipelineException failure = late;
    return failure == null ? Mono.empty() : Mono.error(failure);
  }

  /** Closes its connection, unless somebody reads it. */
  void close() {
    if (timer != null) {
      timer.disarm();
    }
    if (taken.compareAndSet(false, true)) {
      body.subscribe(new Closing());
    }
  }

  /** Cancels what it is subscribed to. */
  private static final class Closing implements CoreSubscriber<DataBuffer> {

    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.cancel();
    }

    @Override
    public void onNext(DataBuffer buffer) {
      DataBufferUtils.release(buffer);
    }

    @Override
    public void onError(Throwable closed) {
      // nobody waits for it; it may have been closed with its attempt
    }

    @Override
    public void onComplete() {}
  }
}
