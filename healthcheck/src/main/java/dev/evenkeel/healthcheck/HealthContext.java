package dev.evenkeel.healthcheck;

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
    Runnable onChange) {

  static final Logger LOG = LoggerFactory.getLogger(Health.class);
}
