/** Auto-configuration of Spring's HTTP clients and of the server's filters. */
@NullMarked
package dev.evenkeel.spring.http;

import org.jspecify.annotations.NullMarked;
