package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ScriptedCall;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What a breaker believes in the first ten seconds after its first call. */
class OwnStartTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long FIRST = Long.MAX_VALUE - 3 * SECOND; // wraps around

  private final CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
          .slidingWindowSize(20)
          .minimumNumberOfCalls(10)
          .build())
      .doubtTimeoutsAtStart();
  private long now = FIRST;

  private void end(int calls, Verdict verdict, Throwable failure) {
    for (int i = 0; i < calls; i++) {
      ScriptedCall call = new ScriptedCall(1).started(now);
      long permit = breaker.admit(call, now);
      assertThat(permit).as("call %s", i).isNotNegative();
      breaker.settle(call.failed(failure), permit, verdict, now);
    }
  }

  private void timeOut(int calls) {
    end(calls, Verdict.TIMEOUT, new IOException("timeout"));
  }

  private void fail(int calls, Throwable failure) {
    end(calls, Verdict.FAILURE, failure);
  }

  private void succeed(int calls) {
    for (int i = 0; i < calls; i++) {
      ScriptedCall call = new ScriptedCall(1).started(now);
      long permit = breaker.admit(call, now);
      breaker.settle(call.succeeded("ok"), permit, Verdict.SUCCESS, now);
    }
  }

  private void isClosed() {
    assertThat(breaker.state()).isEqualTo(GateState.CLOSED);
  }

  private void isOpen() {
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
  }

  @Test
  void timeouts_areHeldBack_andASuccessDropsThem() {
    for (int i = 0; i < 9; i++) {
      timeOut(100);
      now += SECOND;
      succeed(1);
    }
    isClosed();
    assertThat(breaker.figures().failedCalls()).isZero();
    assertThat(breaker.figures().bufferedCalls()).isEqualTo(9);
  }

  @Test
  void timeouts_areBelievedWhenNothingSucceedsForFiveSeconds() {
    timeOut(9);
    now += 5 * SECOND - 1;
    timeOut(1);
    isClosed();
    now++;
    timeOut(1);
    isOpen();
  }

  @Test
  void fiveSeconds_countFromTheFirstTimeoutAfterTheLastSuccess() {
    timeOut(10);
    now += 3 * SECOND;
    succeed(1);
    timeOut(20);
    now += 5 * SECOND - 1;
    timeOut(20);
    isClosed();
    now++;
    timeOut(1);
    isOpen();
  }

  @Test
  void whatIsBelieved_isAllThatWasHeld_andNoMore() {
    timeOut(8);
    now += 5 * SECOND;
    timeOut(1);
    isClosed();
    assertThat(breaker.figures().failedCalls()).isEqualTo(9);
    timeOut(1); // the first of the next ones
    assertThat(breaker.figures().failedCalls()).isEqualTo(9);
  }

  @Test
  void timeouts_countAsEverTenSecondsAfterTheFirstCall() {
    succeed(1);
    now += 10 * SECOND - 1;
    timeOut(30);
    isClosed();
    now++;
    timeOut(1);
    isOpen();
  }

  @Test
  void heldTimeouts_areDroppedByASuccessThatComesAfterTheTime() {
    succeed(1);
    now += 9 * SECOND;
    timeOut(30);
    now += 2 * SECOND;
    succeed(1);
    timeOut(3);
    assertThat(breaker.figures().failedCalls()).isEqualTo(3);
  }

  @Test
  void clientsTimeouts_areHeldBackToo_wrappedOrNot() {
    fail(30, new SocketTimeoutException("Read timed out"));
    fail(30, new CompletionException(new SocketTimeoutException("Read timed out")));
    isClosed();
  }

  @Test
  void whatFailsByItself_countsAtOnce() {
    fail(9, new IOException("connection refused"));
    isClosed();
    fail(1, new IOException("connection refused"));
    isOpen();
  }

  @Test
  void slowAnswers_areNoSlowCalls_untilTheTimeIsOver() {
    CircuitBreaker picky = CircuitBreaker.of(CircuitBreakerConfig.custom()
            .slidingWindowSize(20)
            .minimumNumberOfCalls(10)
            .slowCallDurationThreshold(Duration.ofMillis(500))
            .slowCallRateThreshold(50)
            .build())
        .doubtTimeoutsAtStart();
    slow(picky, 30);
    assertThat(picky.state()).isEqualTo(GateState.CLOSED);
    assertThat(picky.figures().slowCalls()).isZero();
    now += 10 * SECOND;
    slow(picky, 30);
    assertThat(picky.state().kind()).isEqualTo(Kind.OPEN);
  }

  private void slow(CircuitBreaker picky, int calls) {
    for (int i = 0; i < calls; i++) {
      ScriptedCall call = new ScriptedCall(1).started(now);
      long permit = picky.admit(call, now);
      picky.settle(call.succeeded("ok"), permit, Verdict.SUCCESS, now + SECOND);
    }
  }

  @Test
  void theTimeBeginsWithTheFirstCall_notWithThePipeline() {
    Town town = new Town(1); // its breaker is attached at 0
    town.outageFrom = 1_000;
    town.first = 60;
    town.timeout = 1;
    town.latency = (time, dice) -> time < 68 && dice.nextDouble() < 0.7 ? 2 : 0.05;
    assertThat(town.runUntil(100).states()).isEmpty();
  }

  @Test
  void aResetDoesNotMakeItYoungAgain() {
    succeed(1);
    now += 20 * SECOND;
    breaker.reset("again");
    timeOut(9);
    isClosed();
    timeOut(1);
    isOpen();
  }

  @Test
  void otherBreakers_tripAsTheirConfigurationSays_fromTheFirstCallOn() {
    CircuitBreaker exact = CircuitBreaker.of(CircuitBreakerConfig.custom()
        .slidingWindowSize(10)
        .minimumNumberOfCalls(10)
        .build());
    for (int i = 0; i < 10; i++) {
      ScriptedCall call = new ScriptedCall(i).started(0);
      long permit = exact.admit(call, 0);
      exact.settle(call.failed(new SocketTimeoutException()), permit, Verdict.TIMEOUT, SECOND);
    }
    assertThat(exact.state().kind()).isEqualTo(Kind.OPEN);
  }
}
