package dev.evenkeel.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/**
 * A source, its time and its subscriber act at the same moment, each on a thread of its own, in
 * whatever order the machine makes of it. {@code -Devenkeel.interleavings=1000000} for more of
 * them.
 */
class InterleavingsTest {

  private static final int ROUNDS = Integer.getInteger("evenkeel.interleavings", 20_000);

  /** Counts; every permit that is settled twice shows as a negative number. */
  private static final class CountingGate implements Gate {

    final AtomicLong admitted = new AtomicLong();
    final AtomicLong settled = new AtomicLong();

    @Override
    public long admit(CallView call, long nowNanos) {
      return admitted.getAndIncrement();
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
      settled.incrementAndGet();
    }

    @Override
    public String name() {
      return "counting";
    }
  }

  /** A source whose signals come from another thread. */
  private static final class Source implements Publisher<Integer>, Subscription {

    private final AtomicReference<Subscriber<? super Integer>> subscriber = new AtomicReference<>();
    final AtomicInteger cancels = new AtomicInteger();

    @Override
    public void subscribe(Subscriber<? super Integer> next) {
      next.onSubscribe(this);
      subscriber.set(next);
    }

    @Override
    public void request(long n) {}

    @Override
    public void cancel() {
      cancels.incrementAndGet();
    }

    void act(int elements, boolean fails) {
      Subscriber<? super Integer> to = subscriber.get();
      if (to != null) {
        for (int i = 0; i < elements; i++) {
          to.onNext(i);
        }
        if (fails) {
          to.onError(new IOException("down"));
        } else {
          to.onComplete();
        }
      }
    }
  }

  /** Notes what breaks the rules: two ends, or two signals at once. */
  private static final class Watching implements CoreSubscriber<Integer> {

    final AtomicInteger ends = new AtomicInteger();
    final AtomicInteger inside = new AtomicInteger();
    final AtomicReference<String> broken = new AtomicReference<>();
    volatile Subscription subscription;

    private void signal(boolean end) {
      if (inside.getAndIncrement() != 0) {
        broken.set("two signals at once");
      }
      if ((end ? ends.getAndIncrement() : ends.get()) != 0) {
        broken.set("a signal after the end");
      }
      inside.decrementAndGet();
    }

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(Integer element) {
      signal(false);
    }

    @Override
    public void onError(Throwable failure) {
      signal(true);
    }

    @Override
    public void onComplete() {
      signal(true);
    }
  }

  /** Lets three threads go at once, again and again. */
  private static void race(List<Runnable> parts, Runnable before, Runnable after) throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CyclicBarrier barrier = new CyclicBarrier(parts.size());
    CountDownLatch done = new CountDownLatch(parts.size());
    for (Runnable part : parts) {
      boolean leads = part == parts.get(0);
      Thread thread = new Thread(() -> {
        try {
          for (int i = 0; i < ROUNDS; i++) {
            if (leads) {
              before.run();
            }
            barrier.await();
            part.run();
            barrier.await();
            if (leads) {
              after.run();
            }
          }
        } catch (Throwable thrown) {
          failure.compareAndSet(null, thrown);
          barrier.reset();
        } finally {
          done.countDown();
        }
      });
      thread.start();
    }
    done.await();
    if (failure.get() != null) {
      throw new AssertionError("in a round", failure.get());
    }
  }

  private final ManualKernel kernel = ManualKernel.create();
  private final CountingGate gate = new CountingGate();
  private final SplittableRandom random = new SplittableRandom(7);
  private final AtomicReference<Source> source = new AtomicReference<>();
  private Watching watching;
  private int elements;
  private boolean fails;
  private int pause;

  private void settledAndEndedOnce() {
    Watching seen = watching;
    seen.subscription.cancel(); // whatever is left of it
    kernel.advance(Duration.ofSeconds(100));
    assertThat(gate.settled.get()).as("settled").isEqualTo(gate.admitted.get());
    assertThat(seen.broken.get()).as("broken rules").isNull();
    assertThat(seen.ends.get()).as("ends").isLessThanOrEqualTo(1);
    assertThat(kernel.armedTimers()).as("timers").isZero();
  }

  private void wander(int most) {
    for (int i = pause % (most + 1); i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  private void run(Kernel ofPipeline, boolean stream) throws Exception {
    Hooks.onErrorDropped(unused -> {});
    Hooks.onNextDropped(unused -> {});
    try {
      ReactivePipeline pipeline = ReactivePipeline.of(Pipeline.builder("race")
          .kernel(ofPipeline)
          .onLateResult(unused -> {})
          .policies(
              gate,
              Timeout.ofMillis(10),
              Retry.builder().maxAttempts(2).unlimitedBudget().build(),
              Hedge.after(Duration.ofMillis(5)).forIdempotentCalls())
          .build());
      race(
          List.of(
              () -> {
                wander(40);
                watching.subscription.request(1 + pause % 3);
                source.get().act(elements, fails);
              },
              () -> {
                wander(60);
                kernel.advance(Duration.ofMillis(pause % 2 == 0 ? 10 : 5));
              },
              () -> {
                wander(50);
                if (pause % 3 != 0) {
                  watching.subscription.cancel();
                }
                watching.subscription.request(1);
              }),
          () -> {
            elements = random.nextInt(stream ? 4 : 2);
            fails = random.nextInt(3) == 0;
            pause = random.nextInt(1000);
            watching = new Watching();
            if (stream) {
              pipeline.flux(() -> Flux.from(next())).subscribe(watching);
            } else {
              pipeline.mono(() -> Mono.fromDirect(next())).subscribe(watching);
            }
            source.compareAndSet(null, new Source());
          },
          this::settledAndEndedOnce);
    } finally {
      Hooks.resetOnErrorDropped();
      Hooks.resetOnNextDropped();
    }
  }

  private Source next() {
    Source made = new Source();
    source.set(made);
    return made;
  }

  @Test
  void mono_isSettledOnce_whoeverIsFirst() throws Exception {
    run(kernel, false);
  }

  @Test
  void flux_isSettledOnce_andNothingOvertakesAnElement() throws Exception {
    run(kernel, true);
  }
}
