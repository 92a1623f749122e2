package dev.evenkeel.examples.snippets;

import dev.evenkeel.core.Pipeline;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** A call that throws two checked exceptions, in a method that declares those. */
final class TwoExceptions {

  private TwoExceptions() {}

  // guide: send
  static String stock(Pipeline inventory, HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    return inventory
        .throwing(IOException.class, InterruptedException.class)
        .call(() -> client.send(request, BodyHandlers.ofString()).body());
  }
  // end
}
