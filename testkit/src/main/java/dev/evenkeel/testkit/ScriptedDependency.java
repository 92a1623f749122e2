package dev.evenkeel.testkit;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A dependency that does as it is told: answers, fails, hangs, is slow, dies and comes back, for
 * blocking and asynchronous calls. It answers until told otherwise; each instruction holds until
 * the next. Thread-safe.
 *
 * <pre>{@code
 * ManualKernel kernel = ManualKernel.create();
 * ScriptedDependency<Stock> stock = ScriptedDependency.on(kernel, new Stock(7));
 * stock.die();
 * pipeline.call(stock::call, failure -> Stock.UNKNOWN);
 * }</pre>
 *
 * @param <T> the type of its answers; {@link #on(Kernel)} makes one that answers "ok"
 */
public final class ScriptedDependency<T extends @Nullable Object> {

  /** One way to behave. */
  private interface Behaviour<T extends @Nullable Object> {
    CompletableFuture<T> reply();
  }

  private final Kernel kernel;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private volatile Supplier<? extends T> answer;
  private volatile Behaviour<T> behaviour = this::replyNow;

  private ScriptedDependency(Kernel kernel, Supplier<? extends T> answer) {
    this.kernel = Checks.notNull("kernel", kernel);
    this.answer = answer;
  }

  /**
   * A dependency that answers "ok".
   *
   * @param kernel the time that its slowness is measured in, usually a {@link ManualKernel}
   * @return the dependency
   */
  public static ScriptedDependency<String> on(Kernel kernel) {
    return on(kernel, "ok");
  }

  /**
   * A dependency with an answer of any type.
   *
   * @param <T> the type of its answers
   * @param kernel the time that its slowness is measured in, usually a {@link ManualKernel}
   * @param answer what it answers, until {@link #answer} changes it; may be null
   * @return the dependency
   */
  public static <T extends @Nullable Object> ScriptedDependency<T> on(Kernel kernel, T answer) {
    return new ScriptedDependency<>(kernel, () -> answer);
  }

  /**
   * From now on it answers at once, and with this.
   *
   * @param value the answer, also for {@link #succeed}, {@link #slow} and {@link #comeBack}; may be
   *     null
   * @return this
   */
  public ScriptedDependency<T> answer(T value) {
    return answerWith(() -> value);
  }

  /**
   * From now on it answers at once, each call with what this supplier gives.
   *
   * @param newAnswer asked once for each call, when the answer is due; what it throws is what the
   *     call fails with
   * @return this
   */
  public ScriptedDependency<T> answerWith(Supplier<? extends T> newAnswer) {
    answer = Checks.notNull("answer", newAnswer);
    return succeed();
  }

  /**
   * From now on it answers at once.
   *
   * @return this
   */
  public ScriptedDependency<T> succeed() {
    behaviour = this::replyNow;
    return this;
  }

  /**
   * From now on it fails.
   *
   * @param failure with what
   * @return this
   */
  public ScriptedDependency<T> fail(Throwable failure) {
    Checks.notNull("failure", failure);
    behaviour = () -> CompletableFuture.failedFuture(failure);
    return this;
  }

  /**
   * From now on it never answers. A blocking call waits for an interrupt.
   *
   * @return this
   */
  public ScriptedDependency<T> hang() {
    behaviour = CompletableFuture::new;
    return this;
  }

  /**
   * From now on it answers after a while.
   *
   * @param time more than zero
   * @return this
   */
  public ScriptedDependency<T> slow(Duration time) {
    long nanos = Checks.positiveNanos("time", time);
    behaviour = () -> {
      CompletableFuture<T> reply = new CompletableFuture<>();
      var unused = kernel.schedule(kernel.nanoTime() + nanos, () -> complete(reply));
      return reply;
    };
    return this;
  }

  /**
   * From now on nothing listens there: calls fail at once with an {@link IOException}, each with
   * one of its own.
   *
   * @return this
   */
  public ScriptedDependency<T> die() {
    behaviour = () -> CompletableFuture.failedFuture(new IOException("connection refused"));
    return this;
  }

  /**
   * It is back and answers at once.
   *
   * @return this
   */
  public ScriptedDependency<T> comeBack() {
    return succeed();
  }

  private CompletableFuture<T> replyNow() {
    CompletableFuture<T> reply = new CompletableFuture<>();
    complete(reply);
    return reply;
  }

  /** Whatever the supplier throws is the call's: a kernel's timer has no one to give it to. */
  private void complete(CompletableFuture<T> reply) {
    try {
      reply.complete(answer.get());
    } catch (Throwable failure) {
      reply.completeExceptionally(failure);
    }
  }

  /**
   * A blocking call. While it is slow, the calling thread waits on the kernel's time.
   *
   * @return the answer
   * @throws Exception what it was told to fail with; {@link InterruptedException} if interrupted
   */
  public T call() throws Exception {
    CompletableFuture<T> reply = callAsync();
    long waited = kernel.nanoTime();
    while (!reply.isDone() && kernel instanceof ManualKernel manual && manual.armedTimers() > 0) {
      waited += Duration.ofMillis(1).toNanos();
      kernel.sleepUntil(waited);
    }
    if (!reply.isDone()) {
      CountDownLatch done = new CountDownLatch(1);
      var unused = reply.whenComplete((value, failure) -> done.countDown());
      done.await();
    }
    Throwable failure = reply.handle((value, thrown) -> thrown).join();
    if (failure instanceof Exception exception) {
      throw exception;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return reply.join();
  }

  /**
   * An asynchronous call.
   *
   * @return its answer; a new one for each call
   */
  public CompletableFuture<T> callAsync() {
    calls.incrementAndGet();
    CompletableFuture<T> reply = behaviour.reply();
    var unused = reply.whenComplete((value, failure) -> {
      if (reply.isCancelled()) {
        cancelled.incrementAndGet();
      }
    });
    return reply;
  }

  /**
   * How often it was called.
   *
   * @return 0 or more
   */
  public int calls() {
    return calls.get();
  }

  /**
   * How many asynchronous calls were cancelled.
   *
   * @return 0 or more
   */
  public int cancelled() {
    return cancelled.get();
  }
}
