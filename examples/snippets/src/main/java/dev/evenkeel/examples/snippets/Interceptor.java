package dev.evenkeel.examples.snippets;

import dev.evenkeel.core.Permit;
import dev.evenkeel.core.Pipeline;
import java.io.IOException;

/** A client that calls us around its calls, and not the other way round. */
final class Interceptor {

  /** What the client goes on with. */
  interface Chain {

    String proceed() throws IOException;
  }

  private final Pipeline inventory;

  Interceptor(Pipeline inventory) {
    this.inventory = inventory;
  }

  // guide: acquire
  String intercept(Chain chain) throws IOException {
    try (Permit permit = inventory.acquire()) { // or a CallRefusedException
      try {
        String answer = chain.proceed();
        permit.succeeded();
        return answer;
      } catch (IOException failure) {
        permit.failed(failure);
        throw failure;
      }
    }
  }
  // end
}
