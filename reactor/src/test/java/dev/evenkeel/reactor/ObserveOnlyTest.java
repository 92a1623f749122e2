package dev.evenkeel.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.core.WouldHave;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** Nothing of what the policies of an observe-only pipeline decide reaches the signals. */
class ObserveOnlyTest {

  private final ManualKernel kernel = ManualKernel.create();
  private final RecordingGate gate = new RecordingGate();
  private final List<String> heard = new ArrayList<>();
  private final AtomicInteger subscriptions = new AtomicInteger();

  private final PipelineListener listener = new PipelineListener() {
    @Override
    public void onWouldHave(
        CallView call, String policy, WouldHave decision, @Nullable RefusalReason reason) {
      heard.add(decision + " by " + policy);
    }
  };

  private ReactivePipeline pipeline(Policy... policies) {
    return ReactivePipeline.of(Pipeline.builder("observed")
        .kernel(kernel)
        .policies(policies)
        .listener(listener)
        .observeOnly(true)
        .build());
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
  void lateFirstElement_arrives_andIsATimeoutToThePolicies() {
    TestPublisher<String> source = TestPublisher.create();
    StepVerifier.create(
            source.flux().transform(pipeline(gate, Timeout.ofMillis(10), Retry.jittered(2))::flux))
        .then(() -> advance(20))
        .then(() -> source.next("a"))
        .expectNext("a")
        .then(source::complete)
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT);
    assertThat(heard).startsWith("TIMED_OUT by timeout");
  }

  @Test
  void longStream_isNotTakenForASlowOne() {
    TestPublisher<String> source = TestPublisher.create();
    StepVerifier.create(source.flux().transform(pipeline(gate, Timeout.ofMillis(10))::flux))
        .then(() -> advance(5))
        .then(() -> source.next("a"))
        .expectNext("a")
        .then(() -> advance(8))
        .then(() -> source.next("b"))
        .expectNext("b")
        .then(() -> advance(8))
        .then(source::complete)
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
    assertThat(heard).isEmpty();
  }

  @Test
  void wholeStream_isMeasuredByTheTotalTimeout() {
    TestPublisher<String> source = TestPublisher.create();
    StepVerifier.create(
            source.flux().transform(pipeline(Timeout.total(Duration.ofMillis(20)), gate)::flux))
        .then(() -> advance(5))
        .then(() -> source.next("a"))
        .expectNext("a")
        .then(() -> advance(30))
        .then(source::complete)
        .verifyComplete();
    assertThat(heard).containsExactly("TIMED_OUT by total-timeout");
  }

  @Test
  void failure_isNotRetried_andASlowMonoNotHedged() {
    IOException down = new IOException("down");
    Mono<String> call = Mono.defer(() -> {
      subscriptions.incrementAndGet();
      advance(7);
      return Mono.error(down);
    });
    ReactivePipeline pipeline = pipeline(
        gate,
        Retry.jittered(3),
        Hedge.after(Duration.ofMillis(5)).forIdempotentCalls(),
        Timeout.ofMillis(50));
    StepVerifier.create(call.transform(pipeline::mono)).verifyErrorMatches(e -> e == down);
    StepVerifier.create(Flux.<String>error(down).transform(pipeline::flux))
        .verifyErrorMatches(e -> e == down);
    assertThat(subscriptions).hasValue(1);
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE, Verdict.FAILURE);
    assertThat(heard).containsExactly("HEDGED by hedge", "RETRIED by retry", "RETRIED by retry");
  }

  @Test
  void refusal_isOnlyCounted() {
    ReactivePipeline pipeline = pipeline(gate);
    gate.refusal = Refusal.of(RefusalReason.CIRCUIT_OPEN);
    StepVerifier.create(Mono.just("7").transform(pipeline::mono))
        .expectNext("7")
        .verifyComplete();
    StepVerifier.create(Flux.just("7", "8").transform(pipeline::flux))
        .expectNext("7", "8")
        .verifyComplete();
    assertThat(heard).containsExactly("REFUSED by recording", "REFUSED by recording");
  }

  @Test
  void subscriberWhoLeaves_isNoTimeout() {
    TestPublisher<String> source = TestPublisher.create();
    StepVerifier.create(source.flux().transform(pipeline(gate, Timeout.ofMillis(10))::flux))
        .then(() -> advance(20))
        .thenCancel()
        .verify();
    source.assertCancelled();
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED);
    assertThat(heard).isEmpty();
  }
}
