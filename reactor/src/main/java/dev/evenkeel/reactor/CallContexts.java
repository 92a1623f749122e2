package dev.evenkeel.reactor;

import dev.evenkeel.core.AsyncAdapter;
import dev.evenkeel.core.AsyncCalls;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Pipeline;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/** Between Reactor's context and the call's. */
final class CallContexts {

  private CallContexts() {}

  /** Makes a call in the context that its subscriber brings, or else in that of the thread. */
  static <C> void make(Pipeline pipeline, AsyncAdapter<C, ?> adapter, C call, Context subscribers) {
    Object brought = subscribers.getOrDefault(ReactivePipeline.CONTEXT_KEY, null);
    if (brought instanceof CallContext context) {
      context.run(() -> AsyncCalls.make(pipeline, adapter, call));
    } else {
      AsyncCalls.make(pipeline, adapter, call);
    }
  }

  /** What the source of an attempt sees. */
  static Context ofAttempt(Context subscribers, @Nullable CallContext attempt) {
    return attempt == null ? subscribers : subscribers.put(ReactivePipeline.CONTEXT_KEY, attempt);
  }
}
