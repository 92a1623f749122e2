package dev.evenkeel.healthcheck;

import dev.evenkeel.core.Faults;
import dev.evenkeel.core.Kernel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all checks of one {@link Health} share. */
record HealthContext(
    Kernel kernel,
    RunSlots slots,
    Supplier<? extends @Nullable String> traceId,
    @Nullable FleetSignal fleet,
    Announcer announcer,
    Runnable onChange,
    Faults faults) {

  static final Logger LOG = LoggerFactory.getLogger(Health.class);

  /** What the fleet signal says, on a check's thread; NaN if it does not know, or there is none. */
  double othersThatFail(String check) {
    if (fleet == null) {
      return Double.NaN;
    }
    try {
      return fleet.shareFailing(check);
    } catch (Throwable fault) {
      faults.report("fleet signal", fault, "going on without it");
      return Double.NaN;
    }
  }
}
