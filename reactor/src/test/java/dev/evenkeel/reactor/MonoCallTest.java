package dev.evenkeel.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.limits.QueuedLimit;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class MonoCallTest {

  private final IOException down = new IOException("down");

  private final ManualKernel kernel = ManualKernel.create();
  private final RecordingGate gate = new RecordingGate();
  private final List<Object> dropped = new ArrayList<>();
  private final TestPublisher<String> source = TestPublisher.create();

  private ReactivePipeline pipeline(Policy... policies) {
    return ReactivePipeline.of(Pipeline.builder("later")
        .kernel(kernel)
        .onLateResult(dropped::add)
        .policies(policies)
        .build());
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(kernel.armedTimers()).as("timers").isZero();
    assertThat(gate.verdicts).as("settled").hasSize(gate.admitted.get());
    assertThat(CallContext.current().deadline()).isNull();
  }

  @Test
  void nothingHappensBeforeSomebodySubscribes_andEachSubscriptionIsACall() {
    AtomicInteger asked = new AtomicInteger();
    Mono<String> call = pipeline(gate).mono(() -> Mono.just("ok" + asked.incrementAndGet()));
    assertThat(gate.admitted).hasValue(0);
    StepVerifier.create(call).expectNext("ok1").verifyComplete();
    StepVerifier.create(call).expectNext("ok2").verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS, Verdict.SUCCESS);
  }

  @Test
  void emptyMono_isASuccess() {
    StepVerifier.create(pipeline(gate).mono(Mono.<String>empty())).verifyComplete();
    StepVerifier.create(source.mono().transform(pipeline(gate)::mono))
        .then(source::complete)
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS, Verdict.SUCCESS);
  }

  @Test
  void failure_reachesTheSubscriberAsItIs() {
    StepVerifier.create(pipeline(gate).mono(() -> Mono.<String>error(down)))
        .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(down));
    StepVerifier.create(pipeline(gate, Timeout.ofMillis(10)).mono(source.mono()))
        .then(() -> source.error(down))
        .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(down));
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE, Verdict.FAILURE);
  }

  @Test
  void supplierThatThrowsOrGivesNull_isAFailure() {
    IllegalStateException fault = new IllegalStateException("no");
    StepVerifier.create(pipeline(gate).<String>mono(() -> {
          throw fault;
        }))
        .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(fault));
    StepVerifier.create(pipeline(gate).mono(() -> (Mono<String>) null))
        .verifyErrorMessage("later: the call returned null (expected: a Mono)");
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE, Verdict.FAILURE);
  }

  @Test
  void refusal_startsNothing() {
    gate.refusal = Refusal.of(RefusalReason.OTHER, 5_000_000);
    StepVerifier.create(pipeline(gate).<String>mono(() -> {
          throw new AssertionError("started");
        }))
        .verifyError(CallRefusedException.class);
  }

  @Test
  void monoThatNeverEnds_timesOutAndIsCancelled() {
    StepVerifier.create(pipeline(gate, Timeout.ofMillis(20)).mono(source.mono()))
        .then(() -> kernel.advance(Duration.ofMillis(19)))
        .then(source::assertNotCancelled)
        .then(() -> kernel.advance(Duration.ofMillis(1)))
        .verifyError(CallTimeoutException.class);
    source.assertCancelled();
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT);
  }

  @Test
  void cooperativeTimeout_cancelsTheSourceToo() {
    Timeout cooperative = Timeout.cooperative(Duration.ofMillis(20));
    StepVerifier.create(pipeline(gate, cooperative).mono(source.mono()))
        .then(() -> kernel.advance(Duration.ofMillis(20)))
        .verifyError(CallTimeoutException.class);
    source.assertCancelled();
  }

  @Test
  void cancel_reachesTheSource_andIsNoEvidence() {
    Disposable subscription =
        pipeline(gate, Timeout.ofMillis(20)).mono(source.mono()).subscribe();
    subscription.dispose();
    source.assertCancelled();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void cancelBetweenAttempts_andWhileWaitingForAPermit_endsTheCall() {
    Disposable retrying = pipeline(gate, Timeout.ofMillis(20), Retry.jittered(3))
        .mono(Mono.<String>error(down))
        .subscribe();
    assertThat(kernel.armedTimers()).isEqualTo(1);
    retrying.dispose();
    assertThat(kernel.armedTimers()).isZero();

    ReactivePipeline queued = pipeline(gate, Timeout.ofMillis(20), QueuedLimit.of(1, 1));
    Disposable first = queued.mono(source.mono()).subscribe();
    Disposable second = queued.mono(source.mono()).subscribe();
    second.dispose();
    first.dispose();
    StepVerifier.create(queued.mono(Mono.just("ok"))).expectNext("ok").verifyComplete();
    assertThat(gate.verdicts)
        .containsExactly(Verdict.FAILURE, Verdict.CANCELLED, Verdict.CANCELLED, Verdict.SUCCESS);
  }

  @Test
  void retry_subscribesAgain_andTheLastFailureHasTheEarlierOnes() {
    AtomicInteger attempts = new AtomicInteger();
    ReactivePipeline pipeline = pipeline(gate, Timeout.ofMillis(20), Retry.jittered(3));
    StepVerifier.create(pipeline.mono(Mono.defer(() -> attempts.incrementAndGet() < 3
            ? Mono.error(new IOException("down"))
            : Mono.just("up"))))
        .then(() -> kernel.advance(Duration.ofSeconds(10)))
        .expectNext("up")
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE, Verdict.FAILURE, Verdict.SUCCESS);
  }

  @Test
  void hedge_winsAndTheSlowOneIsCancelled() {
    List<TestPublisher<String>> attempts = new ArrayList<>();
    ReactivePipeline pipeline = pipeline(
        gate, Timeout.ofMillis(100), Hedge.after(Duration.ofMillis(10)).forIdempotentCalls());
    StepVerifier.create(pipeline.mono(() -> {
          TestPublisher<String> next = TestPublisher.create();
          attempts.add(next);
          return next.mono();
        }))
        .then(() -> kernel.advance(Duration.ofMillis(10)))
        .then(() -> attempts.get(1).next("second").complete())
        .expectNext("second")
        .verifyComplete();
    attempts.get(0).assertCancelled();
    assertThat(attempts).hasSize(2);
    assertThat(gate.verdicts).containsExactlyInAnyOrder(Verdict.SUCCESS, Verdict.CANCELLED);
  }

  @Test
  void cancel_endsAllHedges() {
    List<TestPublisher<String>> attempts = new ArrayList<>();
    ReactivePipeline pipeline = pipeline(
        gate, Timeout.ofMillis(100), Hedge.after(Duration.ofMillis(10)).forIdempotentCalls());
    Disposable subscription = pipeline
        .mono(() -> {
          TestPublisher<String> next = TestPublisher.create();
          attempts.add(next);
          return next.mono();
        })
        .subscribe();
    kernel.advance(Duration.ofMillis(10));
    subscription.dispose();
    assertThat(attempts).hasSize(2).allSatisfy(TestPublisher::assertCancelled);
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED, Verdict.CANCELLED);
  }

  @Test
  void fallback_answersWithAValue_aMono_anotherPublisher_orAStage() {
    for (Object answer : List.of(
        "other",
        Mono.just("other"),
        Flux.just("other", "unseen"),
        CompletableFuture.completedFuture("other"))) {
      StepVerifier.create(
              pipeline(gate, Fallback.of(failure -> answer)).mono(Mono.<String>error(down)))
          .expectNext("other")
          .verifyComplete();
    }
    StepVerifier.create(
            pipeline(gate, Fallback.of(failure -> Mono.empty())).mono(Mono.<String>error(down)))
        .verifyComplete();
  }

  @Test
  void answerThatFails_reachesTheSubscriber_withTheCallsFailure_andACancelReachesIt() {
    IOException own = new IOException("own");
    IllegalStateException mapped = new IllegalStateException("too");
    StepVerifier.create(
            pipeline(Fallback.of(failure -> Mono.error(mapped))).mono(Mono.<String>error(own)))
        .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(mapped));
    assertThat(mapped.getSuppressed()).containsExactly(own);

    Disposable waiting = pipeline(Fallback.of(failure -> source.mono()))
        .mono(Mono.<String>error(down))
        .subscribe();
    source.assertSubscribers(1);
    waiting.dispose();
    source.assertCancelled();
  }

  @Test
  void answerSeesTheSubscribersContext() {
    StepVerifier.create(pipeline(Fallback.of(
                failure -> Mono.deferContextual(context -> Mono.just(context.get("user")))))
            .mono(Mono.<String>error(down))
            .contextWrite(context -> context.put("user", "ada")))
        .expectNext("ada")
        .verifyComplete();
  }

  @Test
  void value_isKeptUntilItIsAskedFor() {
    StepVerifier.create(pipeline(gate).mono(Mono.just("ok")), 0)
        .expectSubscription()
        .then(() -> assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS))
        .thenRequest(1)
        .expectNext("ok")
        .verifyComplete();
  }

  @Test
  void valueThatNobodyTakes_isNotLost() {
    BaseSubscriber<String> asksForNothing = new BaseSubscriber<>() {
      @Override
      protected void hookOnSubscribe(Subscription subscription) {}
    };
    pipeline(gate).mono(Mono.just("kept")).subscribe(asksForNothing);
    asksForNothing.cancel();
    assertThat(dropped).containsExactly("kept");
    Sinks.One<String> stubborn = Sinks.one();
    StepVerifier.create(pipeline(gate, Timeout.ofMillis(5))
            .mono(Mono.fromDirect(
                subscriber -> stubborn.asMono().subscribe(new IgnoresCancel<>(subscriber)))))
        .then(() -> kernel.advance(Duration.ofMillis(5)))
        .verifyError(CallTimeoutException.class);
    stubborn.tryEmitValue("late").orThrow();
    assertThat(dropped).containsExactly("kept", "late");
  }

  @Test
  void failureAfterTheValue_isAFailure_andTheValueIsDropped() {
    TestPublisher<String> twice =
        TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
    StepVerifier.create(pipeline(gate).mono(() -> Mono.fromDirect(twice)))
        .then(() -> twice.next("first").error(down))
        .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(down));
    assertThat(dropped).containsExactly("first");
  }

  @Test
  void cancelInOnSubscribe_startsNothing() {
    StepVerifier.create(pipeline(gate).<String>mono(() -> {
          throw new AssertionError("started");
        }))
        .thenCancel()
        .verify();
    Mono<String> call = pipeline(gate).mono(Mono.just("never"));
    call.subscribe(new BaseSubscriber<>() {
      @Override
      protected void hookOnSubscribe(Subscription subscription) {
        cancel();
      }
    });
    assertThat(gate.verdicts).doesNotContain(Verdict.SUCCESS);
  }

  @Test
  void cancelWhileTheFirstAttemptStarts_reachesIt() {
    Disposable.Swap subscription = Disposables.swap();
    Mono<String> call = pipeline(gate, Timeout.ofMillis(20))
        .mono(source.mono().doOnSubscribe(unused -> subscription.dispose()));
    BaseSubscriber<String> subscriber = new BaseSubscriber<>() {};
    subscription.update(subscriber);
    call.subscribe(subscriber);
    source.assertCancelled();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void blockingSubscriber_andAFuture() {
    assertThat(pipeline(gate).mono(Mono.just("ok")).block()).isEqualTo("ok");
    CompletableFuture<String> future =
        pipeline(gate, Timeout.ofMillis(5)).mono(source.mono()).toFuture();
    future.cancel(true);
    source.assertCancelled();
    assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
  }

  @Test
  void nullArguments_areRefusedAtOnce() {
    assertThatThrownBy(() -> ReactivePipeline.of(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("pipeline: null (expected: a value)");
    assertThatThrownBy(() -> pipeline(gate).mono((Mono<String>) null))
        .hasMessage("source: null (expected: a value)");
    assertThatThrownBy(() -> ReactivePipeline.context(null))
        .hasMessage("context: null (expected: a value)");
  }
}
