/**
 * Finds at compile time what would stop the start of a Spring application. For the compiler, not
 * for the class path of an application.
 */
@NullMarked
package dev.evenkeel.spring.processor;

import org.jspecify.annotations.NullMarked;
