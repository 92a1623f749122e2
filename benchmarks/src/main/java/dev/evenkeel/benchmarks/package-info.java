/** Runs the benchmarks, writes their results, and holds them against the targets. */
@NullMarked
package dev.evenkeel.benchmarks;

import org.jspecify.annotations.NullMarked;
