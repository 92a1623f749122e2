/** What Evenkeel costs a Spring application: each call, and the start. */
@NullMarked
package dev.evenkeel.benchmarks.spring;

import org.jspecify.annotations.NullMarked;
