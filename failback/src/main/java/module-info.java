/** The way back: probes and ramps. */
module dev.evenkeel.failback {
  requires transitive dev.evenkeel.core;

  exports dev.evenkeel.failback;
}
