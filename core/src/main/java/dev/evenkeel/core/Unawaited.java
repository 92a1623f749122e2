package dev.evenkeel.core;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

/** Knows results that stand for one which is still to come. */
final class Unawaited {

  /** Of a library that a program may be without. */
  private static final String PUBLISHER = "org.reactivestreams.Publisher";

  private static final int DEPTH = 8;

  private Unawaited() {}

  /** Whether whoever has it has yet to wait. */
  static boolean is(Object result) {
    if (result instanceof Future<?> future) {
      return !future.isDone();
    }
    return result instanceof CompletionStage<?>
        || result instanceof Flow.Publisher<?>
        || isPublisher(result.getClass(), DEPTH);
  }

  private static boolean isPublisher(Class<?> type, int depth) {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      if (at.getName().equals(PUBLISHER)) {
        return true;
      }
      for (Class<?> extended : at.getInterfaces()) {
        if (depth > 0 && isPublisher(extended, depth - 1)) {
          return true;
        }
      }
    }
    return false;
  }
}
