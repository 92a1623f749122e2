package dev.evenkeel.examples.springshop;

import dev.evenkeel.core.Kernel;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The inventory works, dies and comes back, while users ask the shop. */
final class Scene {

  private static final Pattern STATE = Pattern.compile("\"state\":\"(\\w+)\",\"share\":([0-9.]+)");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Kernel clock = Kernel.system();
  private final String url;
  private final Inventory inventory;
  private final PrintStream out;
  private final long startNanos = clock.nanoTime();
  private String last = "";

  Scene(String url, Inventory inventory, PrintStream out) {
    this.url = url;
    this.inventory = inventory;
    this.out = out;
  }

  void play() throws IOException, InterruptedException {
    out.println("The shop answers at " + url + ", its inventory at " + inventory.url() + ".\n");
    say("The inventory works.");
    askUntil("CLOSED", 20);
    inventory.kill();
    say("The inventory is killed.");
    askUntil("OPEN", 20);
    say("The health of the shop is " + status() + " all the same: it does what it is made for.");
    inventory.comeBack();
    say("The inventory is back.");
    askUntil("CLOSED", 20);
    say("All of it is back.");
  }

  /** Asks until the breaker is in a state, and so often at least. */
  private void askUntil(String state, int atLeast) throws IOException, InterruptedException {
    long end = clock.nanoTime() + PATIENCE.toNanos();
    boolean seen = false;
    for (int asked = 0; asked < atLeast || !seen; asked++) {
      String answer = get("/stock/A");
      Matcher breaker = STATE.matcher(get("/actuator/evenkeel/inventory"));
      if (!breaker.find()) {
        throw new IllegalStateException("the actuator shows no breaker");
      }
      String shown = breaker.group(1).equals("RAMPING")
          ? String.format(
              Locale.ROOT, "RAMPING, %.0f %%", 100 * Double.parseDouble(breaker.group(2)))
          : breaker.group(1);
      tell(answer, shown);
      seen = breaker.group(1).equals(state);
      if (clock.nanoTime() - end > 0) {
        throw new IllegalStateException("the breaker was not " + state + " within " + PATIENCE);
      }
      clock.sleepUntil(clock.nanoTime() + Duration.ofMillis(50).toNanos());
    }
  }

  /** A line for each change of what the user sees. */
  private void tell(String answer, String breaker) {
    String line = String.format(Locale.ROOT, "GET /stock/A  ->  %-24s breaker %s", answer, breaker);
    if (!line.equals(last)) {
      last = line;
      say("  " + line);
    }
  }

  private void say(String line) {
    out.printf(Locale.ROOT, "%6.1f s  %s%n", (clock.nanoTime() - startNanos) / 1e9, line);
  }

  private String status() throws IOException, InterruptedException {
    Matcher status = Pattern.compile("\"status\":\"(\\w+)\"").matcher(get("/actuator/health"));
    return status.find() ? status.group(1) : "unknown";
  }

  private String get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
        .timeout(Duration.ofSeconds(30))
        .build();
    return client.send(request, BodyHandlers.ofString()).body();
  }
}
