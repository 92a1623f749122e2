/** The way back: probes and ramps. */
module dev.evenkeel.failback {
  requires transitive dev.evenkeel.core;
  requires org.slf4j;

  exports dev.evenkeel.failback;
}
