module shop {
  requires dev.evenkeel; // core, retry, limits, circuit breaker, failback
}
