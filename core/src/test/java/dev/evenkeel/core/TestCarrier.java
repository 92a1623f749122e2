package dev.evenkeel.core;

/** Carries one thread local; found by the service loader, and silent as long as that is not set. */
public final class TestCarrier implements ContextCarrier {

  static final ThreadLocal<String> TRACE = new ThreadLocal<>();

  /** Where it throws: "capture", "open", "close"; anything else means nowhere. */
  static volatile String faulty = "";

  @Override
  public Snapshot capture() {
    String trace = TRACE.get();
    if (trace == null) {
      return null;
    }
    fail("capture");
    return () -> {
      fail("open");
      String before = TRACE.get();
      TRACE.set(trace);
      return () -> {
        if (before == null) {
          TRACE.remove();
        } else {
          TRACE.set(before);
        }
        fail("close");
      };
    };
  }

  private static void fail(String place) {
    if (faulty.equals(place)) {
      throw new AssertionError("a faulty carrier");
    }
  }
}
