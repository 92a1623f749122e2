package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Permit;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What uses Resilience4j's tryAcquirePermission, onSuccess and onError, by permits. */
class AcquireTest {

  private final CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
      .slidingWindowSize(10)
      .minimumNumberOfCalls(10)
      .build());
  private final Pipeline pipeline = Pipeline.builder("interceptor")
      .kernel(ManualKernel.create()) // on a busy machine the breaker would be probing by then
      .policies(breaker)
      .build();

  @Test
  void failuresOfPermits_openTheBreaker_whichThenRefuses() {
    for (int i = 0; i < 10; i++) {
      try (Permit permit = pipeline.acquire()) {
        if (i % 2 == 0) {
          permit.succeeded();
        } else {
          permit.failed(new IOException("down"));
        }
      }
    }
    assertThat(breaker.state()).isNotEqualTo(GateState.CLOSED);
    assertThatThrownBy(pipeline::acquire)
        .isInstanceOfSatisfying(CallRefusedException.class, refused -> {
          assertThat(refused.reason()).isEqualTo(RefusalReason.CIRCUIT_OPEN);
          assertThat(refused.retryAfter()).isPositive();
        });
  }

  @Test
  void permitsThatAreOnlyClosed_countForNothing() {
    for (int i = 0; i < 100; i++) {
      pipeline.acquire().close();
    }
    assertThat(breaker.figures().bufferedCalls()).isZero();
  }

  @Test
  void pipelineThatRetries_isAnError() {
    Pipeline retries = Pipeline.of("retries", Retry.jittered(3), breaker);
    assertThatThrownBy(retries::acquire)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("retries: acquire: has retry");
  }
}
