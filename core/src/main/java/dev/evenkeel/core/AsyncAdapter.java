package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * What tells one kind of call that can wait from another: how its attempts start and end, and who
 * gets its outcome. Everything between the two is the engine's. Without state: what belongs to one
 * call is in the objects that are handed in.
 *
 * <p>Internal: for {@code evenkeel-reactor}; it may change in any version.
 *
 * @param <C> a call, as its caller has made it
 * @param <A> one of its attempts
 */
public interface AsyncAdapter<C, A> {

  /**
   * Starts an attempt, on this thread. Whatever it throws is the attempt's failure.
   *
   * @param call the call
   * @param attempt the engine's view of the attempt, for {@link AsyncCalls#context}
   * @return the attempt; null is a failure
   */
  @Nullable A start(C call, CallView attempt);

  /**
   * Whether an attempt that has just been started has ended already.
   *
   * @param attempt the attempt
   * @return if true, {@link #result} follows; if not, {@link #follow}
   */
  boolean isComplete(A attempt);

  /**
   * The result of a complete attempt.
   *
   * @param attempt the attempt
   * @return the result
   * @throws Throwable its failure
   */
  @Nullable Object result(A attempt) throws Throwable;

  /**
   * Has the end of an attempt told, at once if it has ended meanwhile.
   *
   * @param attempt the attempt
   * @param end whom to tell
   */
  void follow(A attempt, AttemptEnd end);

  /**
   * Cancels an attempt that nobody waits for any more. May be called again.
   *
   * @param attempt the attempt
   */
  void cancel(A attempt);

  /**
   * Whether attempts are cancelled under {@link Timeout#cooperative} too, and cancelling never
   * blocks: as Reactive Streams have it.
   *
   * @return if false, a cancel may block, and is sent from a thread on which it can
   */
  boolean isReactive();

  /**
   * Who gets the outcome.
   *
   * @param call the call
   * @param handle the call, for its caller to give it up; null if it has ended already
   * @return the sink
   */
  CallSink sink(C call, @Nullable CallHandle handle);
}
