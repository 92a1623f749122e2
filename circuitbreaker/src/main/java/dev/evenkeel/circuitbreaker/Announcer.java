package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.StateChange;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log and the pipelines a gate is in of its changes of state, once each. Thread-safe. */
final class Announcer {

  private static final Logger LOG = LoggerFactory.getLogger(CircuitBreaker.class);

  private final String policy;
  private final List<Attachment> attachments = new CopyOnWriteArrayList<>();

  Announcer(String policy) {
    this.policy = policy;
  }

  void add(Attachment attachment) {
    attachments.add(attachment);
  }

  boolean isAttached() {
    return !attachments.isEmpty();
  }

  /** The time of the first pipeline; there must be one. */
  long nanoTime() {
    return attachments.get(0).kernel().nanoTime();
  }

  /** Runs a task on the clock of the first pipeline; there must be one. */
  void schedule(long nanosFromNow, Runnable task) {
    Kernel kernel = attachments.get(0).kernel();
    var unused = kernel.schedule(kernel.nanoTime() + nanosFromNow, task);
  }

  void announce(GateState before, GateState after, String reason, long nowNanos) {
    if (attachments.isEmpty()) {
      LOG.info("{}: {} -> {}: {}", policy, before, after, reason);
    }
    for (Attachment attachment : attachments) {
      String key = attachment.key();
      String where = attachment.pipelineName() + (key == null ? "" : " [" + key + "]");
      if (after.kind() == Kind.OPEN || after.kind() == Kind.FORCED_OPEN) {
        LOG.warn("{}: {} {} -> {}: {}", where, policy, before, after, reason);
      } else {
        LOG.info("{}: {} {} -> {}: {}", where, policy, before, after, reason);
      }
      attachment.stateChanged(
          new StateChange(attachment.pipelineName(), policy, key, before, after, reason, nowNanos));
    }
  }
}
