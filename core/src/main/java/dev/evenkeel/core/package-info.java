/**
 * The pipeline, its gates and drivers, and the engine that runs a call through them.
 *
 * <p>Start at {@link dev.evenkeel.core.Pipeline}. A policy that decides whether a call may go on is
 * a {@link dev.evenkeel.core.Gate}; time, timers and chance come from a
 * {@link dev.evenkeel.core.Kernel} and nowhere else.
 *
 * @serial exclude
 */
@NullMarked
package dev.evenkeel.core;

import org.jspecify.annotations.NullMarked;
