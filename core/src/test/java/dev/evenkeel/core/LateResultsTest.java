package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A result that nobody gets is closed, or given to the hook. */
class LateResultsTest {

  /** As a connection. */
  private static final class Resource implements AutoCloseable {
    final AtomicInteger closed = new AtomicInteger();

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  private final Resource resource = new Resource();

  private void assertClosed() {
    Hostile.await("closed", () -> resource.closed.get() == 1);
  }

  @Test
  void ofABlockingCall_thatReturnsAfterItsTime() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(20));
    assertThatThrownBy(() -> pipeline.call(() -> {
          Hostile.outliveInterrupt(1);
          return resource;
        }))
        .isInstanceOf(CallTimeoutException.class);
    assertClosed();
  }

  @Test
  void ofADetachedAttempt_thatWasLeftBehind() {
    ExecutorService executor = Hostile.daemons();
    CountDownLatch end = new CountDownLatch(1);
    Pipeline pipeline =
        Pipeline.of("p", Timeout.detached(Duration.ofMillis(300), Hostile.thatBegins(executor)));
    assertThatThrownBy(() -> pipeline.call(() -> {
          Hostile.hangDeaf(end);
          return resource;
        }))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(resource.closed).hasValue(0);
    end.countDown();
    assertClosed();
    executor.shutdown();
  }

  @Test
  void ofAStage_thatCompletesAfterItsTime() {
    Pipeline pipeline = Pipeline.of("p", Timeout.cooperative(Duration.ofMillis(20)));
    CompletableFuture<Resource> source = new CompletableFuture<>();
    assertThat(Hostile.failureOf(pipeline.callAsync(() -> source)))
        .isInstanceOf(CallTimeoutException.class);
    source.complete(resource);
    assertClosed();
  }

  @Test
  void ofAStage_whoseCallerHasGone() {
    Pipeline pipeline = Pipeline.of("p", Timeout.cooperative(Duration.ofMinutes(1)));
    CompletableFuture<Resource> source = new CompletableFuture<>();
    CompletableFuture<Resource> call = pipeline.callAsync(() -> source);
    call.cancel(true);
    source.complete(resource);
    assertClosed();
  }

  @Test
  void ofAHedgedAttempt_thatLost() {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger attempts = new AtomicInteger();
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(60_000), new StubHedge(1_000_000, 1));
    Resource other = new Resource();
    Resource answer = pipeline.call(() -> {
      if (attempts.getAndIncrement() == 0) {
        Hostile.hangDeaf(end); // until the hedge has answered
        return resource;
      }
      end.countDown();
      return other;
    });
    Resource lost = answer == other ? resource : other;
    Hostile.await("closed", () -> lost.closed.get() == 1);
    assertThat(answer.closed).hasValue(0);
  }

  @Test
  void thatARetryDoesNotAccept() {
    Resource good = new Resource();
    AtomicInteger attempts = new AtomicInteger();
    Pipeline pipeline = Pipeline.of("p", new Choosy(good));
    assertThat(pipeline.<Resource, RuntimeException>call(
            () -> attempts.getAndIncrement() == 0 ? resource : good))
        .isSameAs(good);
    assertClosed();
    assertThat(good.closed).hasValue(0);
  }

  private record Choosy(Object good) implements RetryDriver {
    @Override
    public int maxAttempts() {
      return 2;
    }

    @Override
    public boolean readsResults() {
      return true;
    }

    @Override
    public boolean accepts(CallView call) {
      return call.result() == good;
    }

    @Override
    public long afterAttempt(
        CallView call, Verdict verdict, long previousWaitNanos, boolean allowed, long nowNanos) {
      return call.result() != good && call.attempt() < 2 ? 1 : STOP;
    }

    @Override
    public String name() {
      return "choosy";
    }
  }

  @Test
  void goToTheHook_whateverTheyAre_andAHookThatThrowsHarmsNobody() {
    List<Object> taken = new CopyOnWriteArrayList<>();
    Pipeline pipeline = Pipeline.builder("p")
        .onLateResult(result -> {
          taken.add(result);
          throw new AssertionError("a faulty hook");
        })
        .policies(Timeout.ofMillis(10))
        .build();
    for (Object late : new Object[] {"text", resource}) {
      assertThatThrownBy(() -> pipeline.call(() -> {
            Hostile.outliveInterrupt(1);
            return late;
          }))
          .isInstanceOf(CallTimeoutException.class);
    }
    Hostile.await("taken", () -> taken.size() == 2);
    assertThat(taken).containsExactly("text", resource);
    assertThat(resource.closed).hasValue(0);
  }

  @Test
  void thatTheCallerGets_areNotClosed() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(60_000), new StubDriver(2));
    assertThat(pipeline.<Resource, RuntimeException>call(() -> resource)).isSameAs(resource);
    assertThat(pipeline
            .callAsync(() -> CompletableFuture.completedFuture(resource))
            .join())
        .isSameAs(resource);
    assertThat(resource.closed).hasValue(0);
  }
}
