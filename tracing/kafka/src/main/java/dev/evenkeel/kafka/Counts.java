package dev.evenkeel.kafka;

import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link ConsumerFigures}. Thread-safe. */
final class Counts {

  final LongAdder handled = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder deadLettered = new LongAdder();
  final LongAdder skipped = new LongAdder();
  final LongAdder expired = new LongAdder();
  final LongAdder pauses = new LongAdder();
  final LongAdder rebalances = new LongAdder();

  ConsumerFigures figures() {
    return new ConsumerFigures(
        handled.sum(),
        failed.sum(),
        deadLettered.sum(),
        skipped.sum(),
        expired.sum(),
        pauses.sum(),
        rebalances.sum());
  }
}
