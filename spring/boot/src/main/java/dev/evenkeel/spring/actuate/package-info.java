/** The actuator endpoint {@code evenkeel} and the health of pipelines. */
@NullMarked
package dev.evenkeel.spring.actuate;

import org.jspecify.annotations.NullMarked;
