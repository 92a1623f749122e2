package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallContextTest {

  private final ManualKernel kernel = new ManualKernel(0);
  private final CallContext set = CallContext.current()
      .withIdempotencyKey("order-17")
      .withCriticality(Criticality.SHEDDABLE_PLUS);

  @AfterEach
  void noContextIsLeftInTheThread() {
    assertThat(CallerThread.current().context()).isNull();
    assertThat(CallerThread.currentContext()).isNull();
  }

  @Test
  void current_isEmptyOutsideOfAllCalls() {
    CallContext empty = CallContext.current();
    assertThat(empty.deadline()).isNull();
    assertThat(empty.idempotencyKey()).isNull();
    assertThat(empty.attempt()).isEqualTo(1);
    assertThat(empty.criticality()).isEqualTo(Criticality.CRITICAL);
  }

  @Test
  void with_leavesTheOriginalAsItWas() {
    CallContext more = set.withDeadline(Deadline.after(Duration.ofSeconds(1), kernel));
    assertThat(set.deadline()).isNull();
    assertThat(more.idempotencyKey()).isEqualTo("order-17");
    assertThat(more.criticality()).isEqualTo(Criticality.SHEDDABLE_PLUS);
  }

  @Test
  void context_isGoneAfterErrorsToo() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(60_000));
    assertThatThrownBy(() -> set.run(() -> {
          throw new StackOverflowError();
        }))
        .isInstanceOf(StackOverflowError.class);
    assertThat(CallerThread.currentContext()).isNull();
    assertThatThrownBy(() -> pipeline.run(() -> {
          throw new StackOverflowError();
        }))
        .isInstanceOf(StackOverflowError.class);
    assertThat(CallerThread.currentContext()).isNull();
    assertThat(pipeline.callAsync(() -> {
          throw new StackOverflowError();
        }))
        .isCompletedExceptionally();
  }

  @Test
  void innerCall_putsTheOuterContextBack() {
    Pipeline pipeline = Pipeline.of("p");
    set.run(() -> {
      assertThatThrownBy(() -> pipeline.run(() -> {
            throw new IllegalStateException("down");
          }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(CallContext.current()).isSameAs(set);
    });
  }

  @Test
  void attempts_haveTheirNumberAndTheSameKey() {
    List<String> seen = new ArrayList<>();
    Pipeline pipeline = Pipeline.builder("p")
        .kernel(kernel)
        .policies(new StubDriver(3), Timeout.ofMillis(10))
        .build();
    set.run(() -> assertThatThrownBy(() -> pipeline.run(() -> {
          CallContext inside = CallContext.current();
          seen.add(inside.attempt() + " " + inside.idempotencyKey());
          throw new IllegalStateException("down");
        }))
        .isInstanceOf(IllegalStateException.class));
    assertThat(seen).containsExactly("1 order-17", "2 order-17", "3 order-17");
  }

  /** Of the call whose context is in force. */
  private static String inForce() {
    return CallerThread.currentContext() instanceof Frame frame ? frame.pipelineName() : "none";
  }

  @Test
  void callsOfBothKindsWithinEachOther_haveTheContextOfTheInnermost() {
    Pipeline async = Pipeline.of("async");
    CompletableFuture<String> done = CompletableFuture.completedFuture("answer");
    Pipeline.of("blocking").run(() -> {
      assertThat(inForce()).isEqualTo("blocking");
      assertThat(async.callAsync(() -> {
            assertThat(inForce()).isEqualTo("async");
            Pipeline.of("inner").run(() -> assertThat(inForce()).isEqualTo("inner"));
            set.run(() -> {
              assertThat(CallContext.current()).isSameAs(set);
              assertThat(async.callAsync(() -> {
                    assertThat(CallContext.current().idempotencyKey()).isEqualTo("order-17");
                    return done;
                  }))
                  .isCompleted();
              assertThat(CallContext.current()).isSameAs(set);
            });
            assertThat(inForce()).isEqualTo("async");
            return done;
          }))
          .isCompletedWithValue("answer");
      assertThat(inForce()).isEqualTo("blocking");
    });
    assertThat(inForce()).isEqualTo("none");
  }

  @Test
  void asynchronousCallThatHasStarted_isNotTheContextOfItsOwnPolicies() {
    List<String> seen = new ArrayList<>();
    Pipeline inner = Pipeline.of("inner", Fallback.of(failure -> {
      seen.add(inForce());
      return "fallback";
    }));
    Supplier<CompletionStage<String>> failing =
        () -> CompletableFuture.failedFuture(new IllegalStateException("down"));
    Pipeline.of("outer")
        .run(() -> assertThat(inner.callAsync(failing)).isCompletedWithValue("fallback"));
    assertThat(inner.callAsync(failing)).isCompletedWithValue("fallback");
    assertThat(seen).containsExactly("outer", "none");
  }

  @Test
  void detachedCall_hasTheContextOnItsOwnThread() {
    Pipeline pipeline = Pipeline.of("p", Timeout.detached(Duration.ofMinutes(1), Runnable::run));
    String key = set.call(() ->
        pipeline.<String, RuntimeException>call(() -> CallContext.current().idempotencyKey()));
    assertThat(key).isEqualTo("order-17");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "tab\t", "line\n", "\u00e9", "\u007f"})
  void idempotencyKey_refusesWhatNoHeaderCanCarry(String key) {
    assertThatThrownBy(() -> set.withIdempotencyKey(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "idempotencyKey: \"" + key + "\" (expected: 1 to 255 visible ASCII characters)");
  }

  @Test
  void idempotencyKey_isAtMost255Characters() {
    assertThat(set.withIdempotencyKey("~".repeat(255)).idempotencyKey()).hasSize(255);
    assertThatThrownBy(() -> set.withIdempotencyKey("!".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nulls_areRefusedByName() {
    assertThatThrownBy(() -> set.withIdempotencyKey(null))
        .hasMessage("idempotencyKey: null (expected: a value)");
    assertThatThrownBy(() -> set.withCriticality(null))
        .hasMessage("criticality: null (expected: a value)");
    assertThatThrownBy(() -> set.withDeadline(null))
        .hasMessage("deadline: null (expected: a value)");
    assertThatThrownBy(() -> set.call(null)).hasMessage("code: null (expected: a value)");
  }
}
