package dev.evenkeel.examples.fromresilience4j;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks a shop while its inventory works, fails, comes back and hangs. */
public final class Requests {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String STOCK = "A: 7 pieces";
  private static final String FAILED = "A: unknown";
  private static final String PRICE = "A: 5 EUR";
  private static final String NO_PRICE = "A: no price";
  private static final String NOT_ASKED = "A: unknown, not asked";

  private final HttpClient client = HttpClient.newHttpClient();
  private final String shop;
  private final Inventory inventory;
  private final List<String> answers = new ArrayList<>();

  /**
   * Asks a shop.
   *
   * @param shop its URL
   * @param inventory what it depends on
   */
  public Requests(String shop, Inventory inventory) {
    this.shop = shop;
    this.inventory = inventory;
  }

  /**
   * What was seen.
   *
   * @param answers what was asked and, for each stage, the answer in the end
   * @param requestsUntilOpen requests to the shop from the failure on, until the inventory was not
   *     asked
   * @param callsUntilOpen what the inventory got of them
   * @param millisWhileOpen time for one answer of the shop then, the median of 5
   * @param millisUntilBack from the return of the inventory on to the first answer with its stock
   */
  public record Seen(
      List<String> answers,
      int requestsUntilOpen,
      int callsUntilOpen,
      long millisWhileOpen,
      long millisUntilBack) {}

  /** Goes through all stages. */
  public Seen play() throws IOException, InterruptedException {
    ask("/stock/A", STOCK, Set.of());
    int unused = inventory.takeCalls();

    inventory.fail();
    ask("/stock/A", FAILED, Set.of());
    int requestsUntilOpen = 1 + ask("/stock/A", NOT_ASKED, Set.of(FAILED));
    int callsUntilOpen = inventory.takeCalls();
    List<Long> millis = new ArrayList<>();
    while (millis.size() < 5) {
      long begin = System.nanoTime();
      if (get("/stock/A").equals(NOT_ASKED)) {
        millis.add(millisSince(begin));
      }
    }
    millis.sort(null);

    inventory.work();
    long begin = System.nanoTime();
    ask("/stock/A", STOCK, Set.of(FAILED, NOT_ASKED));
    long millisUntilBack = millisSince(begin);

    ask("/price/A", PRICE, Set.of(NO_PRICE)); // on a busy machine its time may be over
    inventory.hang();
    ask("/price/A", NO_PRICE, Set.of());
    inventory.work();
    ask("/price/A", PRICE, Set.of(NO_PRICE));

    ask("/report", "report", Set.of());
    ask("/report", "report", Set.of());
    ask("/report", "later", Set.of());
    return new Seen(
        List.copyOf(answers), requestsUntilOpen, callsUntilOpen, millis.get(2), millisUntilBack);
  }

  /** Asks until an answer comes, and nothing but some others before it; returns how often. */
  private int ask(String path, String wanted, Set<String> before)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    for (int asked = 1; ; asked++) {
      String answer = get(path);
      if (answer.equals(wanted)) {
        answers.add("GET " + path + " -> " + answer);
        return asked;
      }
      if (!before.contains(answer) || millisSince(begin) > PATIENCE.toMillis()) {
        throw new IllegalStateException(
            "GET " + path + ": found '" + answer + "' (expected: '" + wanted + "')");
      }
      pause();
    }
  }

  private static void pause() throws InterruptedException {
    boolean unused = new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
  }

  private String get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(shop + path)).timeout(PATIENCE).build();
    return client.send(request, BodyHandlers.ofString()).body();
  }

  private static long millisSince(long beginNanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNanos);
  }
}
