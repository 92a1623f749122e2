package dev.evenkeel.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Random demand, elements, ends, cancels and passing time, in any order. */
class DemandTest {

  /** A source that obeys the rules: no more elements than were asked for. */
  private static final class Source implements Subscription {

    private final Subscriber<? super Integer> subscriber;
    private final List<Integer> all;
    long asked;
    long given;
    boolean cancelled;
    boolean ended;

    Source(Subscriber<? super Integer> subscriber, List<Integer> all) {
      this.subscriber = subscriber;
      this.all = all;
    }

    @Override
    public void request(long n) {
      assertThat(n).as("demand").isPositive();
      asked = Math.min(Long.MAX_VALUE - n, asked) + n;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    private boolean isOpen() {
      return !cancelled && !ended;
    }

    void give() {
      if (isOpen() && given < asked) {
        given++;
        all.add(all.size());
        subscriber.onNext(all.size() - 1);
      }
    }

    void end(boolean fails) {
      if (isOpen()) {
        ended = true;
        if (fails) {
          subscriber.onError(new IOException("down"));
        } else {
          subscriber.onComplete();
        }
      }
    }
  }

  /** What the subscriber saw. */
  private static final class Seen implements CoreSubscriber<Integer> {

    final List<Integer> elements = new ArrayList<>();
    Subscription subscription;
    int ends;

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(Integer element) {
      assertThat(ends).as("ends before an element").isZero();
      elements.add(element);
    }

    @Override
    public void onError(Throwable failure) {
      ends++;
    }

    @Override
    public void onComplete() {
      ends++;
    }
  }

  /** One subscription, and all there is to it. */
  private static final class World {

    private final ManualKernel kernel = ManualKernel.create();
    private final RecordingGate gate = new RecordingGate();
    private final List<Source> sources = new ArrayList<>();
    private final List<Integer> given = new ArrayList<>();
    private final Seen seen = new Seen();

    private ReactivePipeline pipeline() {
      return ReactivePipeline.of(Pipeline.builder("demand")
          .kernel(kernel)
          .policies(
              gate,
              Timeout.ofMillis(10),
              Timeout.total(Duration.ofMillis(100)),
              Retry.builder().maxAttempts(3).unlimitedBudget().build())
          .build());
    }

    private Flux<Integer> source() {
      return Flux.from(subscriber -> {
        Source next = new Source(subscriber, given);
        sources.add(next);
        subscriber.onSubscribe(next);
      });
    }

    /** One step of a random life. */
    private void step(int what) {
      Source source = sources.isEmpty() ? null : sources.get(sources.size() - 1);
      switch (what % 8) {
        case 0, 1 -> seen.subscription.request(1 + what / 20);
        case 2, 3, 4 -> {
          if (source != null) {
            source.give();
          }
        }
        case 5 -> kernel.advance(Duration.ofMillis(what / 8));
        case 6 -> {
          if (source != null && what > 60) {
            source.end(what % 16 == 6);
          }
        }
        default -> {
          if (what > 90) {
            seen.subscription.cancel();
          }
        }
      }
    }

    private void settledInTheEnd() {
      seen.subscription.cancel();
      kernel.advance(Duration.ofSeconds(10));
      assertThat(seen.ends).isLessThanOrEqualTo(1);
      assertThat(gate.verdicts).as("settled").hasSize(gate.admitted.get());
      assertThat(kernel.armedTimers()).as("timers").isZero();
      assertThat(sources).allSatisfy(source -> assertThat(source.isOpen()).isFalse());
    }
  }

  @Property(tries = 2000)
  void flux_passesDemandAndElements(
      @ForAll @Size(max = 60) List<@IntRange(max = 99) Integer> steps) {
    World world = new World();
    world.pipeline().flux(world.source()).subscribe(world.seen);
    long asked = 0;
    boolean cancelled = false;
    for (int step : steps) {
      boolean open = world.seen.ends == 0 && !cancelled;
      if (step % 8 <= 1 && open) {
        asked += 1 + step / 20;
      }
      cancelled |= step % 8 == 7 && step > 90;
      world.step(step);
      if (world.seen.ends == 0 && !cancelled) {
        Source last = world.sources.get(world.sources.size() - 1);
        if (last.isOpen()) { // not between two attempts
          assertThat(last.asked - last.given)
              .as("owed")
              .isEqualTo(asked - world.seen.elements.size());
        }
      }
    }
    assertThat(world.seen.elements).isEqualTo(world.given);
    assertThat(world.sources).hasSizeLessThanOrEqualTo(3);
    world.settledInTheEnd();
  }

  @Property(tries = 2000)
  void mono_isSettled(@ForAll @Size(max = 60) List<@IntRange(max = 99) Integer> steps) {
    World world = new World();
    world.pipeline().mono(() -> Mono.fromDirect(world.source())).subscribe(world.seen);
    steps.forEach(world::step);
    assertThat(world.seen.elements).hasSizeLessThanOrEqualTo(1);
    world.settledInTheEnd();
  }
}
