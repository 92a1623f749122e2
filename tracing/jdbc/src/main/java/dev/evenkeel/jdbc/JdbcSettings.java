package dev.evenkeel.jdbc;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;

/** What a data source was built with. */
record JdbcSettings(
    Pipeline pipeline,
    PoolPermits permits,
    DatabaseSpans spans,
    long abortAfterNanos,
    Kernel kernel) {

  String name() {
    return pipeline.name();
  }
}
