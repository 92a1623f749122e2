package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.junit.LeakCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class QueuedLimitTest {

  @RegisterExtension
  final LeakCheck leaks = LeakCheck.on(ManualKernel.startingAt(Long.MAX_VALUE - 20_000_000L));

  private final ManualKernel kernel = leaks.kernel();
  private final QueuedLimit limit = QueuedLimit.of(1, 3);
  private final List<String> started = new ArrayList<>();
  private final List<CompletableFuture<String>> running = new ArrayList<>();

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("p").kernel(kernel).policies(policies).build();
  }

  private CompletableFuture<String> call(String name) {
    return call(name, Criticality.CRITICAL, pipeline(limit));
  }

  private CompletableFuture<String> call(String name, Criticality criticality) {
    return call(name, criticality, pipeline(limit));
  }

  private CompletableFuture<String> call(String name, Criticality criticality, Pipeline pipeline) {
    return CallContext.current()
        .withCriticality(criticality)
        .call(() -> pipeline.callAsync(() -> {
          started.add(name);
          CompletableFuture<String> result = new CompletableFuture<>();
          running.add(result);
          return result;
        }));
  }

  private void start(String name) {
    start(name, Criticality.CRITICAL);
  }

  private void start(String name, Criticality criticality) {
    CompletableFuture<String> unused = call(name, criticality);
  }

  private void endNext() {
    running.remove(0).complete("ok");
    kernel.advance(Duration.ZERO);
  }

  private static RefusalReason refusal(CompletableFuture<String> call) {
    return call.handle((result, failure) -> ((CallRefusedException) failure).reason())
        .join();
  }

  @AfterEach
  void nothingIsLeftBehind() {
    while (!running.isEmpty()) {
      endNext();
    }
    assertThat(limit.inFlight()).isZero();
    assertThat(limit.queued()).isZero();
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void callsAboveTheLimit_waitInTheOrderOfTheirArrival() {
    for (String name : List.of("a", "b", "c", "d")) {
      assertThat(call(name)).isNotDone();
    }
    assertThat(limit.inFlight()).isEqualTo(1);
    assertThat(limit.queued()).isEqualTo(3);
    assertThat(refusal(call("e"))).isEqualTo(RefusalReason.CONCURRENCY_LIMIT);
    for (int i = 0; i < 4; i++) {
      endNext();
    }
    assertThat(started).containsExactly("a", "b", "c", "d");
  }

  @Test
  void moreCriticalCalls_goFirst() {
    start("first");
    start("sheddable", Criticality.SHEDDABLE);
    start("critical", Criticality.CRITICAL);
    start("plus", Criticality.CRITICAL_PLUS);
    while (!running.isEmpty()) {
      endNext();
    }
    assertThat(started).containsExactly("first", "plus", "critical", "sheddable");
  }

  @Test
  void fullQueue_givesThePlaceOfTheNewestLeastCriticalCallAway_butForTheirShare() {
    start("first");
    CompletableFuture<String> oldest = call("s1", Criticality.SHEDDABLE);
    CompletableFuture<String> newest = call("s2", Criticality.SHEDDABLE);
    CompletableFuture<String> better = call("sp", Criticality.SHEDDABLE_PLUS);
    assertThat(call("c1", Criticality.CRITICAL)).isNotDone();
    assertThat(refusal(newest)).isEqualTo(RefusalReason.LOAD_SHED);
    assertThat(call("c2", Criticality.CRITICAL)).isNotDone();
    assertThat(refusal(oldest)).isEqualTo(RefusalReason.LOAD_SHED);
    assertThat(refusal(call("c3", Criticality.CRITICAL)))
        .isEqualTo(RefusalReason.CONCURRENCY_LIMIT);
    assertThat(refusal(call("s3", Criticality.SHEDDABLE)))
        .isEqualTo(RefusalReason.CONCURRENCY_LIMIT);
    assertThat(better).as("its place is the share of the less critical").isNotDone();
    assertThat(limit.queued()).isEqualTo(3);
  }

  @Test
  void lessCriticalCalls_doNotStarve() {
    start("first");
    start("lowly", Criticality.SHEDDABLE);
    for (int i = 0; i < 100 && !started.contains("lowly"); i++) {
      start("c" + i);
      start("c'" + i);
      endNext();
    }
    assertThat(started.indexOf("lowly")).isEqualTo(WaitQueue.SHARE);
  }

  @Test
  void waiterThatGaveUp_isRemoved_andTheNextOneGoesOn() {
    start("a");
    CompletableFuture<String> b = call("b");
    CompletableFuture<String> c = call("c");
    assertThat(b.cancel(true)).isTrue();
    assertThat(limit.queued()).isEqualTo(1);
    assertThat(kernel.armedTimers()).isEqualTo(1);
    endNext();
    assertThat(started).containsExactly("a", "c");
    endNext();
    assertThat(c).isCompletedWithValue("ok");
  }

  @Test
  void longestWait_endsInARefusal_andTheDeadlineInATimeout() {
    limit.setMaxWait(Duration.ofMillis(100));
    start("a");
    CompletableFuture<String> b = call("b");
    CompletableFuture<String> c =
        call("c", Criticality.CRITICAL, pipeline(Timeout.total(Duration.ofMillis(50)), limit));
    kernel.advance(Duration.ofMillis(49));
    assertThat(c).isNotDone();
    kernel.advance(Duration.ofMillis(1));
    assertThatThrownBy(c::join).hasCauseInstanceOf(CallTimeoutException.class);
    assertThat(limit.queued()).isEqualTo(1);
    kernel.advance(Duration.ofMillis(50));
    assertThat(refusal(b)).isEqualTo(RefusalReason.CONCURRENCY_LIMIT);
    assertThat(limit.queued()).isZero();
  }

  @Test
  void blockingCall_waitsOnItsOwnThread_inVirtualTime() {
    CompletableFuture<String> a = call("a");
    kernel.schedule(kernel.nanoTime() + 30_000_000L, () -> running.remove(0).complete("ok"));
    long before = kernel.nanoTime();
    assertThat(pipeline(limit).call(() -> "blocking")).isEqualTo("blocking");
    assertThat(kernel.nanoTime() - before).isEqualTo(30_000_000L);
    assertThat(a).isCompletedWithValue("ok");
  }

  @Test
  void limitRaisedOrLoweredInFlight_isFollowed() {
    for (String name : List.of("a", "b", "c", "d")) {
      start(name);
    }
    limit.setMaxConcurrentCalls(3);
    kernel.advance(Duration.ZERO);
    assertThat(started).containsExactly("a", "b", "c");
    limit.setMaxConcurrentCalls(1);
    endNext();
    endNext();
    assertThat(started).hasSize(3);
    endNext();
    assertThat(started).containsExactly("a", "b", "c", "d");
    limit.setMaxQueued(1);
    assertThat(call("e")).isNotDone();
    assertThat(refusal(call("f"))).isEqualTo(RefusalReason.CONCURRENCY_LIMIT);
  }

  @Test
  void pipelinesThatShareIt_shareItsQueue() {
    start("a");
    CompletableFuture<String> b = call("b", Criticality.CRITICAL, pipeline(limit));
    endNext();
    assertThat(started).isEqualTo(List.of("a", "b"));
    assertThat(b).isNotDone();
    assertThat(Collections.frequency(started, "b")).isEqualTo(1);
  }

  @Test
  void badInput_isRefusedWithItsField() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QueuedLimit.of(0, 1))
        .withMessage("maxConcurrentCalls: 0 (expected: 1 to 1000000)");
    assertThatIllegalArgumentException().isThrownBy(() -> QueuedLimit.of(1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> limit.setMaxWait(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> limit.setMaxQueued(100_001));
    assertThat(limit).hasToString("queued-limit(1, queue of 3)");
  }
}
