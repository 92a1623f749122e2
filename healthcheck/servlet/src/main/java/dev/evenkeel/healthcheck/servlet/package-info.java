/** The health endpoint as a Jakarta servlet. */
@NullMarked
package dev.evenkeel.healthcheck.servlet;

import org.jspecify.annotations.NullMarked;
