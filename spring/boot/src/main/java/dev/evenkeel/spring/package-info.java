/**
 * Evenkeel in a Spring Boot application: {@link dev.evenkeel.spring.Resilient} on a method sends
 * its calls through a pipeline, {@link dev.evenkeel.spring.Within} sets a deadline around it.
 */
@NullMarked
package dev.evenkeel.spring;

import org.jspecify.annotations.NullMarked;
