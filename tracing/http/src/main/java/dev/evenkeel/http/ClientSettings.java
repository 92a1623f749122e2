package dev.evenkeel.http;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.function.Function;

/** What all calls of a client share. */
record ClientSettings(
    HttpClient client,
    Function<HttpRequest, dev.evenkeel.core.Pipeline> pipelines,
    HttpOutcomes outcomes,
    ClientSpans spans,
    OutboundHeaders headers,
    Redirects redirects,
    RepeatableBodies bodies) {}
