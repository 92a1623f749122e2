package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * Makes blocking calls, and returns a failure as it returns a result: throwing it is for the small
 * methods that ask.
 *
 * <p>It extends {@link Throwable}, though nobody makes one, for what HotSpot's compiler does with
 * the methods of exceptions ({@code InlineTree::should_not_inline}, "exception method"): two levels
 * down it never puts them into a method of another class, and it puts the constructors of
 * exceptions into them. So {@link Pipeline#call} stays small enough to be put into its callers,
 * whatever is compiled first, and an exception leaves one compiled frame less on its way.
 */
@SuppressWarnings("serial")
abstract class BlockingCall extends Throwable {

  private BlockingCall() {}

  /**
   * Makes a call on this thread.
   *
   * @param type for which failures there is a fallback of the call's own
   * @param fallback as {@link Fallback#ofOneCall} takes it; null for none
   * @return the result, or {@link Failed}
   */
  static @Nullable Object make(
      Pipeline pipeline,
      CheckedSupplier<?, ?> call,
      Class<? extends Throwable> type,
      @Nullable Object fallback) {
    CallerThread thread = CallerThread.current();
    Frame frame = thread.enter();
    try {
      Object result = pipeline.execute(frame, thread.context(), call, type, fallback);
      return frame.hasFailed() ? new Failed(frame.plan().traced(frame.takeFailure())) : result;
    } catch (Throwable broken) {
      if (frame.level < thread.brokenFrom) {
        thread.brokenFrom = frame.level; // no call: there may be no room on the stack for one
      }
      thread.mend(frame);
      throw broken;
    } finally {
      thread.leave(frame);
    }
  }

  /**
   * Stands for the result of a call that failed.
   *
   * @param failure what the caller gets
   */
  record Failed(Throwable failure) {}
}
