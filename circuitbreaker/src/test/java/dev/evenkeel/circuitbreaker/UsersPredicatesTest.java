package dev.evenkeel.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.testkit.ManualKernel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Whatever a user's predicates and results do, each call has an end, and no permit leaks. */
class UsersPredicatesTest {

  /** Which predicate of the configuration throws. */
  @SuppressWarnings("ImmutableEnumChecker") // a test's table
  enum Place {
    RECORD_EXCEPTION((config, test) -> config.recordException(test::test)),
    IGNORE_EXCEPTION((config, test) -> config.ignoreException(test::test)),
    RECORD_RESULT((config, test) -> config.recordResult(test));

    final BiFunction<CircuitBreakerConfig.Builder, Predicate<Object>, CircuitBreakerConfig.Builder>
        set;

    Place(
        BiFunction<CircuitBreakerConfig.Builder, Predicate<Object>, CircuitBreakerConfig.Builder>
            set) {
      this.set = set;
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> void sneaky(Throwable thrown) throws X {
    throw (X) thrown;
  }

  private final ManualKernel kernel = ManualKernel.create();

  private void call(Pipeline pipeline, Place place, int times) {
    for (int i = 0; i < times; i++) {
      pipeline.callOrElse(
          () -> {
            if (place == Place.RECORD_RESULT) {
              return "answer";
            }
            throw new IOException("down");
          },
          "-");
    }
  }

  @Provide
  Arbitrary<Throwable> whateverIsThrown() {
    return Arbitraries.of(
        new IllegalStateException("a bug"),
        new IOException("checked"),
        new InterruptedException("checked too"),
        new NoClassDefFoundError("com/acme/Gone"),
        new StackOverflowError(),
        new AssertionError(),
        new Throwable("neither"));
  }

  @Property(tries = 60)
  void predicateThatThrows_countsTheCallAsFailed(
      @ForAll Place place, @ForAll("whateverIsThrown") Throwable thrown, @ForAll boolean theirs) {
    CircuitBreakerConfig config = place
        .set
        .apply(CircuitBreakerConfig.custom().slidingWindowSize(10), ignored -> {
          UsersPredicatesTest.<RuntimeException>sneaky(thrown);
          return true;
        })
        .build();
    CircuitBreaker breaker =
        theirs ? CircuitBreaker.withoutFailback(config) : CircuitBreaker.of(config);
    Pipeline pipeline =
        Pipeline.builder("dep").kernel(ManualKernel.create()).policies(breaker).build();
    call(pipeline, place, 9);
    assertThat(breaker.figures().failedCalls()).isEqualTo(9);
    call(pipeline, place, 1);
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
  }

  @Property(tries = 20)
  void predicateThatThrowsOnTheWayBack_wedgesNothing(
      @ForAll Place place, @ForAll("whateverIsThrown") Throwable thrown) {
    boolean[] faulty = {true};
    CircuitBreaker breaker = CircuitBreaker.of(place
        .set
        .apply(CircuitBreakerConfig.custom().slidingWindowSize(10), ignored -> {
          if (faulty[0]) {
            UsersPredicatesTest.<RuntimeException>sneaky(thrown);
          }
          return place != Place.IGNORE_EXCEPTION; // which then says that it failed
        })
        .build());
    ManualKernel own = ManualKernel.create();
    Pipeline pipeline = Pipeline.builder("dep").kernel(own).policies(breaker).build();
    call(pipeline, place, 10);
    for (int i = 0; i < 600; i++) {
      own.advance(Duration.ofMillis(100));
      call(pipeline, place, 1);
    }
    assertThat(breaker.state().kind()).isIn(Kind.OPEN, Kind.PROBING);
    for (int i = 0; i < 1_200; i++) {
      own.advance(Duration.ofMillis(100));
      pipeline.callOrElse(() -> null, "-"); // a result of null asks no predicate
    }
    assertThat(breaker.state().kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void predicateThatThrowsNowAndThen_leaksNoPermitOfTheRamp() {
    int[] asked = {0};
    boolean[] down = {false};
    CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
        .slidingWindowSize(50)
        .minimumNumberOfCalls(50)
        .recordResult(result -> {
          if (down[0]) {
            return true;
          }
          if (++asked[0] % 100 == 0) {
            throw new NoClassDefFoundError("com/acme/Gone");
          }
          return false;
        })
        .build());
    Pipeline pipeline = Pipeline.builder("dep").kernel(kernel).policies(breaker).build();
    down[0] = true;
    call(pipeline, Place.RECORD_RESULT, 50);
    down[0] = false;
    for (int i = 0; i < 6_000; i++) {
      kernel.advance(Duration.ofMillis(20));
      call(pipeline, Place.RECORD_RESULT, 1);
    }
    assertThat(breaker.state().kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void resultWhoseTextThrows_orIsLong_isNeverAskedForIt() {
    int[] asked = {0};
    Object result = new Object() {
      @Override
      public String toString() {
        asked[0]++;
        throw new IllegalStateException("no session");
      }
    };
    for (boolean theirs : new boolean[] {false, true}) {
      CircuitBreakerConfig config = CircuitBreakerConfig.custom()
          .slidingWindowSize(10)
          .recordResult(answer -> true)
          .build();
      CircuitBreaker breaker =
          theirs ? CircuitBreaker.withoutFailback(config) : CircuitBreaker.of(config);
      Pipeline pipeline =
          Pipeline.builder("dep").kernel(kernel).policies(breaker).build();
      for (int i = 0; i < 1_000; i++) {
        kernel.advance(Duration.ofMillis(1));
        pipeline.callOrElse(() -> result, "-");
      }
      assertThat(breaker.state().kind()).isNotEqualTo(Kind.CLOSED);
    }
    assertThat(asked[0]).isZero();
  }

  @Test
  void exceptionWhoseCauseThrows_countsAsItself() {
    class Odd extends java.util.concurrent.CompletionException {
      @Override
      public synchronized Throwable getCause() {
        throw new IllegalStateException("no cause");
      }
    }
    CircuitBreaker breaker = CircuitBreaker.of(CircuitBreakerConfig.custom()
        .slidingWindowSize(10)
        .recordExceptions(Odd.class)
        .build());
    Pipeline pipeline = Pipeline.builder("dep").kernel(kernel).policies(breaker).build();
    for (int i = 0; i < 10; i++) {
      pipeline.callOrElse(
          () -> {
            throw new Odd();
          },
          "-");
    }
    assertThat(breaker.state().kind()).isEqualTo(Kind.OPEN);
  }

  /** Opens with two failures; its interval function is the user's. */
  private static CircuitBreakerConfig waiting(IntervalFunction wait) {
    return CircuitBreakerConfig.custom()
        .slidingWindowSize(2)
        .minimumNumberOfCalls(2)
        .waitIntervalFunctionInOpenState(wait)
        .build();
  }

  private Kind opened(CircuitBreakerConfig config) {
    CircuitBreaker breaker = CircuitBreaker.of(config);
    Pipeline pipeline = Pipeline.builder("p").kernel(kernel).policies(breaker).build();
    for (int i = 0; i < 2; i++) {
      pipeline.callOrElse(
          () -> {
            throw new IOException("down");
          },
          "");
    }
    return breaker.state().kind();
  }

  @Test
  void intervalFunction_isAskedOnce_whenTheBreakerIsMade() {
    AtomicInteger asked = new AtomicInteger();
    CircuitBreakerConfig config = waiting(attempt -> {
      asked.incrementAndGet();
      return 5_000L;
    });
    asked.set(0);
    assertThat(opened(config)).isEqualTo(Kind.OPEN);
    assertThat(asked).as("never under a lock").hasValue(1);
  }

  @Test
  void intervalFunctionThatThrows_orGivesNothing_keepsNoBreakerFromOpening() {
    assertThat(opened(waiting(attempt -> {
          throw new AssertionError("a user's");
        })))
        .isEqualTo(Kind.OPEN);
    assertThat(opened(waiting(attempt -> null))).isEqualTo(Kind.OPEN);
    assertThat(opened(waiting(attempt -> Long.MIN_VALUE))).isEqualTo(Kind.OPEN);
  }
}
