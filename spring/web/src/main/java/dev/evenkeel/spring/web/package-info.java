/**
 * Evenkeel for Spring's HTTP clients and for WebFlux:
 * {@link dev.evenkeel.spring.web.EvenkeelClientInterceptor} for {@code RestClient} and
 * {@code RestTemplate}, {@link dev.evenkeel.spring.web.EvenkeelExchangeFilter} for
 * {@code WebClient}, {@link dev.evenkeel.spring.web.EvenkeelWebFilter} before handlers.
 */
@NullMarked
package dev.evenkeel.spring.web;

import org.jspecify.annotations.NullMarked;
