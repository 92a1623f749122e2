package dev.evenkeel.testkit;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A dependency that does as it is told: succeeds, fails, hangs, is slow, dies and comes back, for
 * blocking and asynchronous calls. It succeeds until told otherwise; each instruction holds until
 * the next. Thread-safe.
 */
public final class ScriptedDependency {

  /** One way to answer. */
  private interface Behaviour {
    CompletableFuture<String> answer();
  }

  private final Kernel kernel;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private volatile Behaviour behaviour = () -> CompletableFuture.completedFuture("ok");

  private ScriptedDependency(Kernel kernel) {
    this.kernel = Checks.notNull("kernel", kernel);
  }

  /**
   * A dependency whose slowness is on a kernel's time.
   *
   * @param kernel the kernel, usually a {@link ManualKernel}
   * @return the dependency, which succeeds
   */
  public static ScriptedDependency on(Kernel kernel) {
    return new ScriptedDependency(kernel);
  }

  /**
   * From now on it answers "ok" at once.
   *
   * @return this
   */
  public ScriptedDependency succeed() {
    behaviour = () -> CompletableFuture.completedFuture("ok");
    return this;
  }

  /**
   * From now on it fails.
   *
   * @param failure with what
   * @return this
   */
  public ScriptedDependency fail(Throwable failure) {
    Checks.notNull("failure", failure);
    behaviour = () -> CompletableFuture.failedFuture(failure);
    return this;
  }

  /**
   * From now on it never answers. A blocking call waits for an interrupt.
   *
   * @return this
   */
  public ScriptedDependency hang() {
    behaviour = CompletableFuture::new;
    return this;
  }

  /**
   * From now on it answers "ok" after a while.
   *
   * @param time more than zero
   * @return this
   */
  public ScriptedDependency slow(Duration time) {
    long nanos = Checks.positiveNanos("time", time);
    behaviour = () -> {
      CompletableFuture<String> answer = new CompletableFuture<>();
      var unused = kernel.schedule(kernel.nanoTime() + nanos, () -> answer.complete("ok"));
      return answer;
    };
    return this;
  }

  /**
   * From now on nobody is there: calls fail at once with an {@link IOException}, each with one of
   * its own.
   *
   * @return this
   */
  public ScriptedDependency die() {
    behaviour = () -> CompletableFuture.failedFuture(new IOException("connection refused"));
    return this;
  }

  /**
   * It is back and answers "ok".
   *
   * @return this
   */
  public ScriptedDependency comeBack() {
    return succeed();
  }

  /**
   * A blocking call. While it is slow, the calling thread waits on the kernel's time.
   *
   * @return "ok"
   * @throws Exception what it was told to fail with; {@link InterruptedException} if interrupted
   */
  public String call() throws Exception {
    CompletableFuture<String> answer = callAsync();
    long waited = kernel.nanoTime();
    while (!answer.isDone() && kernel instanceof ManualKernel manual && manual.armedTimers() > 0) {
      waited += Duration.ofMillis(1).toNanos();
      kernel.sleepUntil(waited);
    }
    if (!answer.isDone()) {
      CountDownLatch done = new CountDownLatch(1);
      var unused = answer.whenComplete((value, failure) -> done.countDown());
      done.await();
    }
    Throwable failure = answer.handle((value, thrown) -> thrown).join();
    if (failure instanceof Exception exception) {
      throw exception;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return answer.join();
  }

  /**
   * An asynchronous call.
   *
   * @return its answer; a new one for each call
   */
  public CompletableFuture<String> callAsync() {
    calls.incrementAndGet();
    CompletableFuture<String> answer = behaviour.answer();
    var unused = answer.whenComplete((value, failure) -> {
      if (answer.isCancelled()) {
        cancelled.incrementAndGet();
      }
    });
    return answer;
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
