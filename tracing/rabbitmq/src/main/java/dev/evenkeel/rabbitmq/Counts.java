package dev.evenkeel.rabbitmq;

import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link ConsumerFigures}. Thread-safe. */
final class Counts {

  final LongAdder handled = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder rejected = new LongAdder();
  final LongAdder expired = new LongAdder();
  final LongAdder handedBack = new LongAdder();
  final LongAdder pauses = new LongAdder();
  final LongAdder starts = new LongAdder();

  ConsumerFigures figures() {
    return new ConsumerFigures(
        handled.sum(),
        failed.sum(),
        rejected.sum(),
        expired.sum(),
        handedBack.sum(),
        pauses.sum(),
        Math.max(0, starts.sum() - 1));
  }
}
