package dev.evenkeel.core;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended, and what the caller gets: a part of the call's {@link Frame}, which see for
 * why so little is written. A refusal stands in it as the place of the layer that refused, until
 * somebody asks for the exception.
 */
abstract class Outcome {

  private static final int NOBODY = -1;

  /** Whether a layer wants to see the result, or a fallback has put another one in its place. */
  private boolean keepsResult;

  private boolean succeeded;
  private Verdict failureVerdict = Verdict.REFUSED;
  private @Nullable Object result;
  private @Nullable Throwable failure;

  /** The layer whose gate refused the call. */
  private int refusedAt = NOBODY;

  /** Whether the call's attempts give elements before they end. */
  boolean stream;

  /** Whether elements have gone out that nothing else can follow. */
  boolean hasGiven;

  /** Makes something of what a fallback answers; null for most calls. */
  private @Nullable AnswerAdapter answers;

  /** Another attempt beside this one was first, and whatever this one ends with is no evidence. */
  abstract boolean isLost();

  /** A result that nobody gets, and what it holds. */
  abstract void drop(@Nullable Object value);

  abstract RefusalReason refusalReason(int layer);

  abstract CallRefusedException refusal(int layer);

  /**
   * The pipeline's name, for the exceptions.
   *
   * @return the name
   */
  public abstract String pipelineName();

  /** Makes it ready for a call. */
  final void begin(boolean someLayerReadsResults) {
    keepsResult = someLayerReadsResults;
    succeeded = false;
    refusedAt = NOBODY;
    stream = false;
    hasGiven = false;
  }

  /** The call is not one of futures. */
  final void serves(Object call, boolean ofStreams) {
    stream = ofStreams;
    answers = call instanceof AnswerAdapter adapter ? adapter : null;
  }

  /** It is one of several attempts of a call side by side. */
  final void serves(Outcome whole) {
    answers = whole.answers;
  }

  final void forgetAnswers() {
    if (answers != null) {
      answers = null;
    }
  }

  /** What a fallback's answer is for this call. */
  final @Nullable Object adapt(@Nullable Object answer, Exception failure) {
    AnswerAdapter adapter = answers;
    return adapter == null ? answer : adapter.adapt(answer, failure);
  }

  /** Whether it has failed after elements have gone out: no answer can take their place. */
  final boolean isBeyondAnswer() {
    return hasGiven && !succeeded;
  }

  /** Makes it ready for the next attempt. */
  final void beginAgain() {
    succeeded = false;
    failureVerdict = Verdict.REFUSED;
    forgetResult();
    failure = null;
    refusedAt = NOBODY;
  }

  /** From now on the result is kept, for whoever takes the call over. */
  final void keepResult() {
    keepsResult = true;
  }

  /** Takes over how one of several attempts side by side ended. */
  final void take(Outcome one) {
    keepsResult = true;
    succeeded = one.succeeded;
    failureVerdict = one.failureVerdict;
    result = one.result;
    failure = one.failure();
    refusedAt = NOBODY;
  }

  /** Lets go of what the call brought. */
  final void forget() {
    forgetResult();
    forgetFailure();
  }

  private void forgetResult() {
    if (result != null) {
      result = null;
    }
  }

  private void forgetFailure() {
    if (failure != null) {
      failure = null;
    }
  }

  /** The call itself succeeded. */
  final void succeeded(@Nullable Object value) {
    if (isLost()) {
      cancelled();
      drop(value);
      return;
    }
    succeeded = true;
    refusedAt = NOBODY;
    if (keepsResult) {
      result = value;
    }
    forgetFailure();
  }

  /** Somebody else answers. */
  final void answered(@Nullable Object value) {
    keepsResult = true;
    succeeded(value);
  }

  /** The call itself failed. */
  final void failed(Throwable cause) {
    end(verdictOn(cause), cause);
  }

  private static Verdict verdictOn(Throwable cause) {
    // A refusal by a pipeline inside this call: this dependency has been asked, and did not fail.
    Throwable bare = Failures.unwrap(cause);
    return bare instanceof CallRefusedException || bare instanceof CancellationException
        ? Verdict.CANCELLED
        : Verdict.FAILURE;
  }

  final void cancelled() {
    end(Verdict.CANCELLED, new CancellationException(pipelineName() + ": cancelled by the caller"));
  }

  final void end(Verdict how, Throwable cause) {
    succeeded = false;
    failureVerdict = how.isEvidence() && isLost() ? Verdict.CANCELLED : how;
    forgetResult();
    failure = cause;
    refusedAt = NOBODY;
  }

  /** The gate of a layer refused the call. */
  final void refused(int layer) {
    succeeded = false;
    failureVerdict = Verdict.REFUSED;
    forget();
    refusedAt = layer;
  }

  final Verdict verdict() {
    return succeeded ? Verdict.SUCCESS : failureVerdict;
  }

  final boolean hasSucceeded() {
    return succeeded;
  }

  final boolean hasFailed() {
    return failure != null || refusedAt != NOBODY;
  }

  /** Whether a gate refused the call, and nobody has asked for the exception. */
  final boolean isRefused() {
    return failure == null && refusedAt != NOBODY;
  }

  /**
   * Whether a pipeline inside the call refused it: no evidence, but another attempt makes sense.
   */
  final boolean isRefusedInside() {
    return failure instanceof CallRefusedException && failureVerdict == Verdict.CANCELLED;
  }

  /** Whether another attempt could make sense after how this one ended. */
  final boolean isRetryable() {
    if (refusedAt != NOBODY) {
      return refusalReason(refusedAt).isRetryable();
    }
    return !(failure instanceof Error)
        && !(failure instanceof CallRefusedException refused
            && !refused.reason().isRetryable());
  }

  /**
   * The result, if a layer wants to see it.
   *
   * @return null if there is none
   */
  public final @Nullable Object result() {
    return result;
  }

  /**
   * What the caller gets.
   *
   * @param ofAttempt the result of the last attempt
   */
  final @Nullable Object result(@Nullable Object ofAttempt) {
    return keepsResult ? result : ofAttempt;
  }

  /**
   * The failure.
   *
   * @return null if there is none
   */
  public final @Nullable Throwable failure() {
    if (isRefused()) {
      failure = refusal(refusedAt);
    }
    return failure;
  }

  /** That of a call that has failed, for the last one who asks. */
  final Throwable takeFailure() {
    return isRefused() ? refusal(refusedAt) : Checks.notNull("failure", failure);
  }
}
