package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.Faults;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.RunBooks;
import dev.evenkeel.core.StateChange;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells the log and the pipelines a gate is in what happens to it: in order, each thing once.
 *
 * <p>What happens is noted under the machine's lock ({@link #change}, {@link #line}) and told after
 * it is released ({@link #deliver}): listeners, log appenders and the texts of exceptions are
 * users' code, and may do and take as long as they like. One thread at a time tells; what others
 * note meanwhile it tells too, and they go on. Thread-safe.
 */
final class Announcer {

  private static final Logger LOG = LoggerFactory.getLogger(CircuitBreaker.class);

  /** Lines that a listener which never returns holds up; changes are few, and all kept. */
  private static final int MOST_LINES_WAITING = 1_000;

  private static final int MOST_NAMES = 3;

  private sealed interface Note permits Change, Line {}

  private record Change(GateState from, GateState to, Supplier<String> reason, long nowNanos)
      implements Note {}

  private record Line(Level level, Supplier<String> text) implements Note {}

  private final String policy;
  private final Faults faults;
  private final List<Attachment> attachments = new CopyOnWriteArrayList<>();
  private final Queue<Note> notes = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private GateState told = GateState.CLOSED; // guarded by the machine's lock

  Announcer(String policy) {
    this.policy = policy;
    faults = new Faults(policy);
  }

  void add(Attachment attachment) {
    attachments.add(attachment);
  }

  /** Whether it was there. */
  void forEachAttachment(Consumer<Attachment> what) {
    attachments.forEach(what);
  }

  boolean remove(Attachment attachment) {
    return attachments.remove(attachment);
  }

  boolean isInNoPipeline() {
    return attachments.isEmpty();
  }

  /**
   * Notes a change of state, under the machine's lock. From one probe to the next the breaker goes
   * to and fro between OPEN and PROBING, for hours; only the first time is news.
   */
  void change(GateState from, GateState to, Supplier<String> reason, long nowNanos) {
    boolean probeFailed = from.kind() == Kind.PROBING && to.kind() == Kind.OPEN;
    if (probeFailed || to.kind() == told.kind()) {
      return;
    }
    note(new Change(from.kind() == told.kind() ? from : told, to, reason, nowNanos));
    told = to;
  }

  /** Notes something else to be logged; the text is made when it is told. */
  void line(Level level, Supplier<String> text) {
    if (waiting.get() < MOST_LINES_WAITING) {
      note(new Line(level, text));
    }
  }

  private void note(Note note) {
    waiting.incrementAndGet();
    notes.add(note);
  }

  /** Tells what is noted, unless another thread, or this one further out, is at it. */
  void deliver() {
    if (notes.isEmpty() || asked.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      for (Note note = notes.poll(); note != null; note = notes.poll()) {
        waiting.decrementAndGet();
        tellGuarded(note);
      }
      seen = asked.addAndGet(-seen);
    } while (seen != 0);
  }

  private void tellGuarded(Note note) {
    try {
      tell(note);
    } catch (Throwable fault) {
      report(fault);
    }
  }

  private void report(Throwable fault) {
    try {
      faults.report("log or listener", fault, "it is told nothing of this");
    } catch (Throwable ofTheLog) {
      // There is nowhere left to say so; what comes next must be told all the same.
    }
  }

  private void tell(Note note) {
    if (note instanceof Line line) {
      log(line.level, line.text);
    } else if (note instanceof Change change) {
      tell(change);
    }
  }

  private void tell(Change change) {
    String reason = change.reason.get();
    Kind kind = change.to.kind();
    boolean bad = kind == Kind.OPEN || kind == Kind.FORCED_OPEN;
    try {
      log(
          bad ? Level.WARN : Level.INFO,
          () -> change.from + " -> " + change.to + ": " + reason
              + (kind == Kind.OPEN ? "; see " + RunBooks.section("breaker-open") : ""));
    } catch (Throwable fault) {
      report(fault); // listeners hear of it all the same
    }
    for (Attachment attachment : attachments) {
      try {
        attachment.stateChanged(new StateChange(
            attachment.pipelineName(),
            policy,
            attachment.key(),
            change.from,
            change.to,
            reason,
            change.nowNanos));
      } catch (Throwable fault) {
        report(fault); // so do the others
      }
    }
  }

  private void log(Level level, Supplier<String> text) {
    if (LOG.isEnabledForLevel(level) && isLogged()) {
      LOG.atLevel(level).log("{} {}", prefix(), text.get());
    }
  }

  private boolean isLogged() {
    return attachments.isEmpty() || attachments.stream().anyMatch(Attachment::isLogged);
  }

  /** Where, and what; one line for all pipelines of a breaker. */
  private String prefix() {
    if (attachments.isEmpty()) {
      return policy + ":";
    }
    String names = attachments.stream()
        .limit(MOST_NAMES)
        .map(Announcer::where)
        .collect(Collectors.joining(", "));
    int others = attachments.size() - MOST_NAMES;
    return names + (others > 0 ? " and " + others + " more: " : ": ") + policy;
  }

  private static String where(Attachment attachment) {
    String key = attachment.key();
    return attachment.pipelineName()
        + (key == null ? "" : " [" + key + "]")
        + (attachment.isObserveOnly() ? " (observe-only)" : "");
  }
}
