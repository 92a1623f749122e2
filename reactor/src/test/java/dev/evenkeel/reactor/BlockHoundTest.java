package dev.evenkeel.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.limits.QueuedLimit;
import dev.evenkeel.limits.RateLimit;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockHound;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** No thread of Reactor's that must not block does so in a pipeline. */
class BlockHoundTest {

  private static final List<String> BLOCKED = new CopyOnWriteArrayList<>();

  static {
    BlockHound.builder()
        .loadIntegrations()
        .blockingMethodCallback(method -> {
          StringBuilder where = new StringBuilder(method.toString());
          for (StackTraceElement at : Thread.currentThread().getStackTrace()) {
            where.append("\n  ").append(at);
          }
          BLOCKED.add(where.toString());
        })
        .install();
  }

  private static ReactivePipeline pipeline(boolean queued) {
    return ReactivePipeline.of(Pipeline.of(
        "hound" + queued,
        Fallback.to("instead"),
        Timeout.total(Duration.ofMillis(300)),
        Retry.jittered(3),
        Hedge.after(Duration.ofMillis(2)).forIdempotentCalls(),
        CircuitBreaker.standard(),
        RateLimit.of(100_000, Duration.ofSeconds(1)),
        queued ? QueuedLimit.of(4, 1000) : AdaptiveLimit.standard(),
        ConcurrencyLimit.of(1000),
        Timeout.ofMillis(10)));
  }

  private static Mono<String> dependency(int number) {
    return switch (number % 5) {
      case 0 -> Mono.just("at once");
      case 1 -> Mono.just("soon").delayElement(Duration.ofMillis(1));
      case 2 -> Mono.error(new IOException("down"));
      case 3 -> Mono.just("late").delayElement(Duration.ofMillis(5));
      default -> Mono.never();
    };
  }

  @Test
  void hound_barks() {
    BLOCKED.clear();
    boolean unused = Mono.fromCallable(() -> {
          return new java.util.concurrent.CountDownLatch(1)
              .await(1, java.util.concurrent.TimeUnit.MILLISECONDS);
        })
        .subscribeOn(Schedulers.parallel())
        .block();
    assertThat(BLOCKED).isNotEmpty();
    BLOCKED.clear();
  }

  @Test
  void nothingBlocks() {
    for (boolean queued : List.of(false, true)) {
      ReactivePipeline pipeline = pipeline(queued);
      BLOCKED.clear();
      Long monos = Flux.range(0, 2000)
          .flatMap(
              number -> pipeline.mono(() -> dependency(number)).subscribeOn(Schedulers.parallel()),
              64)
          .count()
          .block(Duration.ofMinutes(2));
      assertThat(monos).isEqualTo(2000);
      Long streams = Flux.range(0, 500)
          .flatMap(
              number -> pipeline
                  .flux(() -> dependency(number).concatWith(dependency(number + 1)))
                  .onErrorComplete()
                  .take(1 + number % 3)
                  .subscribeOn(Schedulers.parallel()),
              64)
          .count()
          .block(Duration.ofMinutes(2));
      assertThat(streams).isPositive();
      assertThat(BLOCKED).as("queued: " + queued).isEmpty();
    }
  }
}
