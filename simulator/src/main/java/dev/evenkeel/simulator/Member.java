package dev.evenkeel.simulator;

import dev.evenkeel.core.Gate;
import dev.evenkeel.core.RetryDriver;
import org.jspecify.annotations.Nullable;

/**
 * What stands between one process and one server, outermost first; made anew for each run.
 *
 * @param driver decides about further attempts; null for none
 * @param gate decides whether an attempt may go; null for none
 */
record Member(@Nullable RetryDriver driver, @Nullable Gate gate) {}
