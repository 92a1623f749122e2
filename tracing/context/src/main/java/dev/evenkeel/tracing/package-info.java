/**
 * What travels from one process to the next: the deadline, the attempt and the criticality of a
 * call, beside the trace. {@link dev.evenkeel.tracing.EvenkeelPropagator} reads and writes the
 * headers; {@link dev.evenkeel.tracing.ContextSnapshot} takes everything to another thread.
 */
@NullMarked
package dev.evenkeel.tracing;

import org.jspecify.annotations.NullMarked;
