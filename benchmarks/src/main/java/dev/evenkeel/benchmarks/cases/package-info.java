/**
 * What is measured: a class for each case, in it a method for each contender. Every contender is
 * set up as its own documentation shows, decorated once where that is possible, with the same
 * {@link dev.evenkeel.benchmarks.cases.Settings}.
 */
@NullMarked
package dev.evenkeel.benchmarks.cases;

import org.jspecify.annotations.NullMarked;
