package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A call that its interrupt does not end may never come back: the log tells while it runs. */
class HangingCallTest {

  private static final long SECOND = 1_000_000_000;

  private final ManualKernel kernel = new ManualKernel(0);
  private final Logs logs = new Logs();

  @AfterEach
  void noTimerIsLeft() {
    logs.close();
    assertThat(kernel.armedTimers()).isZero();
    assertThat(Thread.interrupted()).isFalse();
  }

  private Pipeline pipeline(String name) {
    return Pipeline.builder(name)
        .kernel(kernel)
        .policies(Timeout.of(Duration.ofSeconds(1)))
        .build();
  }

  /** Ignores its interrupt; what was logged of hanging calls meanwhile. */
  private List<String> hang(Pipeline pipeline, long seconds) {
    List<String> told = new ArrayList<>();
    assertThatThrownBy(() -> pipeline.run(() -> {
          kernel.advance(seconds * SECOND);
          logs.lines().stream().filter(line -> line.contains("still runs")).forEach(told::add);
        }))
        .isInstanceOf(CallTimeoutException.class);
    return told;
  }

  @Test
  void toldWhileItRuns_withItsThreadAndPlace() throws InterruptedException {
    Pipeline pipeline = pipeline("orders");
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Thread caller = new Thread(
        () -> {
          Throwable unused = catchThrowable(() -> pipeline.run(() -> {
            inside.countDown();
            hangUntil(end);
          }));
        },
        "caller");
    caller.start();
    inside.await();
    Hostile.awaitBlocked(caller);
    kernel.advance(SECOND);
    kernel.advance(10 * SECOND);
    List<String> told = logs.lines();
    end.countDown();
    caller.join();
    assertThat(told)
        .filteredOn(line -> line.contains("still runs"))
        .singleElement()
        .asString()
        .startsWith("pipeline 'orders': a call still runs 10 s after its interrupt,"
            + " on thread 'caller': in ")
        .contains(HangingCallTest.class.getName() + ".hangUntil(")
        .endsWith("see docs/guide/timeouts.md) (logged once)");
  }

  private static void hangUntil(CountDownLatch end) {
    while (end.getCount() > 0) {
      try {
        end.await();
      } catch (InterruptedException ignored) {
        // as a client does that knows better
      }
    }
  }

  @Test
  void callThatEndsBefore_isNotToldOf_andTheNextOneIsLookedAfter() {
    Pipeline pipeline = pipeline("orders");
    assertThat(hang(pipeline, 10)).isEmpty();
    assertThat(kernel.armedTimers()).as("of a call that has ended").isZero();
    assertThat(hang(pipeline, 12)).hasSize(1);
  }

  @Test
  void toldOnceForEachPipeline() {
    Pipeline first = pipeline("first");
    assertThat(hang(first, 30)).hasSize(1);
    logs.clear();
    assertThat(hang(first, 30)).isEmpty();
    assertThat(hang(pipeline("second"), 30)).hasSize(1);
  }

  @Test
  void innerCall_isToldOfByTheInnerPipeline() {
    Pipeline outer = Pipeline.builder("outer")
        .kernel(kernel)
        .policies(Timeout.of(Duration.ofSeconds(60)))
        .build();
    outer.run(() -> assertThat(hang(pipeline("inner"), 30))
        .singleElement()
        .asString()
        .startsWith("pipeline 'inner'"));
  }

  @Test
  void callThatObeysItsInterrupt_leavesNoTimer() {
    Pipeline pipeline = pipeline("orders");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> pipeline.<Object, InterruptedException>call(() -> {
            kernel.advance(SECOND);
            throw new InterruptedException();
          }))
          .isInstanceOf(CallTimeoutException.class);
      assertThat(kernel.armedTimers()).isZero();
    }
    assertThat(logs.lines()).noneMatch(line -> line.contains("still runs"));
  }
}
