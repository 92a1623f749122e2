package dev.evenkeel.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Sources, and subscribers, that break the rules of Reactive Streams. */
class HostileSourcesTest {

  private final ManualKernel kernel = ManualKernel.create();
  private final RecordingGate gate = new RecordingGate();
  private final List<Object> dropped = new ArrayList<>();
  private final List<Object> discarded = new ArrayList<>();
  private final AtomicInteger cancels = new AtomicInteger();

  private ReactivePipeline pipeline(Policy... policies) {
    List<Policy> all = new ArrayList<>(List.of(policies));
    all.add(gate);
    return ReactivePipeline.of(Pipeline.builder("hostile")
        .kernel(kernel)
        .onLateResult(dropped::add)
        .policies(all.toArray(Policy[]::new))
        .build());
  }

  /** A source that does all it does when it is subscribed to. */
  private Publisher<String> source(Consumer<Subscriber<? super String>> signals) {
    return subscriber -> {
      subscriber.onSubscribe(new Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {
          cancels.incrementAndGet();
        }
      });
      signals.accept(subscriber);
    };
  }

  private Mono<String> mono(Consumer<Subscriber<? super String>> signals) {
    return Mono.fromDirect(source(signals));
  }

  @AfterEach
  void everythingIsSettled() {
    assertThat(kernel.armedTimers()).as("timers").isZero();
    assertThat(gate.verdicts).as("settled").hasSize(gate.admitted.get());
    Hooks.resetOnErrorDropped();
    Hooks.resetOnNextDropped();
  }

  @Test
  void mono_withTwoValues_fails() {
    StepVerifier.create(pipeline()
            .mono(() -> mono(s -> {
              s.onNext("a");
              s.onNext("b");
              s.onNext("c");
              s.onComplete();
            })))
        .verifyError(IndexOutOfBoundsException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE);
    assertThat(dropped).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(cancels).hasValue(1);
  }

  @Test
  void mono_withNull_fails() {
    StepVerifier.create(pipeline().mono(() -> mono(s -> s.onNext(null))))
        .verifyError(NullPointerException.class);
    StepVerifier.create(pipeline().mono(() -> mono(s -> s.onError(null))))
        .verifyError(NullPointerException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE, Verdict.FAILURE);
  }

  @Test
  void mono_withSignalsAfterItsEnd_endsOnce() {
    List<Throwable> errors = new ArrayList<>();
    Hooks.onErrorDropped(errors::add);
    StepVerifier.create(pipeline()
            .mono(() -> mono(s -> {
              s.onNext("a");
              s.onComplete();
              s.onComplete();
              s.onNext("late");
              s.onError(new IOException("late"));
            })))
        .expectNext("a")
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
    assertThat(dropped).containsExactly("late");
    assertThat(errors).hasSize(1);
  }

  @Test
  void mono_thatThrowsWhenItIsSubscribedTo_fails_alsoAfterItsSubscription() {
    IllegalStateException fault = new IllegalStateException("subscribe");
    StepVerifier.create(pipeline().mono(() -> new Mono<String>() {
          @Override
          public void subscribe(reactor.core.CoreSubscriber<? super String> actual) {
            throw fault;
          }
        }))
        .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(fault));
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE);
  }

  @Test
  void sourceThatNeverCallsOnSubscribe_timesOut() {
    Publisher<String> silent = subscriber -> {};
    StepVerifier.create(pipeline(Timeout.ofMillis(5)).mono(() -> Mono.fromDirect(silent)))
        .then(() -> kernel.advance(Duration.ofMillis(5)))
        .verifyError(CallTimeoutException.class);
    StepVerifier.create(pipeline(Timeout.ofMillis(5)).flux(() -> silent))
        .then(() -> kernel.advance(Duration.ofMillis(5)))
        .verifyError(CallTimeoutException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.TIMEOUT, Verdict.TIMEOUT);
  }

  @Test
  void secondSubscription_isCancelled() {
    Hooks.onErrorDropped(unused -> {});
    StepVerifier.create(pipeline()
            .flux(() -> source(s -> {
              s.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {
                  throw new AssertionError("asked");
                }

                @Override
                public void cancel() {
                  cancels.incrementAndGet();
                }
              });
              s.onNext("a");
              s.onComplete();
            })))
        .expectNext("a")
        .verifyComplete();
    assertThat(cancels).hasValue(1);
  }

  @Test
  void flux_withNull_fails_andIsCancelled() {
    StepVerifier.create(pipeline()
            .flux(() -> source(s -> {
              s.onNext("a");
              s.onNext(null);
              s.onNext("b");
            })))
        .expectNext("a")
        .verifyError(NullPointerException.class);
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE);
    assertThat(cancels).hasValue(1);
  }

  @Test
  void flux_withSignalsAfterItsEnd_endsOnce() {
    List<Throwable> errors = new ArrayList<>();
    Hooks.onErrorDropped(errors::add);
    Hooks.onNextDropped(dropped::add);
    StepVerifier.create(pipeline()
            .flux(() -> source(s -> {
              s.onNext("a");
              s.onError(new IOException("down"));
              s.onNext("late");
              s.onError(new IOException("late"));
              s.onComplete();
            })))
        .expectNext("a")
        .verifyErrorMessage("down");
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE);
    assertThat(dropped).containsExactly("late");
    assertThat(errors).hasSize(1);
  }

  @Test
  void flux_thatThrowsWhenItIsSubscribedTo_isRetried() {
    AtomicInteger attempts = new AtomicInteger();
    StepVerifier.create(pipeline(Retry.jittered(2), Timeout.ofMillis(5)).flux(() -> {
          if (attempts.incrementAndGet() == 1) {
            return (Publisher<String>) subscriber -> {
              throw new IllegalStateException("subscribe");
            };
          }
          return Flux.just("ok");
        }))
        .then(() -> kernel.advance(Duration.ofSeconds(10)))
        .expectNext("ok")
        .verifyComplete();
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE, Verdict.SUCCESS);
  }

  @Test
  void elementsAfterACancel_areDiscarded() {
    StepVerifier.create(pipeline()
            .flux(() -> source(s -> {
              s.onNext("a");
              s.onNext("b");
              s.onNext("c");
              s.onComplete();
            }))
            .doOnDiscard(String.class, discarded::add)
            .take(1))
        .expectNext("a")
        .verifyComplete();
    assertThat(discarded).containsExactly("b", "c");
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
  }

  /** Gives an element inside of each request, however deep that is. */
  private static Publisher<Integer> recursive(int count) {
    return subscriber -> subscriber.onSubscribe(new Subscription() {
      private int given;
      private boolean over;

      @Override
      public void request(long n) {
        for (long i = 0; i < n && !over; i++) {
          if (given == count) {
            over = true;
            subscriber.onComplete();
            return;
          }
          subscriber.onNext(given++);
        }
      }

      @Override
      public void cancel() {
        over = true;
      }
    });
  }

  @Test
  void sourceThatGivesInsideOfARequest_passes_andItsEndOvertakesNothing() {
    List<String> order = new ArrayList<>();
    pipeline(Timeout.ofMillis(5)).flux(() -> recursive(3)).subscribe(new BaseSubscriber<>() {
      @Override
      protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(1);
      }

      @Override
      protected void hookOnNext(Integer element) {
        order.add("begin " + element);
        request(1);
        order.add("end " + element);
      }

      @Override
      protected void hookOnComplete() {
        order.add("complete");
      }
    });
    assertThat(order)
        .containsExactly("begin 0", "begin 1", "begin 2", "end 2", "end 1", "end 0", "complete");
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS);
  }

  @Test
  void subscriberThatThrows_leaksNoPermit() {
    RuntimeException fault = new IllegalStateException("subscriber");
    Subscriber<String> faulty = new Subscriber<>() {
      @Override
      public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
      }

      @Override
      public void onNext(String element) {
        throw fault;
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onComplete() {}
    };
    pipeline().flux(() -> source(s -> s.onNext("a"))).subscribe(faulty); // logged
    assertThat(cancels).as("the source is told").hasPositiveValue();
    pipeline().mono(Mono.just("a")).subscribe(faulty); // reported by Reactor
    assertThat(gate.verdicts).containsExactly(Verdict.SUCCESS, Verdict.SUCCESS);
  }

  @Test
  void kernelThatGivesNoTimer_endsTheCall_andIsNoFaultOfTheSources() {
    IllegalStateException noTimer = new IllegalStateException("no timer");
    Kernel broken = new Kernel() {
      @Override
      public long nanoTime() {
        return 0;
      }

      @Override
      public Cancellable schedule(long atNanos, Runnable task) {
        throw noTimer;
      }

      @Override
      public void execute(Runnable task) {
        task.run();
      }

      @Override
      public void sleepUntil(long atNanos) {}

      @Override
      public void parkUntil(long atNanos, BooleanSupplier woken) {}

      @Override
      public long random() {
        return 0;
      }
    };
    ReactivePipeline pipeline = ReactivePipeline.of(Pipeline.builder("no-timer")
        .kernel(broken)
        .policies(gate, Timeout.ofMillis(5))
        .build());
    StepVerifier.create(pipeline.flux(() -> source(s -> {}))).verifyErrorMessage("no timer");
    StepVerifier.create(pipeline.mono(() -> mono(s -> {}))).verifyErrorMessage("no timer");
    assertThat(gate.verdicts).containsExactly(Verdict.CANCELLED, Verdict.CANCELLED);
  }

  @Test
  void errorThatIsNoException_reachesTheSubscriber_andIsNotRetried() {
    AssertionError error = new AssertionError("an Error");
    StepVerifier.create(
            pipeline(Retry.jittered(3), Timeout.ofMillis(5)).mono(() -> Mono.<String>error(error)))
        .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(error));
    StepVerifier.create(pipeline(Retry.jittered(3), Timeout.ofMillis(5)).<String>flux(() -> {
          throw error;
        }))
        .verifyErrorSatisfies(failure -> assertThat(failure).isSameAs(error));
    assertThat(gate.verdicts).containsExactly(Verdict.FAILURE, Verdict.FAILURE);
  }
}
