package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.failback.Baseline;
import dev.evenkeel.failback.Checkpoint;
import org.jspecify.annotations.Nullable;

/** A breaker's place in a checkpoint. Thread-safe. */
final class CheckpointSeat {

  private final Checkpoint checkpoint;
  private @Nullable String name; // guarded by this; null while it is in no pipeline

  CheckpointSeat(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /** Where the breaker is in several pipelines, the first one names it. */
  synchronized void join(Attachment attachment, Baseline memory) {
    if (name == null) {
      String key = attachment.key();
      String joined =
          key == null ? attachment.pipelineName() : attachment.pipelineName() + "/" + key;
      name = joined;
      checkpoint.join(joined, memory, attachment.kernel());
    }
  }

  synchronized void leave(Baseline memory) {
    String joined = name;
    name = null;
    if (joined != null) {
      checkpoint.leave(joined, memory);
    }
  }
}
