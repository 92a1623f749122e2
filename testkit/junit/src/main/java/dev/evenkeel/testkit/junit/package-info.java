/**
 * For tests with JUnit 5 or 6: the contract that every gate keeps, and a check of what a test
 * leaves behind.
 */
@NullMarked
package dev.evenkeel.testkit.junit;

import org.jspecify.annotations.NullMarked;
