package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.CheckedRunnable;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Verdict;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Probes a dependency that gets no traffic, by a call of the user's. One at a time: a probe that
 * hangs holds one worker, not all.
 */
final class SyntheticProbe implements CallView {

  private static final long SOONEST_NANOS = 1_000_000L;

  private final CircuitBreaker breaker;
  private final CheckedRunnable<?> probe;
  private final Kernel kernel;
  private final String pipelineName;
  private final @Nullable String key;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile @Nullable Throwable failure;
  private volatile long startedNanos;

  SyntheticProbe(
      CircuitBreaker breaker,
      CheckedRunnable<?> probe,
      Kernel kernel,
      String pipelineName,
      @Nullable String key) {
    this.breaker = breaker;
    this.probe = probe;
    this.kernel = kernel;
    this.pipelineName = pipelineName;
    this.key = key;
  }

  /** The breaker has opened. */
  void onOpen() {
    if (scheduled.compareAndSet(false, true)) {
      in(SOONEST_NANOS);
    }
  }

  private void in(long nanos) {
    var unused = kernel.schedule(kernel.nanoTime() + nanos, () -> kernel.execute(this::ask));
  }

  private void ask() {
    startedNanos = kernel.nanoTime();
    failure = null;
    long permit = breaker.admit(this, startedNanos);
    if (permit >= 0) {
      make(permit);
    } else {
      RefusalReason reason = Refusal.reason(permit);
      if (reason == RefusalReason.CIRCUIT_OPEN || reason == RefusalReason.CIRCUIT_PROBING) {
        in(Math.max(SOONEST_NANOS, Refusal.retryAfterNanos(permit)));
      } else {
        scheduled.set(false);
      }
    }
  }

  private void make(long permit) {
    Verdict verdict = Verdict.SUCCESS;
    try {
      probe.run();
    } catch (Throwable thrown) {
      verdict = thrown instanceof InterruptedException ? Verdict.CANCELLED : Verdict.FAILURE;
      failure = thrown;
    }
    scheduled.set(false);
    breaker.settle(
        this,
        permit,
        verdict,
        kernel.nanoTime()); // opens again, and asks for the next, if it failed
    if (verdict == Verdict.CANCELLED) {
      onOpen();
    }
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
