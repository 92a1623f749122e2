/** Deadlines, overload and traces for a Jakarta servlet container. */
@NullMarked
package dev.evenkeel.servlet;

import org.jspecify.annotations.NullMarked;
