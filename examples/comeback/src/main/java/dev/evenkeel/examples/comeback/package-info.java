/**
 * What happens when a service comes back: three protections, three real services, killed and
 * started again cold, side by side.
 */
@NullMarked
package dev.evenkeel.examples.comeback;

import org.jspecify.annotations.NullMarked;
