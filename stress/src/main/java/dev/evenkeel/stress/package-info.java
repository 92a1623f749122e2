/** Programs that load a pipeline for long or with many threads. */
@NullMarked
package dev.evenkeel.stress;

import org.jspecify.annotations.NullMarked;
