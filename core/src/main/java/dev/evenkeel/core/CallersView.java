package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * What code that runs for a call on another thread than its caller's sees of the caller: the call's
 * context, the context class loader, and what others keep in thread locals. In force until it is
 * closed.
 */
final class CallersView implements AutoCloseable {

  /** What of the caller does not change from one attempt to the next. */
  record Surroundings(
      @Nullable ClassLoader loader, @Nullable ForeignContext foreign) {

    /** Those of this thread. */
    static Surroundings capture() {
      return new Surroundings(
          Thread.currentThread().getContextClassLoader(), ForeignContext.capture());
    }
  }

  private final CallerThread caller;
  private final @Nullable ContextSource before;
  private final @Nullable ClassLoader loaderBefore;
  private final ContextCarrier.@Nullable Scope foreign;

  private CallersView(
      CallerThread caller, @Nullable ContextSource context, @Nullable Surroundings surroundings) {
    this.caller = caller;
    before = caller.swapContext(context);
    loaderBefore = Thread.currentThread().getContextClassLoader();
    ForeignContext carried = null;
    if (surroundings != null) {
      setLoader(surroundings.loader());
      carried = surroundings.foreign();
    }
    foreign = carried == null ? null : carried.open();
  }

  static CallersView of(@Nullable ContextSource context, Surroundings surroundings) {
    return new CallersView(CallerThread.current(), context, surroundings);
  }

  /** On the caller's own thread, which has the rest already. */
  static CallersView ofCaller(ContextSource context) {
    return new CallersView(CallerThread.current(), context, null);
  }

  /** Runs something in view. */
  void run(Runnable part) {
    part.run();
  }

  /** Goes on with another context, and the rest as it is. */
  void changeTo(@Nullable ContextSource context) {
    caller.swapContext(context);
  }

  /** Runs something in view. */
  <T extends @Nullable Object, X extends Throwable> T call(CheckedSupplier<T, X> part) throws X {
    return part.get();
  }

  private static void setLoader(@Nullable ClassLoader loader) {
    Thread thread = Thread.currentThread();
    if (thread.getContextClassLoader() != loader) {
      try {
        thread.setContextClassLoader(loader);
      } catch (SecurityException innocuousThread) {
        // One of the common pool's under a security manager: it keeps its own.
      }
    }
  }

  @Override
  public void close() {
    if (foreign != null) {
      foreign.close();
    }
    setLoader(loaderBefore);
    caller.swapContext(before);
  }
}
