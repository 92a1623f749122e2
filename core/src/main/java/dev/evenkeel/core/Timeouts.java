package dev.evenkeel.core;

import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * Tells whether a failure says that somebody gave up waiting: a pipeline's own timeout, or that of
 * a client. It knows the exceptions of the JDK and what extends them; a client's own class that
 * does not is taken for any other failure. For gates that judge a call that was too slow otherwise
 * than one that failed.
 */
public final class Timeouts {

  /** Of modules that a program may be without. */
  private static final Set<String> BY_NAME =
      Set.of("java.net.http.HttpTimeoutException", "java.sql.SQLTimeoutException");

  private Timeouts() {}

  /**
   * Whether it does. Causes are not looked at. Never throws.
   *
   * @param failure what a call ended with
   * @return true for {@link CallTimeoutException}, {@link SocketTimeoutException},
   *     {@link TimeoutException}, {@code java.net.http.HttpTimeoutException},
   *     {@code java.sql.SQLTimeoutException}, and subclasses of them
   */
  public static boolean isTimeout(Throwable failure) {
    return failure instanceof CallTimeoutException
        || failure instanceof SocketTimeoutException
        || failure instanceof TimeoutException
        || isTimeoutByName(failure);
  }

  private static boolean isTimeoutByName(Throwable failure) {
    for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
      if (BY_NAME.contains(type.getName())) {
        return true;
      }
    }
    return false;
  }
}
