package dev.evenkeel.retry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.slf4j.LoggerFactory;

/**
 * Whatever the policies and however the dependency behaves: no wait, backoff or attempt outlives
 * the deadline, none begins after it, and every attempt is told how much time it has.
 */
class DeadlinePropertyTest {

  private static final long MILLI = 1_000_000;
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.evenkeel");

  private final ManualKernel kernel = ManualKernel.startingAt(Long.MAX_VALUE - 500 * MILLI);
  private final ConcurrencyLimit limit = ConcurrencyLimit.of(1_000);
  private long deadlineNanos;
  private boolean ofTheCaller;
  private SplittableRandom random = new SplittableRandom(0);
  private int attempts;

  @BeforeContainer
  static void quietly() {
    LOG.setLevel(Level.ERROR); // thousands of pipelines, half of them doubtful
  }

  @AfterContainer
  static void asBefore() {
    LOG.setLevel(null);
  }

  private Pipeline pipeline(boolean hedged) {
    List<Policy> policies = new ArrayList<>(List.of(limit));
    long deadline = 1 + random.nextLong(300);
    deadlineNanos = kernel.nanoTime() + deadline * MILLI;
    ofTheCaller = random.nextBoolean();
    if (!ofTheCaller) {
      policies.add(Timeout.total(Duration.ofMillis(deadline)));
    }
    if (random.nextBoolean()) {
      long timeout = ofTheCaller ? 1 + random.nextLong(400) : 1 + random.nextLong(deadline);
      policies.add(Timeout.ofMillis(timeout));
    }
    if (random.nextBoolean()) {
      Retry.Builder retry = Retry.builder()
          .maxAttempts(1 + random.nextInt(5))
          .unlimitedBudget()
          .minAttempt(Duration.ofNanos(1 + random.nextLong(3 * MILLI)))
          .backoff(Backoff.fullJitter(
              Duration.ofMillis(1 + random.nextLong(50)), Duration.ofMillis(100)));
      policies.add((random.nextBoolean() ? retry.splitDeadline() : retry).build());
    }
    if (hedged) {
      policies.add(Hedge.after(Duration.ofNanos(1 + random.nextLong(MILLI / 2)))
          .maxHedges(1 + random.nextInt(4))
          .budget(RetryBudget.of(1, 100, 100))
          .forIdempotentCalls());
    }
    Policy[] all = policies.toArray(new Policy[0]);
    return Pipeline.builder("bounded").kernel(kernel).policies(all).build();
  }

  /** Every attempt begins in time and sees a deadline that is no later than the caller's. */
  private long attempt() {
    attempts++;
    Deadline seen = CallContext.current().deadline();
    assertThat(seen).isNotNull();
    assertThat(seen.remaining()).isPositive();
    assertThat(kernel.nanoTime() + seen.remaining().toNanos() - deadlineNanos)
        .isLessThanOrEqualTo(0);
    return kernel.nanoTime() + random.nextLong(400 * MILLI);
  }

  private String call() throws Exception {
    long until = attempt();
    boolean fails = random.nextInt(3) > 0;
    kernel.sleepUntil(fails ? kernel.nanoTime() + (until - kernel.nanoTime()) / 8 : until);
    if (fails) {
      throw new IOException("down");
    }
    return "ok";
  }

  private CompletableFuture<String> callAsync() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    long until = attempt();
    boolean fails = random.nextInt(3) > 0;
    long at = fails ? kernel.nanoTime() + (until - kernel.nanoTime()) / 8 : until;
    var timer = kernel.schedule(at, () -> {
      var unused =
          fails ? answer.completeExceptionally(new IOException("down")) : answer.complete("ok");
    });
    var unused = answer.whenComplete((value, failure) -> timer.cancel());
    return answer;
  }

  private CallContext context() {
    Duration left = Duration.ofNanos(deadlineNanos - kernel.nanoTime());
    CallContext context = CallContext.current();
    return ofTheCaller ? context.withDeadline(Deadline.after(left, kernel)) : context;
  }

  private void nothingOutlivesTheDeadline() {
    assertThat(kernel.nanoTime() - deadlineNanos).as("nanoseconds late").isLessThanOrEqualTo(0);
    assertThat(attempts).as("attempts").isPositive();
    assertThat(kernel.armedTimers()).as("timers").isZero();
    assertThat(limit.inFlight()).as("permits").isZero();
    assertThat(Thread.interrupted()).as("interrupt").isFalse();
  }

  @Property(tries = 2_000)
  void blockingCall_isOverAtTheDeadline(@ForAll long seed) {
    random = new SplittableRandom(seed);
    attempts = 0;
    Pipeline pipeline = pipeline(false);
    context().run(() -> pipeline.call(this::call, failure -> "failed"));
    nothingOutlivesTheDeadline();
  }

  @Property(tries = 2_000)
  void asynchronousCall_isOverAtTheDeadline(@ForAll long seed) {
    random = new SplittableRandom(seed);
    attempts = 0;
    Pipeline pipeline = pipeline(random.nextBoolean());
    CompletableFuture<String> result = context().call(() -> pipeline.callAsync(this::callAsync));
    kernel.advance(Duration.ofNanos(Math.max(0, deadlineNanos - kernel.nanoTime())));
    assertThat(result).isDone();
    nothingOutlivesTheDeadline();
  }
}
