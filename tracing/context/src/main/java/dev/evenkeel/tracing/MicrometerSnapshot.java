package dev.evenkeel.tracing;

import dev.evenkeel.core.ContextCarrier.Scope;
import io.micrometer.context.ContextSnapshotFactory;
import org.jspecify.annotations.Nullable;

/** What Micrometer's context propagation has captured; only loaded where that is present. */
final class MicrometerSnapshot {

  private static final boolean PRESENT = isPresent();

  private final io.micrometer.context.ContextSnapshot snapshot;

  private MicrometerSnapshot(io.micrometer.context.ContextSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  static @Nullable MicrometerSnapshot captureIfPresent() {
    return PRESENT ? Factory.capture() : null;
  }

  static Scope open(@Nullable MicrometerSnapshot snapshot) {
    if (snapshot == null) {
      return () -> {};
    }
    io.micrometer.context.ContextSnapshot.Scope scope = snapshot.snapshot.setThreadLocals();
    return scope::close;
  }

  private static boolean isPresent() {
    try {
      Class.forName(
          "io.micrometer.context.ContextSnapshotFactory",
          false,
          MicrometerSnapshot.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException absent) {
      return false;
    }
  }

  /** Its own class, so that Micrometer's types are resolved only when they are there. */
  private static final class Factory {

    /** The call's context goes its own way, which knows the attempt. */
    private static final ContextSnapshotFactory FACTORY = ContextSnapshotFactory.builder()
        .captureKeyPredicate(key -> !key.equals(CallContextAccessor.KEY))
        .build();

    static MicrometerSnapshot capture() {
      return new MicrometerSnapshot(FACTORY.captureAll());
    }
  }
}
