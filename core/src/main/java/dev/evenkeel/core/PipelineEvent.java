package dev.evenkeel.core;

import java.lang.reflect.Method;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What a {@link PipelineListener} may hear of: one for each of its methods. */
public enum PipelineEvent {
  /** {@link PipelineListener#onCallStart}. */
  CALL_START("onCallStart"),
  /** {@link PipelineListener#onCallEnd}. */
  CALL_END("onCallEnd"),
  /** {@link PipelineListener#onAttemptStart}. */
  ATTEMPT_START("onAttemptStart"),
  /** {@link PipelineListener#onAttemptEnd}. */
  ATTEMPT_END("onAttemptEnd"),
  /** {@link PipelineListener#onRefused}. */
  REFUSED("onRefused"),
  /** {@link PipelineListener#onWait}. */
  WAIT("onWait"),
  /** {@link PipelineListener#onRetry}. */
  RETRY("onRetry"),
  /** {@link PipelineListener#onRetryDenied}. */
  RETRY_DENIED("onRetryDenied"),
  /** {@link PipelineListener#onHedge}. */
  HEDGE("onHedge"),
  /** {@link PipelineListener#onHedgeWon}. */
  HEDGE_WON("onHedgeWon"),
  /** {@link PipelineListener#onFallback}. */
  FALLBACK("onFallback"),
  /** {@link PipelineListener#onWouldHave}. */
  WOULD_HAVE("onWouldHave"),
  /** {@link PipelineListener#onStateChange}. */
  STATE_CHANGE("onStateChange"),
  /** {@link PipelineListener#onSettingsChange}. */
  SETTINGS_CHANGE("onSettingsChange");

  private final String method;

  PipelineEvent(String method) {
    this.method = method;
  }

  /** The name of the listener's method, for the log. */
  String method() {
    return method;
  }

  /**
   * The events whose methods a class of listeners has of its own.
   *
   * @return all, if that cannot be found out
   */
  static Set<PipelineEvent> heardBy(Class<?> listener) {
    EnumSet<PipelineEvent> heard = EnumSet.noneOf(PipelineEvent.class);
    try {
      for (PipelineEvent event : values()) {
        if (event.isOverriddenIn(listener)) {
          heard.add(event);
        }
      }
    } catch (NoSuchMethodException | SecurityException | LinkageError unknown) {
      return Collections.unmodifiableSet(EnumSet.allOf(PipelineEvent.class));
    }
    return Collections.unmodifiableSet(heard);
  }

  private boolean isOverriddenIn(Class<?> listener) throws NoSuchMethodException {
    for (Method own : PipelineListener.class.getMethods()) {
      if (own.getName().equals(method)) {
        return listener.getMethod(method, own.getParameterTypes()).getDeclaringClass()
            != PipelineListener.class;
      }
    }
    throw new NoSuchMethodException(method);
  }
}
