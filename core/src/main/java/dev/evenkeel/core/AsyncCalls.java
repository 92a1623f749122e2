package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * Makes calls that can wait, for interpreters other than that of {@link Pipeline#callAsync}. The
 * layers, the timers and the rules are the same.
 *
 * <p>Internal: for {@code evenkeel-reactor}; it may change in any version.
 */
public final class AsyncCalls {

  private AsyncCalls() {}

  /**
   * Makes a call. The first attempt starts on this thread. The outcome goes to the adapter's sink,
   * before this returns if the call needs not wait. Nothing is thrown but what the sink throws.
   *
   * @param <C> the calls
   * @param pipeline the pipeline
   * @param adapter how the attempts are made
   * @param call the call
   */
  public static <C> void make(Pipeline pipeline, AsyncAdapter<C, ?> adapter, C call) {
    CallerThread thread = CallerThread.current();
    Frame frame = thread.enterAsync();
    Plan plan = pipeline.plan();
    Object result = null;
    Throwable failure = null;
    try {
      plan = frame.begin(pipeline, plan, thread.context(), true);
      frame.serves(call, adapter instanceof StreamAdapter);
      plan.hearer.callStart(frame);
      result = plan.engine.start(frame, adapter, call);
      if (result instanceof SuspendedCall) {
        thread.leaveBehind(frame);
        return;
      }
      failure = frame.hasFailed() ? frame.takeFailure() : null;
      thread.leaveAsync(frame);
    } catch (Throwable broken) {
      failure = broken;
      if (frame.level < thread.brokenFrom) {
        thread.brokenFrom = frame.level; // as in BlockingCall
      }
      thread.mend(frame);
      thread.leaveAsync(frame);
    }
    CallSink sink = adapter.sink(call, null);
    if (failure != null) {
      sink.fail(failure);
    } else if (!sink.succeed(result)) {
      plan.drop(result);
    }
  }

  /**
   * The context of an attempt, without its deadline's hooks: whoever has a subscription needs none.
   *
   * @param attempt what {@link AsyncAdapter#start} was given, while that runs
   * @return the context
   */
  public static CallContext context(CallView attempt) {
    return attempt instanceof Frame frame ? frame.toContextWithoutHooks() : CallContext.current();
  }

  /**
   * Takes a result that no caller gets: it goes to {@link PipelineBuilder#onLateResult}, or is
   * closed.
   *
   * @param pipeline the pipeline
   * @param result the result
   */
  public static void drop(Pipeline pipeline, @Nullable Object result) {
    pipeline.plan().drop(result);
  }
}
