package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.limits.Callers.Answer;
import dev.evenkeel.testkit.ScriptedCall;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is overload, and what only looks like it. */
class AdaptiveLimitEvidenceTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final FreezingKernel kernel = new FreezingKernel();
  private final AdaptiveLimit limit = AdaptiveLimit.standard();

  private static Pipeline pipeline(FreezingKernel kernel, Policy... policies) {
    return Pipeline.builder("p").kernel(kernel).policies(policies).build();
  }

  private static Supplier<Answer> badShard(double share, long millis, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return () -> random.nextDouble() < share ? Answer.NONE : Answer.afterMillis(millis);
  }

  /** What is served with and without the limit, by a dependency of which a share hangs. */
  private static double keptOf(
      double share, int callers, long millis, long timeoutMillis, Duration time, long seed) {
    int[] served = new int[2];
    for (int limited = 0; limited < 2; limited++) {
      FreezingKernel kernel = new FreezingKernel();
      Timeout timeout = Timeout.ofMillis(timeoutMillis);
      Callers loop = new Callers(
          kernel,
          limited == 1
              ? pipeline(kernel, timeout, AdaptiveLimit.standard())
              : pipeline(kernel, timeout),
          0,
          millis);
      loop.ask(callers, badShard(share, millis, seed));
      kernel.advance(time);
      served[limited] = loop.served;
    }
    return (double) served[1] / served[0];
  }

  @ParameterizedTest
  @CsvSource({"0, 0.94", "0.04, 0.94", "0.06, 0.94", "0.1, 0.94", "0.3, 0.9", "0.6, 0.9"})
  void badShard_costsNoMoreThanItself(double share, double leastKept) {
    double kept = keptOf(share, 20, 5, 100, MINUTE, 7);
    System.out.printf("%.0f %% hang: %.3f of what is served without a limit%n", 100 * share, kept);
    assertThat(kept).isGreaterThan(leastKept);
  }

  @Property(tries = 25, seed = "11")
  void badShard_ofAnySize_doesNotShutTheLimit(
      @ForAll @DoubleRange(min = 0.02, max = 0.7) double share,
      @ForAll @IntRange(min = 10, max = 60) int callers,
      @ForAll @LongRange(min = 5, max = 40) long millis,
      @ForAll @LongRange(min = 50, max = 400) long timeoutMillis,
      @ForAll long seed) {
    assertThat(keptOf(share, callers, millis, timeoutMillis, MINUTE.multipliedBy(2), seed))
        .as("share of what is served without a limit")
        .isGreaterThan(0.5);
  }

  @ParameterizedTest
  @CsvSource({"10", "600", "86400"})
  void frozenProcess_doesNotBlindTheLimit(long seconds) {
    Callers loop = new Callers(kernel, pipeline(kernel, limit), 0, 10);
    loop.ask(15, () -> Answer.afterMillis(10));
    kernel.advance(MINUTE);
    kernel.freeze(Duration.ofSeconds(seconds));
    kernel.advance(Duration.ofSeconds(1));
    loop.ask(60, () -> Answer.afterMillis(10));
    kernel.advance(Duration.ofSeconds(10));
    assertThat(limit.limit()).isGreaterThanOrEqualTo(60);
  }

  @ParameterizedTest
  @CsvSource({"0.3, 0.9", "0.0, 0.85", "0.6, 0.85", "0.9, 0.85"})
  void flushedCache_isNoOverload(double hits, double leastKept) {
    SplittableRandom random = new SplittableRandom(4);
    Callers loop = new Callers(kernel, pipeline(kernel, limit), 20, 20);
    loop.ask(100, () -> Answer.afterMillis(random.nextDouble() < 0.95 ? 2 : 400));
    kernel.advance(Duration.ofMinutes(3));
    loop.forget();
    loop.ask(100, () -> Answer.afterMillis(random.nextDouble() < hits ? 2 : 400));
    kernel.advance(Duration.ofSeconds(10));
    double possible = 100 * 10 / (0.02 + hits * 0.002 + (1 - hits) * 0.4);
    System.out.printf("%.1f hits: asked %d of %.0f%n", hits, loop.asked, possible);
    assertThat(loop.asked).isGreaterThan((int) (leastKept * possible));
  }

  private static Stream<Exception> timeoutsOfClients() {
    return Stream.of(
        new HttpTimeoutException("request timed out"),
        new HttpConnectTimeoutException("connect timed out"),
        new SocketTimeoutException("read timed out"),
        new TimeoutException("client"),
        new SQLTimeoutException("query"),
        new CompletionException(new HttpTimeoutException("wrapped")),
        new ExecutionException(new TimeoutException("wrapped")));
  }

  @ParameterizedTest
  @MethodSource("timeoutsOfClients")
  void timeoutsOfTheClientItself_lowerTheLimit(Exception timeout) {
    AdaptiveLimit from100 = AdaptiveLimit.of(100, 1, 1_000);
    Callers loop = new Callers(kernel, pipeline(kernel, from100), 0, 100);
    loop.ask(150, () -> new Answer(5_000_000_000L, timeout));
    kernel.advance(Duration.ofMinutes(2));
    assertThat(from100.limit()).isLessThan(30);
  }

  @Test
  void usersOwnSigns_lowerTheLimit_andAPredicateThatThrowsCountsAsNone() {
    AdaptiveLimit own = AdaptiveLimit.of(100, 1, 1_000)
        .alsoOverloadOn(failure -> "busy".equals(failure.getMessage()));
    AdaptiveLimit faulty = AdaptiveLimit.of(100, 1, 1_000).alsoOverloadOn(failure -> {
      throw new AssertionError("a faulty predicate");
    });
    AdaptiveLimit plain = AdaptiveLimit.of(100, 1, 1_000);
    for (AdaptiveLimit each : new AdaptiveLimit[] {own, faulty, plain}) {
      long now = 0;
      for (int i = 0; i < 100; i++) {
        ScriptedCall call = new ScriptedCall(0).started(now);
        long permit = each.admit(call, now);
        now += 10_000_000L;
        each.settle(call.failed(new IOException("busy")), permit, Verdict.FAILURE, now);
      }
    }
    assertThat(own.limit()).isLessThan(100);
    assertThat(faulty.limit()).isEqualTo(100);
    assertThat(plain.limit()).isEqualTo(100);
    assertThatNullPointerException().isThrownBy(() -> plain.alsoOverloadOn(null));
  }
}
