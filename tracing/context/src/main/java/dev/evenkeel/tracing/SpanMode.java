package dev.evenkeel.tracing;

/** Whether Evenkeel makes spans of its own for what goes over the wire. Headers travel anyway. */
public enum SpanMode {
  /** Unless OpenTelemetry's Java agent runs in this process, which makes them itself. */
  AUTO,
  /** Always: nothing else instruments this client or server. */
  ALWAYS,
  /** Never: something else does, for instance a Spring observation. */
  NEVER;

  private static final String AGENT = "io.opentelemetry.javaagent.OpenTelemetryAgent";

  /**
   * What the mode means in this process.
   *
   * @return whether to make spans
   */
  public boolean makesSpans() {
    return switch (this) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO -> !Agent.PRESENT;
    };
  }

  /** Looked for once: an agent does not come later. */
  private static final class Agent {

    static final boolean PRESENT = isPresent();

    private static boolean isPresent() {
      try {
        Class.forName(AGENT, false, ClassLoader.getSystemClassLoader());
        return true;
      } catch (ClassNotFoundException | LinkageError absent) {
        return false;
      }
    }
  }
}
