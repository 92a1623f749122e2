package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Verdict;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One call of the user's that finds out whether the dependency is back. It may be ended from
 * another thread by an interrupt, which never reaches what its thread does next.
 */
final class Ping implements CallView {

  private final Kernel kernel;
  private final String pipelineName;
  private final @Nullable String key;
  private final long startedNanos;
  private final AtomicBoolean settled = new AtomicBoolean();
  private @Nullable Thread runner; // guarded by this, which nobody else takes
  private volatile @Nullable Throwable failure;

  Ping(Kernel kernel, String pipelineName, @Nullable String key) {
    this.kernel = kernel;
    this.pipelineName = pipelineName;
    this.key = key;
    startedNanos = kernel.nanoTime();
  }

  /** Makes the call on this thread. */
  Verdict make(KeyedProbe probe) {
    boolean interruptedBefore = Thread.interrupted();
    setRunner(Thread.currentThread());
    try {
      probe.probe(key);
      return Verdict.SUCCESS;
    } catch (Throwable thrown) {
      failure = thrown;
      return thrown instanceof InterruptedException ? Verdict.CANCELLED : Verdict.FAILURE;
    } finally {
      setRunner(null);
      var unused = Thread.interrupted(); // ours, or one that the ping has left behind
      if (interruptedBefore) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized void setRunner(@Nullable Thread thread) {
    runner = thread;
  }

  /** Ends the call, if it is being made. */
  synchronized boolean interrupt() {
    Thread thread = runner;
    if (thread != null) {
      thread.interrupt();
    }
    return thread != null;
  }

  /** Whether this is the first time somebody asks: its permit is given back once. */
  boolean isToSettle() {
    return settled.compareAndSet(false, true);
  }

  @Override
  public String pipelineName() {
    return pipelineName;
  }

  @Override
  public @Nullable String key() {
    return key;
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public long startedNanos() {
    return startedNanos;
  }

  @Override
  public long remainingNanos(long nowNanos) {
    return Long.MAX_VALUE;
  }

  @Override
  public Criticality criticality() {
    return Criticality.CRITICAL;
  }

  @Override
  public @Nullable Object result() {
    return null;
  }

  @Override
  public @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public long random() {
    return kernel.random();
  }
}
