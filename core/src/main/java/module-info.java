/**
 * Pipelines, the contract for gates and the engine; deadlines, timeouts, fallbacks and concurrency
 * limits.
 */
module dev.evenkeel.core {
  requires transitive org.jspecify;
  requires org.slf4j;

  exports dev.evenkeel.core;

  uses dev.evenkeel.core.ContextCarrier;
}
