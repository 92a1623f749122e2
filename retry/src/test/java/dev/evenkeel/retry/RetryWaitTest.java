package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.RetryAfter;
import dev.evenkeel.core.RetryDenial;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** No wait is longer than a bound that the user can see, whoever asks for it. */
class RetryWaitTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final ManualKernel kernel = ManualKernel.startingAt(Long.MAX_VALUE - 1_000_000);
  private final long beginNanos = kernel.nanoTime();
  private final List<RetryDenial> denials = new ArrayList<>();
  private int attempts;

  private record Response(int status, Map<String, String> headers) {}

  private record Throttled(Duration retryAfter) implements RetryAfter {}

  private static final class StatusException extends IOException implements RetryAfter {
    private static final long serialVersionUID = 1;
    private final long seconds;

    StatusException(Duration after) {
      super("503");
      seconds = after.toSeconds();
    }

    @Override
    public Duration retryAfter() {
      return Duration.ofSeconds(seconds);
    }
  }

  private Pipeline pipeline(Retry retry) {
    return Pipeline.builder("api")
        .kernel(kernel)
        .policies(retry, Timeout.ofMillis(500))
        .listener(new PipelineListener() {
          @Override
          public void onRetryDenied(CallView call, RetryDenial reason) {
            denials.add(reason);
          }
        })
        .build();
  }

  private Duration passed() {
    return Duration.ofNanos(kernel.nanoTime() - beginNanos);
  }

  private String failing(Exception failure) throws Exception {
    attempts++;
    throw failure;
  }

  @Test
  void retryAfterOfAnHour_isGivenBackAtOnce_andSaysSo() {
    Pipeline pipeline = pipeline(Retry.jittered(3));
    assertThatThrownBy(() -> pipeline.call(() -> failing(new StatusException(HOUR))))
        .isInstanceOf(StatusException.class)
        .satisfies(failure -> assertThat(failure.getSuppressed())
            .singleElement()
            .extracting(Throwable::getMessage)
            .isEqualTo("asked to wait for 3600 s (expected: at most maxWait, 2 s)"));
    assertThat(attempts).isEqualTo(1);
    assertThat(passed()).isZero();
    assertThat(denials).containsExactly(RetryDenial.WAIT_TOO_LONG);
  }

  @Test
  void retryAfterOfADay_readFromAnyFailure_isGivenBackAtOnce_inBothWorlds() {
    Retry retry = Retry.builder()
        .backoff(Backoff.fullJitter(Duration.ofMillis(100), Duration.ofSeconds(10)))
        .retryAfter(failure -> Duration.ofSeconds(86_400))
        .build();
    assertThatThrownBy(() -> pipeline(retry).call(() -> failing(new IOException("429"))))
        .isInstanceOf(IOException.class);
    CompletableFuture<String> later =
        pipeline(retry).callAsync(() -> CompletableFuture.failedFuture(new IOException("429")));
    assertThat(later).isCompletedExceptionally();
    assertThat(passed()).isZero();
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void waitOfJustTheLongest_isWaitedFor_andNotExceededByTheFifthAtRandom() {
    Pipeline pipeline =
        pipeline(Retry.builder().maxAttempts(2).maxWait(Duration.ofSeconds(60)).build());
    assertThatThrownBy(
        () -> pipeline.call(() -> failing(new StatusException(Duration.ofSeconds(60)))));
    assertThat(attempts).isEqualTo(2);
    assertThat(passed()).isEqualTo(Duration.ofSeconds(60));
    assertThatThrownBy(
        () -> pipeline.call(() -> failing(new StatusException(Duration.ofSeconds(61)))));
    assertThat(attempts).isEqualTo(3);
    assertThat(passed()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void waitThatAResultAsksFor_isWaitedFor() {
    Response busy = new Response(503, Map.of("Retry-After", "2"));
    Retry retry = Retry.builder()
        .retryOnResult(result -> result instanceof Response response && response.status() == 503)
        .retryAfterResult(result -> result instanceof Response response
            ? Duration.ofSeconds(Long.parseLong(response.headers().get("Retry-After")))
            : null)
        .retryAfter(failure -> HOUR) // not asked
        .build();
    assertThat(pipeline(retry).<Response, RuntimeException>call(() -> busy)).isSameAs(busy);
    assertThat(passed()).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void resultThatAsksForTooLongAWait_isGivenBackAtOnce_andTheListenerHearsWhy() {
    Retry retry = Retry.builder().retryOnResult(result -> true).build();
    Throttled throttled = new Throttled(HOUR);
    assertThat(pipeline(retry).<Throttled, RuntimeException>call(() -> throttled))
        .isSameAs(throttled);
    assertThat(passed()).isZero();
    assertThat(denials).containsExactly(RetryDenial.WAIT_TOO_LONG);
  }

  @Test
  void refusalOfARateLimit_isNotRetried_notEvenFromAPipelineInside() {
    CallRefusedException refused =
        new CallRefusedException("inner", "rate-limit", RefusalReason.RATE_LIMIT, HOUR);
    Pipeline pipeline = pipeline(Retry.builder().maxWait(HOUR.multipliedBy(2)).build());
    assertThatThrownBy(() -> pipeline.call(() -> failing(refused))).isSameAs(refused);
    assertThat(attempts).isEqualTo(1);
    assertThat(passed()).isZero();
  }

  @Test
  void exceptionThrownAgainAndAgain_carriesOneNote() {
    StatusException same = new StatusException(HOUR);
    Pipeline pipeline = pipeline(Retry.jittered(3));
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> pipeline.call(() -> failing(same))).isSameAs(same);
    }
    assertThat(same.getSuppressed()).hasSize(1);
  }

  @Test
  void deadlineThatLeavesNoTimeForAnother_isToldToTheListener() {
    Pipeline pipeline = Pipeline.builder("api")
        .kernel(kernel)
        .policies(
            Timeout.total(Duration.ofMillis(900)),
            Retry.builder().backoff(Backoff.fixed(Duration.ofSeconds(1))).build())
        .listener(new PipelineListener() {
          @Override
          public void onRetryDenied(CallView call, RetryDenial reason) {
            denials.add(reason);
          }
        })
        .build();
    assertThatThrownBy(() -> pipeline.call(() -> failing(new IOException("down"))));
    assertThat(denials).containsExactly(RetryDenial.DEADLINE);
  }

  @Property
  void anyWaitThatIsAskedFor_isKeptWithinTheBound_orNotWaited(
      @ForAll @LongRange(min = -10, max = Long.MAX_VALUE / 2) long askedSeconds,
      @ForAll @IntRange(min = 2, max = 500) int maxWaitSeconds,
      @ForAll long seed) {
    ManualKernel own = ManualKernel.withSeed(seed);
    Retry retry = Retry.builder()
        .maxAttempts(2)
        .maxWait(Duration.ofSeconds(maxWaitSeconds))
        .retryAfter(failure -> Duration.ofSeconds(askedSeconds))
        .build();
    Pipeline pipeline = Pipeline.builder("api").kernel(own).policies(retry).build();
    assertThatThrownBy(() -> pipeline.call(() -> failing(new IOException("503"))));
    assertThat(own.nanoTime()).isLessThanOrEqualTo(retry.maxWait().toNanos());
    if (askedSeconds > maxWaitSeconds) {
      assertThat(own.nanoTime()).isZero();
    } else {
      assertThat(own.nanoTime()).isGreaterThanOrEqualTo(askedSeconds * 1_000_000_000L);
    }
  }

  @Test
  void retryWithoutATotalTimeout_isWarnedOf_withTheBound() {
    assertThat(Pipeline.of("x", Timeout.ofMillis(300), Retry.jittered(3)).warnings())
        .containsExactly("x: retry without a total timeout: a call may take 4.9 s, 3 x 300 ms and"
            + " waits of up to 2 s (expected: Timeout.total, unless every caller brings a"
            + " deadline)");
    assertThat(Pipeline.of(
                "x", Timeout.ofMillis(300), Timeout.total(Duration.ofSeconds(1)), Retry.jittered(3))
            .warnings())
        .isEmpty();
    assertThat(Pipeline.of("x", Timeout.ofMillis(300), Retry.jittered(1)).warnings())
        .containsExactly(
            "x: retry: 1 attempt, which is never retried (expected: at least 2, or no" + " retry)");
    assertThat(Pipeline.of(
                "x",
                Timeout.ofMillis(300),
                Retry.jittered(1),
                Hedge.after(Duration.ofMillis(10)).forIdempotentCalls())
            .warnings())
        .as("a hedge takes from its budget")
        .isEmpty();
  }

  @Test
  void badSettings_areRefusedWithFieldAndExpectation() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retry.builder().maxWait(Duration.ofSeconds(1)).build())
        .withMessage("maxWait: 1 s (expected: at least the longest wait of the backoff, 2 s)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retry.builder().maxWait(Duration.ZERO))
        .withMessage("maxWait: 0 s (expected: more than zero, at most 36500 days)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retry.builder().retryAfterResult(result -> HOUR).build())
        .withMessage(
            "retryAfterResult: without retryOnResult (expected: which results are retried)");
    assertThat(Retry.builder().maxWait(HOUR).build().toString()).contains("waits up to 3600 s");
  }
}
