package dev.evenkeel.tracing.server;

import org.jspecify.annotations.Nullable;

/**
 * What a server's span says of a request.
 *
 * @param method as it came
 * @param scheme {@code http} or {@code https}
 * @param path the raw path
 * @param query the raw query; null if there is none. Credentials and signatures in it are redacted.
 * @param route the template that matched, with few values; null if it is not known
 */
public record ServerRequest(
    String method,
    String scheme,
    String path,
    @Nullable String query,
    @Nullable String route) {}
