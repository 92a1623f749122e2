package dev.evenkeel.examples.journey;

import dev.evenkeel.core.Criticality;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Requests through gateway, orders and stock. */
final class RequestScenes {

  /** Client, gateway twice, orders twice, stock. */
  private static final int HOPS = 6;

  private static final int WARM_UP = 20;

  private final Front front;
  private final HopLog log;

  RequestScenes(Front front, HopLog log) {
    this.front = front;
    this.log = log;
  }

  /** The first request of three new processes loads classes: not what is to be seen. */
  void warmUp() throws InterruptedException {
    for (int i = 0; i < WARM_UP; i++) {
      front.ask(1, Duration.ofSeconds(20));
    }
    log.await(HOPS);
    log.clear();
  }

  Scene allIsWell() throws InterruptedException {
    return scene(
        "All is well",
        "1,000 ms for all of it. Each hop keeps a little back, so that an answer still finds its"
            + " caller waiting.",
        front.ask(50, Duration.ofSeconds(1)));
  }

  Scene slow() throws InterruptedException {
    return scene(
        "Stock is slow, and is cut at the deadline",
        "Stock wants 3,000 ms for what has 400. It is interrupted, and nobody works for nobody.",
        front.ask(3_000, Duration.ofMillis(400)));
  }

  Scene givenUp() throws InterruptedException {
    CompletableFuture<HttpResponse<String>> answer =
        front.askAsync(3_000, Duration.ofMillis(600), Criticality.CRITICAL);
    Service.work(150);
    answer.cancel(true);
    return scene(
        "The client gives up after 150 ms of 600",
        "Over HTTP/1.1 nobody is told; but all of them know when the time is over, and stop then.",
        "nothing");
  }

  private Scene scene(String title, String note, String answer) throws InterruptedException {
    List<Tree.Row> rows = Tree.rows(log.await(HOPS));
    log.clear();
    return new Scene(title, note + " The client got: " + answer + ".", rows);
  }

  /** 40 at once for a stock that does 4 at a time. */
  Scene overload() {
    Map<String, Long> counts = IntStream.range(0, 40)
        .mapToObj(i -> i % 2 == 0 ? Criticality.CRITICAL : Criticality.SHEDDABLE)
        .map(this::oneOfMany)
        .collect(Collectors.toCollection(ArrayList::new)) // all are sent before one is waited for
        .stream()
        .map(CompletableFuture::join)
        .collect(Collectors.groupingBy(answer -> answer, TreeMap::new, Collectors.counting()));
    log.clear();
    return new Scene(
        "Stock sheds: 40 requests at once, 4 at a time",
        counts.entrySet().stream()
            .map(entry -> entry.getValue() + " x " + entry.getKey())
            .collect(Collectors.joining("; ")),
        List.of());
  }

  private CompletableFuture<String> oneOfMany(Criticality criticality) {
    return front
        .askAsync(100, Duration.ofSeconds(4), criticality)
        .handle((answer, failure) -> criticality.name().toLowerCase(Locale.ROOT) + ": "
            + (answer == null ? failure.getClass().getSimpleName() : said(answer)));
  }

  private static String said(HttpResponse<String> answer) {
    return answer.statusCode()
        + answer
            .headers()
            .firstValue("Retry-After")
            .map(after -> " (come back after " + after + " s)")
            .orElse("");
  }
}
