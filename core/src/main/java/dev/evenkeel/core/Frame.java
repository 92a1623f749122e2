package dev.evenkeel.core;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * All that belongs to one call: the only object a call allocates for itself. Confined to one thread
 * at a time; an asynchronous call hands it on through the atomic state of its attempts.
 */
final class Frame implements CallView, ContextSource {

  final Pipeline pipeline;
  final @Nullable CheckedSupplier<?, ?> blockingCall;
  final @Nullable AsyncCall<?> asyncCall;
  private final Criticality criticality;
  private final @Nullable String idempotencyKey;
  final long callStartedNanos;

  /** The time of the last event of this call; gates take it as the present time. */
  long now;

  boolean hasDeadline;
  long deadlineNanos;

  /** Whose timeout set the deadline; null if the caller brought it. */
  @Nullable Timeout deadlineOwner;

  int attempt = 1;
  long startedNanos;
  Verdict verdict = Verdict.REFUSED;

  @Nullable Object result;

  @Nullable Throwable failure;

  boolean retryAllowed = true;

  Frame(
      Pipeline pipeline,
      @Nullable ContextSource outer,
      @Nullable CheckedSupplier<?, ?> blockingCall,
      @Nullable AsyncCall<?> asyncCall) {
    this.pipeline = pipeline;
    this.blockingCall = blockingCall;
    this.asyncCall = asyncCall;
    now = pipeline.kernel().nanoTime();
    callStartedNanos = now;
    startedNanos = now;
    if (outer == null) {
      criticality = Criticality.CRITICAL;
      idempotencyKey = null;
    } else {
      CallContext context = outer.toContext();
      criticality = context.criticality();
      idempotencyKey = context.idempotencyKey();
      Deadline deadline = context.deadline();
      if (deadline != null) {
        hasDeadline = true;
        deadlineNanos = deadline.atNanosOn(pipeline.kernel());
      }
    }
  }

  /** Makes the frame ready for the next attempt. */
  void nextAttempt() {
    attempt++;
    now = pipeline.kernel().nanoTime();
    startedNanos = now;
    verdict = Verdict.REFUSED;
    result = null;
    failure = null;
    retryAllowed = true;
  }

  void succeeded(@Nullable Object value) {
    verdict = Verdict.SUCCESS;
    result = value;
    failure = null;
  }

  /** The call itself failed. */
  void failed(Throwable cause) {
    end(verdictOn(cause), cause);
  }

  void end(Verdict how, Throwable cause) {
    verdict = how;
    result = null;
    failure = cause;
  }

  private static Verdict verdictOn(Throwable cause) {
    if (cause instanceof CallRefusedException) {
      return Verdict.REFUSED; // by a pipeline inside this call
    }
    if (cause instanceof InterruptedException || cause instanceof DeadlineExceededException) {
      return Verdict.CANCELLED;
    }
    return Verdict.FAILURE;
  }

  /** The deadline passed before the attempt began. */
  PipelineException expired() {
    PipelineException exception = overdue(false, null);
    end(Verdict.REFUSED, exception);
    return exception;
  }

  /** The deadline passed while the attempt ran. */
  PipelineException timedOut(@Nullable Throwable cause) {
    PipelineException exception = overdue(true, cause);
    // A later attempt that the total timeout cut short had less time than the dependency may take:
    // no evidence.
    Timeout owner = deadlineOwner;
    boolean evidence = owner != null && !(owner.isTotal() && attempt > 1);
    end(evidence ? Verdict.TIMEOUT : Verdict.CANCELLED, exception);
    return exception;
  }

  void cancelled() {
    end(Verdict.CANCELLED, new CancellationException(pipelineName() + ": cancelled by the caller"));
  }

  private PipelineException overdue(boolean started, @Nullable Throwable cause) {
    Timeout owner = deadlineOwner;
    return owner == null
        ? new DeadlineExceededException(pipelineName(), started, cause)
        : new CallTimeoutException(pipelineName(), owner.name(), owner.duration(), cause);
  }

  /** What a stage really failed with. */
  static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  /** Makes the blocking call on this thread. */
  @Nullable Object invoke() throws Throwable {
    return Checks.notNull("call", blockingCall).get();
  }

  /** Starts the asynchronous attempt on this thread, with this frame as the context in force. */
  @Nullable CompletionStage<?> invokeAsync() {
    @Nullable Object[] slot = CurrentContext.slot();
    Object outer = slot[0];
    slot[0] = this;
    try {
      return Checks.notNull("call", asyncCall).startAttempt();
    } finally {
      slot[0] = outer;
    }
  }

  @Override
  public CallContext toContext() {
    Deadline deadline = hasDeadline ? new Deadline(pipeline.kernel(), deadlineNanos) : null;
    return new CallContext(deadline, criticality, attempt, idempotencyKey);
  }

  @Override
  public String pipelineName() {
    return pipeline.name();
  }

  @Override
  public @Nullable String key() {
    return pipeline.key();
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public long startedNanos() {
    return startedNanos;
  }

  @Override
  public long remainingNanos(long nowNanos) {
    return hasDeadline ? deadlineNanos - nowNanos : Long.MAX_VALUE;
  }

  @Override
  public Criticality criticality() {
    return criticality;
  }

  @Override
  public @Nullable Object result() {
    return result;
  }

  @Override
  public @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public long random() {
    return pipeline.kernel().random();
  }
}
