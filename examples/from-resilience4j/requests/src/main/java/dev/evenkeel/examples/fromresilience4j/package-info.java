/** The same requests for the shop as it was and as it is. */
@NullMarked
package dev.evenkeel.examples.fromresilience4j;

import org.jspecify.annotations.NullMarked;
