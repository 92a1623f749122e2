/** Time that a test sets, and dependencies that fail on command. */
module dev.evenkeel.testkit {
  requires transitive dev.evenkeel.core;
  requires static transitive org.assertj.core;

  exports dev.evenkeel.testkit;
}
