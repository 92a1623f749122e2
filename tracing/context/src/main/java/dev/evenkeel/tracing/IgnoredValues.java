package dev.evenkeel.tracing;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values of headers that do not parse: counted, and the first one logged, since any stranger can
 * send as many as he likes. Thread-safe.
 */
final class IgnoredValues {

  private static final Logger LOG = LoggerFactory.getLogger(EvenkeelPropagator.class);
  private static final int MOST_CHARACTERS = 40;

  private final LongAdder count = new LongAdder();
  private final AtomicBoolean told = new AtomicBoolean();

  void add(String header, String value, String expected) {
    count.increment();
    if (!told.get() && told.compareAndSet(false, true)) {
      LOG.warn(
          "{}: \"{}\" (expected: {}); ignored, as others like it will be without a word",
          header,
          printable(value),
          expected);
    }
  }

  long count() {
    return count.sum();
  }

  /** It came from outside: no line of it may pass for one of the log's own. */
  private static String printable(String value) {
    StringBuilder text = new StringBuilder(MOST_CHARACTERS + 3);
    value
        .chars()
        .limit(MOST_CHARACTERS)
        .forEach(c -> text.append(c >= ' ' && c <= '~' ? (char) c : '?'));
    return text.append(value.length() > MOST_CHARACTERS ? "..." : "").toString();
  }
}
