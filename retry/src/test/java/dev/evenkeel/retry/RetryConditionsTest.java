package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineException;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Conditions are about what the dependency throws; timeouts of the pipeline's are retried. */
class RetryConditionsTest {

  private final ManualKernel kernel = ManualKernel.create();
  private int attempts;

  private Pipeline pipeline(UnaryOperator<Retry.Builder> conditions, Policy... more) {
    Policy[] policies = new Policy[more.length + 1];
    System.arraycopy(more, 0, policies, 1, more.length);
    policies[0] = conditions.apply(Retry.builder().unlimitedBudget()).build();
    return Pipeline.builder("orders").kernel(kernel).policies(policies).build();
  }

  private int attempts(UnaryOperator<Retry.Builder> conditions, Throwable failure) {
    attempts = 0;
    assertThatThrownBy(() -> pipeline(conditions).run(() -> {
          attempts++;
          throw failure;
        }))
        .isSameAs(failure);
    return attempts;
  }

  /** Of a dependency that never answers. */
  private int attemptsThatHang(UnaryOperator<Retry.Builder> conditions) {
    attempts = 0;
    CompletableFuture<String> call = pipeline(conditions, Timeout.ofMillis(100)).callAsync(() -> {
      attempts++;
      return new CompletableFuture<>();
    });
    kernel.advance(Duration.ofSeconds(30));
    assertThat(call).isCompletedExceptionally();
    return attempts;
  }

  @Test
  void classes_areRetried_withWhatExtendsThem_andOthersAreNot() {
    UnaryOperator<Retry.Builder> io = retry -> retry.retryOn(IOException.class);
    assertThat(attempts(io, new IOException())).isEqualTo(3);
    assertThat(attempts(io, new ConnectException())).isEqualTo(3);
    assertThat(attempts(io, new IllegalStateException())).isEqualTo(1);
  }

  @Test
  void timeouts_areRetried_whateverExceptionsOfTheDependencyAreNamed() {
    assertThat(attemptsThatHang(retry -> retry)).isEqualTo(3);
    assertThat(attemptsThatHang(retry -> retry.retryOn(IOException.class))).isEqualTo(3);
    assertThat(attemptsThatHang(retry -> retry.retryOn(f -> f instanceof IOException)))
        .isEqualTo(3);
    assertThat(attemptsThatHang(retry -> retry.neverRetryOn(IllegalArgumentException.class)))
        .isEqualTo(3);
    assertThat(attemptsThatHang(retry -> retry.neverRetryOn(RuntimeException.class)))
        .as("a timeout is not what is meant by it")
        .isEqualTo(3);
  }

  @Test
  void timeouts_thatAreExcludedByName_areNot() {
    assertThat(attemptsThatHang(retry -> retry.neverRetryOn(CallTimeoutException.class)))
        .isEqualTo(1);
    assertThat(attemptsThatHang(
            retry -> retry.retryOn(IOException.class).neverRetryOn(PipelineException.class)))
        .isEqualTo(1);
  }

  @Test
  void timeoutOfAPipelineInside_isRetriedToo() {
    UnaryOperator<Retry.Builder> io = retry -> retry.retryOn(IOException.class);
    CallTimeoutException inner =
        new CallTimeoutException("inner", "timeout", Duration.ofMillis(10), null);
    assertThat(attempts(io, inner)).isEqualTo(3);
    assertThat(attempts(io, new ExecutionException(inner))).isEqualTo(3);
  }

  @Test
  void refusalOfALimit_isRetriedAsWithoutACondition() {
    ConcurrencyLimit limit = ConcurrencyLimit.of(1);
    Pipeline pipeline = pipeline(retry -> retry.retryOn(IOException.class), limit);
    long before = kernel.nanoTime();
    pipeline.run(
        () -> assertThat(pipeline.callOrElse(() -> "inner", "refused")).isEqualTo("refused"));
    assertThat(kernel.nanoTime()).as("waits").isGreaterThan(before);
  }

  @Test
  void never_winsOverWhatIsRetried_inWhateverOrder() {
    assertThat(attempts(
            retry -> retry.retryOn(IOException.class).neverRetryOn(FileNotFoundException.class),
            new FileNotFoundException()))
        .isEqualTo(1);
    assertThat(attempts(
            retry -> retry.neverRetryOn(FileNotFoundException.class).retryOn(failure -> true),
            new FileNotFoundException()))
        .isEqualTo(1);
  }

  @Test
  void conditions_addUp() {
    UnaryOperator<Retry.Builder> both = retry -> retry
        .retryOn(IOException.class, IllegalStateException.class)
        .retryOn(failure -> "again".equals(failure.getMessage()))
        .neverRetryOn(FileNotFoundException.class)
        .neverRetryOn(ConnectException.class);
    assertThat(attempts(both, new IOException())).isEqualTo(3);
    assertThat(attempts(both, new IllegalStateException())).isEqualTo(3);
    assertThat(attempts(both, new IllegalArgumentException("again"))).isEqualTo(3);
    assertThat(attempts(both, new IllegalArgumentException("no"))).isEqualTo(1);
    assertThat(attempts(both, new FileNotFoundException())).isEqualTo(1);
    assertThat(attempts(both, new ConnectException())).isEqualTo(1);
  }

  @Test
  void whatAFutureFailedWith_isLookedAt_oneLevelDeep() {
    UnaryOperator<Retry.Builder> io = retry -> retry.retryOn(IOException.class);
    assertThat(attempts(io, new ExecutionException(new IOException()))).isEqualTo(3);
    assertThat(attempts(io, new CompletionException(new IOException()))).isEqualTo(3);
    assertThat(attempts(io, new CompletionException(new IllegalStateException())))
        .isEqualTo(1);
    assertThat(attempts(
            retry -> retry.retryOn(failure -> failure instanceof IOException),
            new ExecutionException(new IOException())))
        .isEqualTo(3);
    UnaryOperator<Retry.Builder> notIo = retry -> retry.neverRetryOn(IOException.class);
    assertThat(attempts(notIo, new ExecutionException(new IOException()))).isEqualTo(1);
    assertThat(attempts(
            retry -> retry.neverRetryOn(ExecutionException.class),
            new ExecutionException(new IOException())))
        .as("the wrapper itself, where it is named")
        .isEqualTo(1);
    assertThat(attempts(retry -> retry, new ExecutionException(new StackOverflowError())))
        .as("an Error is never retried")
        .isEqualTo(1);
  }

  @Test
  void waitThatAWrappedFailureAsksFor_isWaited() {
    Retry retry = Retry.builder()
        .maxAttempts(2)
        .maxWait(Duration.ofSeconds(9))
        .retryAfter(failure -> failure instanceof IOException ? Duration.ofSeconds(9) : null)
        .build();
    Pipeline pipeline =
        Pipeline.builder("orders").kernel(kernel).policies(retry).build();
    assertThatThrownBy(() -> pipeline.run(() -> {
          throw new ExecutionException(new IOException());
        }))
        .isInstanceOf(ExecutionException.class);
    assertThat(kernel.nanoTime()).isEqualTo(9_000_000_000L);
  }

  @Test
  void badClasses_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retry.builder().retryOn())
        .withMessage("retryOn: none (expected: at least one class)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retry.builder().neverRetryOn())
        .withMessage("neverRetryOn: none (expected: at least one class)");
    assertThatThrownBy(() -> Retry.builder().neverRetryOn(IOException.class, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("neverRetryOn: null (expected: a value)");
    assertThatThrownBy(() -> Retry.builder().retryOn((Class<? extends Throwable>[]) null))
        .hasMessage("retryOn: null (expected: a value)");
  }
}
