package dev.evenkeel.core;

/** A gate with a state that people look at: in a log, on a dashboard, behind a health endpoint. */
public interface StatefulGate extends Gate {

  /**
   * The present state. Reading it changes nothing; safe from any thread.
   *
   * @return the state
   */
  GateState state();
}
