package dev.evenkeel.simulator;

/** How a value of a scenario is written. */
enum Unit {
  TEXT,
  CHOICE,
  COUNT,
  COUNTS,
  NUMBER,
  SHARE,
  DURATION,
  PER_SECOND
}
