/** A shop that depends on its inventory. */
@NullMarked
package dev.evenkeel.examples.shop;

import org.jspecify.annotations.NullMarked;
