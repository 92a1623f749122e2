package dev.evenkeel.spring.cloudtest;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import org.springframework.context.ApplicationContext;

/** A user of a gateway. */
final class Asking {

  private final HttpClient client = HttpClient.newHttpClient();
  private final String url;

  Asking(ApplicationContext gateway) {
    url = "http://127.0.0.1:" + gateway.getEnvironment().getProperty("local.server.port");
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).build();
  }

  String get(String path) throws Exception {
    return client.send(request(path), BodyHandlers.ofString()).body();
  }

  int status(String path) throws Exception {
    return client.send(request(path), BodyHandlers.discarding()).statusCode();
  }

  CompletableFuture<HttpResponse<String>> begin(String path) {
    return client.sendAsync(request(path), BodyHandlers.ofString());
  }
}
