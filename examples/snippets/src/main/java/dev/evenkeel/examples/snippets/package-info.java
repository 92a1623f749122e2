/** Programs of one file each; every one ends with what it prints, and a test holds it to that. */
@NullMarked
package dev.evenkeel.examples.snippets;

import org.jspecify.annotations.NullMarked;
