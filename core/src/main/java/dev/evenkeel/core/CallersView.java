package dev.evenkeel.core;

import org.jspecify.annotations.Nullable;

/**
 * What code that runs for a call on another thread than its caller's sees of the caller: the call's
 * context and the context class loader. In force until it is closed.
 */
final class CallersView implements AutoCloseable {

  private final CallerThread caller;
  private final @Nullable ContextSource before;
  private final @Nullable ClassLoader loaderBefore;

  private CallersView(CallerThread caller, ContextSource context, @Nullable ClassLoader loader) {
    this.caller = caller;
    before = caller.swapContext(context);
    loaderBefore = Thread.currentThread().getContextClassLoader();
    setLoader(loader);
  }

  static CallersView of(ContextSource context, @Nullable ClassLoader loader) {
    return new CallersView(CallerThread.current(), context, loader);
  }

  /** Runs something in view. */
  void run(Runnable part) {
    part.run();
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
    setLoader(loaderBefore);
    caller.swapContext(before);
  }
}
