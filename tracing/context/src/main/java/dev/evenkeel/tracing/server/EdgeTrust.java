package dev.evenkeel.tracing.server;

/** What a server takes from the headers that say how a call is to be treated. */
public enum EdgeTrust {
  /** Nothing: the callers are strangers. The server's own default deadline holds. */
  IGNORE,
  /**
   * A deadline, down to the server's least one and no more than its default; a criticality only if
   * it is below the default. A stranger can make itself smaller, not bigger.
   */
  CLAMP,
  /** All of it: the callers are our own services. A deadline still can only shorten. */
  ACCEPT
}
