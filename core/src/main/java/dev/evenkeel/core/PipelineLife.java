package dev.evenkeel.core;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A pipeline from its gates' and its registries' point of view, up to its end. Thread-safe. */
final class PipelineLife implements Attachment {

  private final Pipeline pipeline;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final List<Consumer<Pipeline>> whenClosed = new CopyOnWriteArrayList<>();

  PipelineLife(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Attaches the gates. */
  void begin() {
    for (Policy policy : pipeline.policies()) {
      if (policy instanceof Gate gate) {
        gate.attach(this);
      } else if (policy instanceof PerKey<?> perKey) {
        perKey.attach(this);
      }
    }
  }

  /** Detaches the gates, and tells who wants to know; once. */
  void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    for (Policy policy : pipeline.policies()) {
      try {
        if (policy instanceof Gate gate) {
          gate.detach(this);
        } else if (policy instanceof PerKey<?> perKey) {
          perKey.detach(this);
        }
      } catch (Throwable fault) {
        pipeline.faults().report(policy.name() + ".detach", fault, "the others are told");
      }
    }
    PipelineNames.closed(pipeline);
    whenClosed.forEach(hearer -> hearer.accept(pipeline));
    whenClosed.clear();
  }

  boolean isClosed() {
    return closed.get();
  }

  /** Adds one of ours who is to be told; at once if it is closed already. */
  void whenClosed(Consumer<Pipeline> hearer) {
    whenClosed.add(hearer);
    if (isClosed()) {
      hearer.accept(pipeline);
    }
  }

  void noMore(Consumer<Pipeline> hearer) {
    whenClosed.remove(hearer);
  }

  @Override
  public String pipelineName() {
    return pipeline.name();
  }

  @Override
  public Kernel kernel() {
    return pipeline.kernel();
  }

  @Override
  public void stateChanged(StateChange change) {
    pipeline.hearer().stateChange(change);
  }
}
