/** Limits of calls per time and of calls at once. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"
}) // the name is in their manifest
module dev.evenkeel.limits {
  requires transitive dev.evenkeel.core;
  requires transitive io.github.resilience4j.ratelimiter;
  requires io.github.resilience4j.core;

  exports dev.evenkeel.limits;
}
