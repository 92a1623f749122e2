package dev.evenkeel.spring;

import dev.evenkeel.core.Pipeline;
import org.jspecify.annotations.Nullable;

/** The pipeline of one name, found once: at the start, or with the first call before that. */
final class PipelineHandle {

  private final String name;
  private final String where;
  private final PipelineLookup lookup;
  private volatile @Nullable Pipeline pipeline;

  PipelineHandle(String name, String where, PipelineLookup lookup) {
    this.name = name;
    this.where = where;
    this.lookup = lookup;
  }

  Pipeline get() {
    Pipeline found = pipeline;
    return found != null ? found : resolve();
  }

  /** Throws {@link InvalidResilienceException} if there is none of that name. */
  Pipeline resolve() {
    Pipeline found = lookup.find(name, where);
    pipeline = found;
    return found;
  }

  String name() {
    return name;
  }
}
