/** A circuit breaker that Resilience4j trips and failback brings back. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"
}) // the name is in their manifest
module dev.evenkeel.circuitbreaker {
  requires transitive dev.evenkeel.failback;
  requires transitive io.github.resilience4j.circuitbreaker;
  requires io.github.resilience4j.core;
  requires org.slf4j;

  exports dev.evenkeel.circuitbreaker;
}
