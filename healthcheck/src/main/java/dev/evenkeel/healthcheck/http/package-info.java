/**
 * Answers to whoever asks over HTTP: probes, dashboards, people.
 * {@link dev.evenkeel.healthcheck.http.HealthEndpoint} is the function, for any server;
 * {@link dev.evenkeel.healthcheck.http.HealthServer} a server of its own.
 */
@NullMarked
package dev.evenkeel.healthcheck.http;

import org.jspecify.annotations.NullMarked;
