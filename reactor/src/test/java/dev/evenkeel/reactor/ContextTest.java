package dev.evenkeel.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

class ContextTest {

  private final ManualKernel kernel = ManualKernel.create();

  private ReactivePipeline pipeline(Policy... policies) {
    return ReactivePipeline.of(
        Pipeline.builder("context").kernel(kernel).policies(policies).build());
  }

  private static CallContext of(reactor.util.context.ContextView context) {
    return context.get(ReactivePipeline.CONTEXT_KEY);
  }

  @AfterEach
  void nothingStaysOnTheThread() {
    assertThat(CallContext.current().deadline()).isNull();
    assertThat(CallContext.current().criticality()).isEqualTo(Criticality.CRITICAL);
    MDC.clear();
  }

  @Test
  void source_findsTheAttemptsContext_andTheSubscribersOwn() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Mono<String> call = pipeline(Timeout.ofMillis(50), Retry.jittered(2))
        .mono(Mono.deferContextual(context -> {
          seen.add(context.get("user") + " " + of(context).attempt() + " "
              + of(context).deadline().remaining().toMillis());
          return Mono.error(new IOException("down"));
        }));
    StepVerifier.create(call.contextWrite(Context.of("user", "ada")))
        .then(() -> kernel.advance(Duration.ofSeconds(1)))
        .verifyErrorMessage("down");
    assertThat(seen).containsExactly("ada 1 50", "ada 2 50");
  }

  @Test
  void hedge_hasItsNumber() {
    List<Integer> hedges = new CopyOnWriteArrayList<>();
    StepVerifier.create(pipeline(
                Timeout.ofMillis(50), Hedge.after(Duration.ofMillis(5)).forIdempotentCalls())
            .mono(Mono.deferContextual(context -> {
              hedges.add(of(context).hedge());
              return of(context).hedge() == 1 ? Mono.just("hedge") : Mono.never();
            })))
        .then(() -> kernel.advance(Duration.ofMillis(5)))
        .expectNext("hedge")
        .verifyComplete();
    assertThat(hedges).containsExactly(0, 1);
  }

  @Test
  void supplier_seesItsAttemptsContext_onItsThread() {
    StepVerifier.create(pipeline(Timeout.ofMillis(50))
            .mono(() -> Mono.just(CallContext.current().deadline().remaining().toMillis())))
        .expectNext(50L)
        .verifyComplete();
    StepVerifier.create(pipeline(Timeout.ofMillis(50))
            .flux(() -> Flux.just(CallContext.current().deadline().remaining().toMillis())))
        .expectNext(50L)
        .verifyComplete();
  }

  @Test
  void elementsOfAStream_arriveOutsideOfTheAttemptsContext() {
    StepVerifier.create(pipeline(Timeout.ofMillis(50))
            .flux(Flux.just("a"))
            .map(unused -> CallContext.current().deadline() == null))
        .expectNext(true)
        .verifyComplete();
  }

  @Test
  void contextOfTheSubscriber_isTheCalls_alsoOnAnotherThread() {
    CallContext soon = CallContext.current().withDeadline(Deadline.after(Duration.ofMillis(20)));
    ReactivePipeline system = ReactivePipeline.of(Pipeline.of("system", Timeout.ofMillis(60_000)));
    StepVerifier.create(system
            .mono(Mono.deferContextual(context -> Mono.just(of(context).criticality())))
            .subscribeOn(Schedulers.parallel())
            .contextWrite(ReactivePipeline.context(
                CallContext.current().withCriticality(Criticality.SHEDDABLE))))
        .expectNext(Criticality.SHEDDABLE)
        .verifyComplete();
    StepVerifier.create(system
            .mono(Mono.never())
            .subscribeOn(Schedulers.parallel())
            .contextWrite(ReactivePipeline.context(soon)))
        .verifyError(DeadlineExceededException.class);
  }

  @Test
  void threadsContext_counts_whereTheSubscriberBringsNone_andTheSoonerDeadlineAlways() {
    CallContext thread = CallContext.current().withDeadline(Deadline.after(Duration.ofMillis(10)));
    CallContext later = CallContext.current().withDeadline(Deadline.after(Duration.ofMinutes(10)));
    ReactivePipeline system = ReactivePipeline.of(Pipeline.of("sooner", Timeout.ofMillis(60_000)));
    thread.run(() -> StepVerifier.create(system.mono(Mono.never()))
        .verifyError(DeadlineExceededException.class));
    thread.run(() -> StepVerifier.create(
            system.mono(Mono.never()).contextWrite(ReactivePipeline.context(later)))
        .verifyError(DeadlineExceededException.class));
  }

  @Test
  void innerPipeline_isBoundByTheOuterOnesDeadline_acrossThreads() {
    ReactivePipeline inner = ReactivePipeline.of(Pipeline.of("inner", Timeout.ofMillis(60_000)));
    ReactivePipeline outer = ReactivePipeline.of(Pipeline.of("outer", Timeout.ofMillis(5_000)));
    StepVerifier.create(outer.mono(() -> Mono.just(1)
            .publishOn(Schedulers.parallel())
            .flatMap(unused -> inner.mono(Mono.deferContextual(
                context -> Mono.just(of(context).deadline().remaining().toMillis()))))))
        .assertNext(left -> assertThat(left).isLessThanOrEqualTo(5_000))
        .verifyComplete();
  }

  @Test
  void badEntry_isIgnored() {
    StepVerifier.create(pipeline(Timeout.ofMillis(5))
            .mono(Mono.just("ok"))
            .contextWrite(Context.of(ReactivePipeline.CONTEXT_KEY, "no context")))
        .expectNext("ok")
        .verifyComplete();
  }

  @Test
  void mdc_followsToRetries_hedges_andTheSubscriber() {
    List<String> seen = new CopyOnWriteArrayList<>();
    MDC.put("trace", "abc");
    ReactivePipeline pipeline = ReactivePipeline.of(Pipeline.of(
        "mdc",
        Timeout.ofMillis(20),
        Retry.jittered(2),
        Hedge.after(Duration.ofMillis(5)).forIdempotentCalls()));
    StepVerifier.create(pipeline
            .mono(() -> {
              seen.add(String.valueOf(MDC.get("trace")));
              return Mono.<String>never();
            })
            .doOnError(unused -> seen.add("end " + MDC.get("trace"))))
        .verifyError(CallTimeoutException.class);
    assertThat(seen).hasSizeGreaterThanOrEqualTo(3).endsWith("end abc");
    assertThat(seen.subList(0, seen.size() - 1)).containsOnly("abc");
  }

  @Test
  void automaticContextPropagation_setsTheThreadsContextInTheSource() {
    Hooks.enableAutomaticContextPropagation();
    try {
      StepVerifier.create(ReactivePipeline.of(Pipeline.of("automatic", Timeout.ofMillis(60_000)))
              .mono(() -> Mono.just(1)
                  .publishOn(Schedulers.parallel())
                  .map(unused -> CallContext.current().deadline() != null)))
          .expectNext(true)
          .verifyComplete();
    } finally {
      Hooks.disableAutomaticContextPropagation();
    }
  }
}
