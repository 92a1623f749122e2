package dev.evenkeel.tracing;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.ContextCarrier.Scope;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The {@link CallContext} for Micrometer's context propagation, so that whatever uses that, Reactor
 * among others, takes the deadline along. Found by the service loader. Thread-safe.
 *
 * <p>It sets and restores in pairs on one thread, as Micrometer's scopes do.
 */
public final class CallContextAccessor implements ThreadLocalAccessor<CallContext> {

  /** The key by which Micrometer knows it. */
  public static final String KEY = "evenkeel.call-context";

  private static final Scope NOTHING_SET = () -> {};

  /** What this thread has to undo, the latest first; also keeps alive what it undoes. */
  private static final ThreadLocal<@Nullable Deque<Scope>> OPEN = new ThreadLocal<>();

  /** For the service loader. */
  public CallContextAccessor() {}

  @Override
  public Object key() {
    return KEY;
  }

  @Override
  public @Nullable CallContext getValue() {
    CallContext call = CallContext.current();
    return CallContexts.isEmpty(call) && call.idempotencyKey() == null ? null : call;
  }

  @Override
  public void setValue(CallContext call) {
    push(call.open());
  }

  /** What others have set stays: a deadline is never lifted. */
  @Override
  public void setValue() {
    push(NOTHING_SET);
  }

  @Override
  public void restore(CallContext before) {
    restore();
  }

  @Override
  public void restore() {
    Deque<Scope> open = OPEN.get();
    Scope latest = open == null ? null : open.poll();
    if (latest != null) {
      latest.close();
    }
    if (open != null && open.isEmpty()) {
      OPEN.remove();
    }
  }

  private static void push(Scope scope) {
    Deque<Scope> open = OPEN.get();
    if (open == null) {
      open = new ArrayDeque<>(2);
      OPEN.set(open);
    }
    open.push(scope);
  }
}
