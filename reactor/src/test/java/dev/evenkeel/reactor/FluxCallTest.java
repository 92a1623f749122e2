package dev.evenkeel.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class FluxCallTest {

  private static final Duration TEN = Duration.ofMillis(10);

  private final IOException down = new IOException("down");
  private final ManualKernel kernel = ManualKernel.create();
  private final RecordingGate gate = new RecordingGate();
  private final TestPublisher<String> source = TestPublisher.create();
  private final AtomicInteger subscriptions = new AtomicInteger();

  private ReactivePipeline pipeline(Policy... policies) {
    return ReactivePipeline.of(
        Pipeline.builder("stream").kernel(kernel).policies(policies).build());
  }

  private void advance(long millis) {
    kernel.advance(Duration.ofMillis(millis));
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(kernel.armedTimers()).as("timers").isZero();
    assertThat(gate.verdicts).as("settled").hasSize(gate.admitted.get());
  }

  @Test
  void elementsPass_andTheEndSettles() {
    StepVerifier.create(source.flux().transform(pipeline(gate)::flux))
        .then(() -> source.next("a", "b"))
        .expectNext("a", "b")
        .then(() -> assertThat(gate.verdicts).isEmpty())
        .then(source::complete)
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
  }

  @Test
  void demandPassesThrough_numberByNumber() {
    List<Long> asked = new ArrayList<>();
    StepVerifier.create(pipeline(gate).flux(source.flux().doOnRequest(asked::add)), 0)
        .expectSubscription()
        .thenRequest(2)
        .then(() -> source.next("a"))
        .expectNext("a")
        .thenRequest(3)
        .then(() -> source.next("b", "c", "d", "e").complete())
        .expectNext("b", "c", "d", "e")
        .verifyComplete();
    assertThat(asked).containsExactly(2L, 3L);
    source.assertNoRequestOverflow();
  }

  @Test
  void timeout_boundsTheTimeToTheFirstElement() {
    StepVerifier.create(pipeline(gate, Timeout.of(TEN)).flux(source.flux()))
        .then(() -> advance(9))
        .then(source::assertNotCancelled)
        .then(() -> advance(1))
        .verifyError(CallTimeoutException.class);
    source.assertCancelled();
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT);
  }

  @Test
  void timeout_boundsTheTimeBetweenElements() {
    StepVerifier.create(pipeline(gate, Timeout.of(TEN)).flux(source.flux()))
        .then(() -> advance(9))
        .then(() -> source.next("a"))
        .then(() -> advance(9))
        .then(() -> source.next("b"))
        .then(() -> advance(9))
        .then(source::assertNotCancelled)
        .then(() -> advance(1))
        .expectNext("a", "b")
        .verifyError(CallTimeoutException.class);
    source.assertCancelled();
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT);
  }

  @Test
  void timeBetweenElements_standsStillWhileNobodyAsks() {
    StepVerifier.create(pipeline(gate, Timeout.of(TEN)).flux(source.flux()), 0)
        .expectSubscription()
        .then(() -> advance(100))
        .thenRequest(1)
        .then(() -> advance(9))
        .then(() -> source.next("a"))
        .expectNext("a")
        .then(() -> advance(1000))
        .then(source::assertNotCancelled)
        .thenRequest(1)
        .then(() -> advance(9))
        .then(source::assertNotCancelled)
        .then(() -> advance(1))
        .verifyError(CallTimeoutException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT);
  }

  /** As for every other call: the inner one's time was over, so it is evidence. */
  @Test
  void twoTimeoutsAtTheSameMoment_areTheInnerOnes() {
    StepVerifier.create(pipeline(gate, Timeout.of(TEN), Timeout.total(TEN)).flux(source.flux()))
        .then(() -> advance(10))
        .verifyErrorMessage("stream: no answer within 10 ms (timeout)");
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT);
  }

  @Test
  void totalTimeout_boundsTheWholeStream_andIsNoEvidenceAgainstOneThatGoesOn() {
    StepVerifier.create(pipeline(gate, Timeout.of(TEN), Timeout.total(Duration.ofMillis(25)))
            .flux(source.flux()))
        .then(() -> advance(9))
        .then(() -> source.next("a"))
        .then(() -> advance(9))
        .then(() -> source.next("b"))
        .then(() -> advance(6))
        .then(() -> source.next("c"))
        .then(source::assertNotCancelled)
        .then(() -> advance(1))
        .expectNext("a", "b", "c")
        .verifyErrorMessage("stream: no answer within 25 ms (total-timeout)");
    source.assertCancelled();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void latency_isThatOfTheFirstElement() {
    StepVerifier.create(pipeline(gate, Timeout.of(TEN)).flux(source.flux()))
        .then(() -> advance(3))
        .then(() -> source.next("a"))
        .then(() -> advance(5))
        .then(() -> source.next("b"))
        .then(() -> advance(5))
        .then(source::complete)
        .expectNext("a", "b")
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
    assertThat(gate.latencies).containsExactly(3L);
  }

  @Test
  void latency_beginsWhenAnElementIsAskedFor() {
    StepVerifier.create(pipeline(gate).flux(source.flux()), 0)
        .expectSubscription()
        .then(() -> advance(50))
        .thenRequest(1)
        .then(() -> advance(2))
        .then(() -> source.next("a").complete())
        .expectNext("a")
        .verifyComplete();
    assertThat(gate.latencies).containsExactly(2L);
  }

  private Flux<String> failing(int times, String... before) {
    return Flux.defer(() -> {
      boolean fails = subscriptions.incrementAndGet() <= times;
      Flux<String> start = Flux.just(before);
      return fails
          ? start.concatWith(Mono.error(new IOException("down")))
          : start.concatWithValues("end");
    });
  }

  @Test
  void failureBeforeTheFirstElement_isRetried_andTheDemandGoesWithIt() {
    StepVerifier.create(pipeline(gate, Timeout.of(TEN), Retry.jittered(3)).flux(failing(2)), 0)
        .expectSubscription()
        .thenRequest(1)
        .then(() -> advance(10_000))
        .expectNext("end")
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE, Verdict.FAILURE, Verdict.SUCCESS);
  }

  @Test
  void failureAfterAnElement_isNotRetried_norAnsweredFor() {
    StepVerifier.create(pipeline(gate, Timeout.of(TEN), Retry.jittered(3), Fallback.to("instead"))
            .flux(failing(2, "a")))
        .expectNext("a")
        .verifyErrorMessage("down");
    assertThat(subscriptions).hasValue(1);
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE);
  }

  @Test
  void restarting_isRetriedAndAnsweredForAfterElementsToo_andOwesNoMoreThanWasAskedFor() {
    ReactivePipeline restarting = pipeline(
            gate, Timeout.of(TEN), Retry.jittered(2), Fallback.to("instead"))
        .restarting();
    StepVerifier.create(restarting.flux(failing(9, "a")), 2)
        .expectNext("a")
        .then(() -> advance(10_000))
        .expectNext("a")
        .then(() -> advance(10_000))
        .thenRequest(1)
        .expectNext("instead")
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE, Verdict.FAILURE);
  }

  @Test
  void fallback_answersWithAStream_aValue_orAStage() {
    for (Object answer :
        List.of(Flux.just("x", "y"), Mono.just("x"), "x", CompletableFuture.completedFuture("x"))) {
      StepVerifier.create(pipeline(gate, Fallback.of(failure -> answer)).flux(failing(1)), 1)
          .expectNext("x")
          .thenRequest(5)
          .thenConsumeWhile("y"::equals)
          .verifyComplete();
      subscriptions.set(0);
    }
  }

  @Test
  void streamOfAFallbackThatFails_reachesTheSubscriber_withTheCallsFailure() {
    IllegalStateException mapped = new IllegalStateException("too");
    StepVerifier.create(pipeline(Fallback.of(failure -> Flux.error(mapped)))
            .flux(() -> Flux.<String>error(down)))
        .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(mapped));
    assertThat(mapped.getSuppressed()).containsExactly(down);
  }

  @Test
  void cancelOfAFallbacksStream_reachesIt() {
    StepVerifier.create(
            pipeline(Fallback.of(failure -> source.flux())).flux(() -> Flux.<String>error(down)))
        .then(() -> source.next("x"))
        .expectNext("x")
        .thenCancel()
        .verify();
    source.assertCancelled();
  }

  @Test
  void cancelBeforeTheFirstElement_isNoEvidence_afterItASuccess() {
    StepVerifier.create(pipeline(gate, Timeout.of(TEN)).flux(source.flux()))
        .expectSubscription()
        .then(() -> advance(1))
        .thenCancel()
        .verify();
    source.assertCancelled();
    StepVerifier.create(
            pipeline(gate, Timeout.of(TEN)).flux(Flux.range(0, 1000)).take(3))
        .expectNext(0, 1, 2)
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED, Verdict.SUCCESS);
  }

  @Test
  void hedge_isNotMadeForAStream() {
    StepVerifier.create(pipeline(gate, Hedge.after(TEN).forIdempotentCalls(), Timeout.ofMillis(100))
            .flux(() -> {
              subscriptions.incrementAndGet();
              return source.flux();
            }))
        .then(() -> advance(50))
        .then(() -> source.next("a").complete())
        .expectNext("a")
        .verifyComplete();
    assertThat(subscriptions).hasValue(1);
  }

  @Test
  void splitDeadline_boundsTheAttemptUntilItsFirstElementOnly() {
    ReactivePipeline split = pipeline(
        gate,
        Timeout.total(Duration.ofMillis(100)),
        Retry.builder().maxAttempts(2).splitDeadline().build());
    StepVerifier.create(split.flux(source.flux()))
        .then(() -> advance(10))
        .then(() -> source.next("a"))
        .then(() -> advance(80))
        .then(source::assertNotCancelled)
        .then(() -> advance(10))
        .expectNext("a")
        .verifyError(CallTimeoutException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
  }

  @Test
  void slowSubscriber_isNoSlowSource() {
    StepVerifier.create(pipeline(gate, Timeout.of(TEN))
            .flux(source.flux())
            .doOnNext(unused -> advance(1000))) // while it is in onNext
        .then(() -> source.next("a"))
        .then(() -> advance(9))
        .then(() -> source.next("b"))
        .then(() -> advance(9))
        .then(source::complete)
        .expectNext("a", "b")
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
  }

  @Test
  void wholeTimeThatIsOverWhileTheSubscriberIsBusy_endsTheStreamAfterwards() {
    List<String> order = new ArrayList<>();
    StepVerifier.create(pipeline(gate, Timeout.total(Duration.ofMillis(20)))
            .flux(source.flux())
            .doOnNext(element -> {
              order.add("begin " + element);
              advance(25);
              order.add("end " + element);
            })
            .doOnError(failure -> order.add("error")))
        .then(() -> source.next("a"))
        .expectNext("a")
        .verifyError(CallTimeoutException.class);
    assertThat(order).containsExactly("begin a", "end a", "error");
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
    source.assertCancelled();
  }

  @Test
  void elementAskedForInsideOfOne_isWaitedForFromItsEndOn() {
    StepVerifier.create(
            pipeline(gate, Timeout.of(TEN))
                .flux(source.flux())
                .limitRate(1)
                .doOnNext(unused -> advance(50)),
            1)
        .then(() -> source.next("a"))
        .thenRequest(1)
        .then(() -> advance(9))
        .then(() -> source.next("b"))
        .then(source::complete)
        .expectNext("a", "b")
        .verifyComplete();
  }

  @Test
  void retryOnResult_seesNoStream() {
    Retry retry = Retry.builder().maxAttempts(3).retryOnResult(Objects::isNull).build();
    StepVerifier.create(
            pipeline(gate, Timeout.of(TEN), retry).restarting().flux(Flux.just("a", "b")))
        .expectNext("a", "b")
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
    StepVerifier.create(pipeline(gate, Timeout.of(TEN), retry).mono(Mono.empty()))
        .then(() -> advance(10_000))
        .verifyComplete();
    assertThat(gate.verdicts).as("an empty Mono's is null").hasSize(4);
  }

  @Test
  void emptyStream_andALargeOne() {
    StepVerifier.create(pipeline(gate, Timeout.of(TEN)).flux(Flux.<String>empty()))
        .verifyComplete();
    StepVerifier.create(pipeline(gate, Timeout.of(TEN)).flux(Flux.range(0, 100_000)), 7)
        .thenRequest(3)
        .expectNextCount(10)
        .thenRequest(Long.MAX_VALUE)
        .expectNextCount(99_990)
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS, Verdict.SUCCESS);
  }
}
