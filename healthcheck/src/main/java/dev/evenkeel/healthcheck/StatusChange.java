package dev.evenkeel.healthcheck;

import org.jspecify.annotations.Nullable;

/**
 * A check went from one state to another.
 *
 * @param check its name
 * @param kind whose fault a failure is
 * @param from the state before
 * @param to the state after; never UNKNOWN, which is a matter of age and announced by nobody
 * @param reason why, for people; null if there is nothing to say
 */
public record StatusChange(
    String check,
    CheckKind kind,
    Status from,
    Status to,
    @Nullable String reason) {}
