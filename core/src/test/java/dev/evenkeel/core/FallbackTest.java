package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fallbacks by type, for a pipeline and for one call, and those that throw on purpose. */
class FallbackTest {

  /** What an application makes of failures of its dependencies. */
  private static final class OrderUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    OrderUnavailable(Throwable cause) {
      super(cause);
    }
  }

  private final ManualKernel kernel = new ManualKernel(0);
  private final List<String> heard = new ArrayList<>();
  private final Logs logs = new Logs();

  private final PipelineListener listener = new PipelineListener() {
    @Override
    public void onFallback(CallView call, Throwable failure) {
      heard.add("fallback for " + failure.getClass().getSimpleName());
    }

    @Override
    public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
      heard.add("end " + verdict);
    }
  };

  @BeforeEach
  @AfterEach
  void nothingLeft() {
    assertThat(Thread.interrupted()).isFalse();
    assertThat(kernel.armedTimers()).isZero();
  }

  @AfterEach
  void nothingIsLogged() {
    assertThat(logs.lines()).isEmpty();
    logs.close();
  }

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("orders")
        .kernel(kernel)
        .listener(listener)
        .policies(policies)
        .build();
  }

  private static <T> CheckedSupplier<T, IOException> failing(IOException failure) {
    return () -> {
      throw failure;
    };
  }

  private static Object answer(Pipeline pipeline, Exception failure) throws Exception {
    return pipeline.<Object, Exception>call(() -> {
      throw failure;
    });
  }

  private static Supplier<CompletionStage<String>> failingStage(Throwable failure) {
    return () -> CompletableFuture.failedFuture(failure);
  }

  @Test
  void policyForATypes_answersThoseOnly() throws Exception {
    Pipeline pipeline = pipeline(Fallback.of(FileNotFoundException.class, missing -> "none"));
    assertThat(answer(pipeline, new FileNotFoundException())).isEqualTo("none");
    IOException down = new IOException("down");
    assertThatThrownBy(() -> pipeline.call(failing(down))).isSameAs(down);
    assertThat(heard)
        .containsExactly("fallback for FileNotFoundException", "end SUCCESS", "end FAILURE");
  }

  @Test
  void policyWhenTypes_andWhenCondition_narrow() throws Exception {
    Pipeline pipeline = pipeline(Fallback.to("none")
        .when(FileNotFoundException.class, IllegalStateException.class)
        .when(failure -> "a".equals(failure.getMessage())));
    assertThat(answer(pipeline, new FileNotFoundException("a"))).isEqualTo("none");
    assertThatThrownBy(() -> pipeline.call(failing(new FileNotFoundException("b"))))
        .hasMessage("b");
    assertThatThrownBy(() -> pipeline.call(failing(new IOException("a")))).hasMessage("a");
  }

  @Test
  void whatAFutureFailedWith_isLookedAt_andGiven() throws Exception {
    ExecutionException wrapped = new ExecutionException(new FileNotFoundException("x"));
    Pipeline pipeline =
        pipeline(Fallback.of(FileNotFoundException.class, missing -> "no " + missing.getMessage()));
    assertThat(answer(pipeline, wrapped)).isEqualTo("no x");
    assertThat(answer(pipeline(Fallback.to("no").when(FileNotFoundException.class)), wrapped))
        .isEqualTo("no");
    assertThat(answer(pipeline(Fallback.of(ExecutionException.class, e -> "wrapper")), wrapped))
        .isEqualTo("wrapper");
    ExecutionException error = new ExecutionException(new StackOverflowError());
    assertThatThrownBy(() -> pipeline(Fallback.to("never")).call(() -> {
          throw error;
        }))
        .as("an Error is answered by none")
        .isSameAs(error);
  }

  @Test
  void oneCall_hasAFallbackForOneType_andIsHeard() throws IOException {
    Pipeline pipeline = pipeline();
    String answer = pipeline.call(
        failing(new FileNotFoundException("x")),
        FileNotFoundException.class,
        missing -> "no " + missing.getMessage());
    assertThat(answer).isEqualTo("no x");
    assertThat(heard).containsExactly("fallback for FileNotFoundException", "end SUCCESS");
    IOException down = new IOException("down");
    assertThatThrownBy(() -> pipeline.call(
            FallbackTest.<String>failing(down), FileNotFoundException.class, missing -> "no"))
        .isSameAs(down);
  }

  @Test
  void oneCall_forRefusalsOnly() {
    Pipeline pipeline = pipeline(ConcurrencyLimit.of(1));
    String answer = pipeline.call(() -> pipeline.call(
        () -> "never", CallRefusedException.class, refused -> refused.reason().name()));
    assertThat(answer).isEqualTo("CONCURRENCY_LIMIT");
    assertThat(heard)
        .containsExactly("fallback for CallRefusedException", "end SUCCESS", "end SUCCESS");
  }

  @Test
  void oneRun_hasAFallback() throws IOException {
    Pipeline pipeline = pipeline();
    List<Throwable> seen = new ArrayList<>();
    IOException down = new IOException("down");
    pipeline.run(
        () -> {
          throw down;
        },
        seen::add);
    pipeline.run(
        () -> {
          throw new FileNotFoundException();
        },
        FileNotFoundException.class,
        seen::add);
    assertThat(seen).hasSize(2).startsWith(down);
    assertThatThrownBy(() -> pipeline.run(
            () -> {
              throw down;
            },
            FileNotFoundException.class,
            seen::add))
        .isSameAs(down);
    assertThat(heard)
        .containsExactly(
            "fallback for IOException",
            "end SUCCESS",
            "fallback for FileNotFoundException",
            "end SUCCESS",
            "end FAILURE");
  }

  @Test
  void fallbackThatRethrowsTheFailure_isNoFault() {
    IOException down = new IOException("down");
    Pipeline policy = pipeline(Fallback.of(failure -> {
      throw failure;
    }));
    assertThatThrownBy(() -> policy.call(failing(down))).isSameAs(down);
    assertThatThrownBy(() -> pipeline()
            .call(FallbackTest.<String>failing(down), IOException.class, failure -> {
              throw failure;
            }))
        .isSameAs(down);
    assertThat(pipeline()
            .callAsyncCompose(
                failingStage(down), failure -> CompletableFuture.failedFuture(failure))
            .handle((result, failure) -> failure))
        .isCompletedWithValue(down);
    assertThat(down.getSuppressed()).isEmpty();
    assertThat(heard).containsExactly("end FAILURE", "end FAILURE", "end FAILURE");
  }

  @Test
  void fallbackThatMapsTheFailure_givesTheCallerItsOwn_withTheFailureAsCause() {
    IOException down = new IOException("down");
    Pipeline policy = pipeline(Fallback.of(failure -> {
      throw new OrderUnavailable(failure);
    }));
    assertThatThrownBy(() -> policy.call(failing(down)))
        .isInstanceOf(OrderUnavailable.class)
        .hasCause(down)
        .satisfies(mapped -> assertThat(mapped.getSuppressed()).isEmpty());
    Function<Throwable, String> map = failure -> {
      throw new OrderUnavailable(failure);
    };
    assertThatThrownBy(() -> pipeline().call(failing(down), map))
        .isInstanceOf(OrderUnavailable.class)
        .hasCause(down);
    assertThatThrownBy(() -> pipeline().callAsync(failingStage(down), map).join())
        .cause()
        .isInstanceOf(OrderUnavailable.class)
        .hasCause(down);
  }

  @Test
  void fallbackThatThrowsWithoutTheCause_doesNotHideTheFailure() {
    IOException down = new IOException("down");
    assertThatThrownBy(() -> pipeline().call(failing(down), failure -> {
          throw new IllegalArgumentException("a bug");
        }))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(own -> assertThat(own.getSuppressed()).containsExactly(down));
    assertThatThrownBy(() -> pipeline().call(failing(down), failure -> {
          throw new AssertionError("a bug");
        }))
        .isInstanceOf(AssertionError.class)
        .satisfies(own -> assertThat(own.getSuppressed()).containsExactly(down));
  }

  @Test
  void interruptThatIsMapped_staysSet_andOneThatIsRethrownIsNot() {
    assertThatThrownBy(() -> pipeline()
            .call(
                () -> {
                  throw new InterruptedException();
                },
                failure -> {
                  throw new OrderUnavailable(failure);
                }))
        .isInstanceOf(OrderUnavailable.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> pipeline(Fallback.of(failure -> {
              throw failure;
            }))
            .call(() -> {
              throw new InterruptedException();
            }))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void asynchronousCall_hasAFallbackOfItsOwn_atOnceAndLater() {
    Pipeline pipeline = pipeline(Timeout.ofMillis(5));
    IOException down = new IOException("down");
    assertThat(pipeline.callAsync(failingStage(down), failure -> "other"))
        .isCompletedWithValue("other");
    CompletableFuture<String> later =
        pipeline.callAsync(CompletableFuture::new, failure -> failure.getClass().getSimpleName());
    assertThat(later).isNotDone();
    kernel.advance(5_000_000);
    assertThat(later).isCompletedWithValue("CallTimeoutException");
    assertThat(pipeline.<String>callAsync(
            () -> CompletableFuture.completedFuture("ok"), failure -> "other"))
        .isCompletedWithValue("ok");
    assertThat(heard)
        .containsExactly(
            "fallback for IOException",
            "end SUCCESS",
            "fallback for CallTimeoutException",
            "end SUCCESS",
            "end SUCCESS");
  }

  @Test
  void asynchronousCall_hasAFallbackForOneType() {
    Pipeline pipeline = pipeline();
    assertThat(pipeline.callAsync(
            failingStage(new CompletionException(new FileNotFoundException("x"))),
            FileNotFoundException.class,
            missing -> "no " + missing.getMessage()))
        .isCompletedWithValue("no x");
    IOException down = new IOException("down");
    assertThat(pipeline
            .callAsync(failingStage(down), FileNotFoundException.class, missing -> "no")
            .handle((result, failure) -> failure))
        .isCompletedWithValue(down);
  }

  @Test
  void asynchronousFallback_isWaitedFor_andCancelledWithTheCall() {
    Pipeline pipeline = pipeline();
    CompletableFuture<String> secondary = new CompletableFuture<>();
    CompletableFuture<String> call =
        pipeline.callAsyncCompose(failingStage(new IOException()), failure -> secondary);
    assertThat(call).isNotDone();
    secondary.complete("secondary");
    assertThat(call).isCompletedWithValue("secondary");
    CompletableFuture<String> never = new CompletableFuture<>();
    CompletableFuture<String> given = pipeline.callAsyncCompose(
        failingStage(new FileNotFoundException()), FileNotFoundException.class, missing -> never);
    given.cancel(true);
    assertThat(never).isCancelled();
  }

  @Test
  void fallbackOfTheCall_isOutsideOfThePipelines_andAskedWhenThatOneFails() {
    CompletableFuture<String> secondary = new CompletableFuture<>();
    Pipeline pipeline = pipeline(Fallback.of(failure -> secondary));
    CompletableFuture<String> call =
        pipeline.callAsync(failingStage(new IOException()), failure -> failure.getMessage());
    secondary.completeExceptionally(new IllegalStateException("secondary is down"));
    assertThat(call).isCompletedWithValue("secondary is down");
    CompletableFuture<String> tertiary = CompletableFuture.completedFuture("tertiary");
    assertThat(pipeline.callAsyncCompose(failingStage(new IOException()), failure -> tertiary))
        .isCompletedWithValue("tertiary");
  }

  @Test
  void blockingFallbackWhoseStageFails_leavesTheOuterOneToBeAskedOnce() {
    List<Throwable> asked = new ArrayList<>();
    IllegalStateException secondary = new IllegalStateException("secondary is down");
    CompletableFuture<String> stage = CompletableFuture.failedFuture(secondary);
    Pipeline pipeline = pipeline(
        Fallback.of(failure -> {
          asked.add(failure);
          throw new OrderUnavailable(failure);
        }),
        Fallback.of(IOException.class, failure -> stage));
    assertThatThrownBy(() -> pipeline.call(failing(new IOException("down"))))
        .isInstanceOf(OrderUnavailable.class)
        .hasCause(secondary);
    assertThat(asked).containsExactly(secondary);
    asked.clear();
    CompletableFuture<Object> later = pipeline.callAsync(failingStage(new IOException("down")));
    assertThatThrownBy(later::join).cause().isInstanceOf(OrderUnavailable.class);
    assertThat(asked).containsExactly(secondary);
  }

  @Test
  void hedgedCallsWithRetries_haveAFallbackOfTheirOwn() {
    Pipeline pipeline = pipeline(
        Timeout.total(Duration.ofSeconds(1)),
        new StubDriver(2),
        new StubHedge(1_000_000, 1),
        ConcurrencyLimit.of(9),
        Timeout.ofMillis(5));
    CompletableFuture<String> call =
        pipeline.callAsync(CompletableFuture::new, failure -> failure.getClass().getSimpleName());
    for (int i = 0; i < 20; i++) {
      kernel.advance(1_000_000);
    }
    assertThat(call).isCompletedWithValue("CallTimeoutException");
    assertThat(heard).containsExactly("fallback for CallTimeoutException", "end SUCCESS");
    assertThat(pipeline.policy(ConcurrencyLimit.class).orElseThrow().inFlight()).isZero();
  }

  @Test
  void callAroundAFallback_ofAnotherType_givesAStageAsItIs() {
    CompletableFuture<String> stage = CompletableFuture.completedFuture("done");
    CompletableFuture<String> answer = pipeline()
        .call(
            () -> {
              throw new IOException();
            },
            failure -> stage);
    assertThat(answer).as("the result is a stage, not what it stands for").isSameAs(stage);
  }

  @Test
  void frameOfACallWithAFallback_isUsedAgainByOneWithout() throws IOException {
    Pipeline pipeline = pipeline(new StubDriver(2), Timeout.ofMillis(5));
    for (int i = 0; i < 10; i++) {
      CompletableFuture<String> call =
          pipeline.callAsync(failingStage(new IOException()), failure -> "other");
      kernel.advance(10_000_000);
      assertThat(call).isCompletedWithValue("other");
      String answer = pipeline.call(failing(new IOException()), failure -> "other");
      assertThat(answer).isEqualTo("other");
      assertThat(pipeline.<String, IOException>call(() -> "ok")).isEqualTo("ok");
    }
    logs.clear(); // the retry has no total timeout
  }

  @Test
  void expiredDeadline_isAnsweredToo() {
    Pipeline pipeline = pipeline(Timeout.ofMillis(5));
    Deadline past = Deadline.after(Duration.ZERO, kernel);
    assertThat(past.<String, RuntimeException>call(
            () -> pipeline.call(() -> "never", failure -> "late")))
        .isEqualTo("late");
    assertThat(past.<CompletableFuture<String>, RuntimeException>call(() -> pipeline.callAsync(
            () -> CompletableFuture.completedFuture("never"), failure -> "late")))
        .isCompletedWithValue("late");
  }

  @Test
  void nulls_areRefused() {
    Pipeline pipeline = pipeline();
    assertThatThrownBy(() -> pipeline.call(() -> "x", null, failure -> "y"))
        .hasMessage("type: null (expected: a value)");
    assertThatThrownBy(() -> pipeline.call(() -> "x", IOException.class, null))
        .hasMessage("fallback: null (expected: a value)");
    assertThatThrownBy(() -> pipeline.run(() -> {}, null))
        .hasMessage("fallback: null (expected: a value)");
    assertThatThrownBy(() -> pipeline.callAsync(null, failure -> "x"))
        .hasMessage("call: null (expected: a value)");
    assertThatThrownBy(() -> Fallback.of(null, failure -> "x"))
        .hasMessage("type: null (expected: a value)");
    assertThatThrownBy(() -> Fallback.to("x").when()).hasMessageStartingWith("types.length: 0");
    assertThatThrownBy(() -> Fallback.to("x").when(IOException.class, null))
        .hasMessage("types[1]: null (expected: a value)");
  }
}
