package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A fallback's answer that is not there yet. It is the result of its call until it is: whoever ends
 * the call waits for it. What it fails with is as if the fallback had thrown it; if its caller
 * gives up, the call ends as it would have without the fallback.
 */
final class PendingAnswer extends AtomicBoolean {

  private static final long serialVersionUID = 1;

  private final transient CompletionStage<?> stage;
  private final transient Exception failure;
  private final transient Verdict verdict;
  private final transient Faults faults;
  private final transient List<Fallback> outer = new ArrayList<>();

  /**
   * Creates it.
   *
   * @param failure what the fallback answers for
   * @param verdict how the call had ended
   */
  PendingAnswer(CompletionStage<?> stage, Exception failure, Verdict verdict, Faults faults) {
    this.stage = stage;
    this.failure = failure;
    this.verdict = verdict;
    this.faults = faults;
  }

  Exception failure() {
    return failure;
  }

  /** Asks another fallback, which is outside of the one whose answer this is, if this one fails. */
  void ifItFails(Fallback fallback) {
    outer.add(fallback);
  }

  /** Waits on this thread; the outcome is in the frame. */
  void await(Frame frame) {
    try {
      frame.answered(stage.toCompletableFuture().get());
      frame.plan().hearer.fallback(frame, failure);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      Failures.suppress(failure, stop);
      frame.end(verdict, failure);
    } catch (ExecutionException failed) {
      fail(frame, failed.getCause() == null ? failed : failed.getCause());
    } catch (Throwable fault) {
      fail(frame, fault);
    }
  }

  /** Goes on with an asynchronous call when it is there. */
  void await(SuspendedCall call, Runnable goOn) {
    Plan plan = call.frame().plan();
    call.underWay(() -> {
      if (compareAndSet(false, true)) {
        call.resume(() -> {
          call.frame().end(verdict, failure);
          cancel();
          goOn.run();
        });
      }
    });
    try {
      stage.whenComplete((answer, fault) -> {
        if (compareAndSet(false, true)) {
          call.resume(() -> {
            take(call.frame(), answer, fault);
            goOn.run();
          });
        } else {
          plan.drop(answer); // its caller has gone
        }
      });
    } catch (Throwable fault) {
      if (compareAndSet(false, true)) {
        call.resume(() -> {
          fail(call.frame(), fault);
          goOn.run();
        });
      }
    }
  }

  private void cancel() {
    try {
      StageAdapter.INSTANCE.cancel(stage);
    } catch (Throwable fault) {
      faults.report("cancel", fault, "the call was given up all the same");
    }
  }

  private void take(Frame frame, @Nullable Object answer, @Nullable Throwable fault) {
    frame.timePassed();
    if (fault == null) {
      frame.answered(answer);
      frame.plan().hearer.fallback(frame, failure);
    } else {
      fail(frame, Failures.unwrap(fault));
    }
  }

  private void fail(Frame frame, Throwable fault) {
    FallbackLayer.throwInstead(frame, failure, verdict, fault);
    for (Fallback next : outer) {
      if (!frame.hasSucceeded()) {
        FallbackLayer.answer(frame, next, 0);
      } else if (frame.result() instanceof PendingAnswer answer) {
        answer.ifItFails(next);
      }
    }
  }
}
