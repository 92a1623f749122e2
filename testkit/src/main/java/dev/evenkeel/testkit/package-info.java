/**
 * For tests: time in the test's own hands, and a dependency that dies and comes back on command.
 */
@NullMarked
package dev.evenkeel.testkit;

import org.jspecify.annotations.NullMarked;
