package dev.evenkeel.examples.journey;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.PipelineException;
import dev.evenkeel.http.EvenkeelHttpClient;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Sends requests through gateway, orders and stock, three processes of their own, and shows each
 * one's trace with the time that was left at each hop. {@code mvn -q -pl examples/journey -am
 * compile exec:java}; the same as a page in {@code target/journey.html}.
 */
public final class Journey {

  private static final int HOPS = 6;
  private static final int WARM_UP = 20;

  private final Page page = new Page();
  private final HttpClient client;
  private final String gateway;

  private Journey(OpenTelemetrySdk telemetry, int port) {
    client = EvenkeelHttpClient.builder(HttpClient.newHttpClient())
        .openTelemetry(telemetry)
        .urlTemplate(request -> request.uri().getPath())
        .build();
    gateway = "http://127.0.0.1:" + port + "/gateway?work=";
  }

  /**
   * Runs it.
   *
   * @param arguments where to write the page; {@code target/journey.html} by default
   * @throws Exception if a process cannot be started or the page not be written
   */
  public static void main(String[] arguments) throws Exception {
    Path page = Path.of(arguments.length > 0 ? arguments[0] : "target/journey.html");
    List<Hop> log = new CopyOnWriteArrayList<>();
    try (Child stock = new Child(log::add, "stock");
        Child orders = new Child(log::add, "orders", Integer.toString(stock.port()));
        Child front = new Child(log::add, "gateway", Integer.toString(orders.port()));
        OpenTelemetrySdk telemetry = Telemetry.sdk("client", log::add)) {
      Journey journey = new Journey(telemetry, front.port());
      journey.run(log);
      Path folder = page.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(page, journey.page.html());
      System.out.println("\nThe same as a page: " + page);
    }
  }

  private void run(List<Hop> log) throws Exception {
    warmUp(log);
    scene(
        log,
        "All is well",
        "1,000 ms for all of it. Each hop keeps a little back, so that an answer still finds its"
            + " caller waiting.",
        () -> ask(50, 1_000));
    scene(
        log,
        "Stock is slow, and is cut at the deadline",
        "Stock wants 3,000 ms for what has 400. It is interrupted, and nobody works for nobody.",
        () -> ask(3_000, 400));
    scene(
        log,
        "The client gives up after 150 ms of 600",
        "Over HTTP/1.1 nobody is told; but all of them know when the time is over, and stop then.",
        this::giveUp);
    overload();
  }

  /** The first request of three new processes loads classes: not what is to be seen. */
  private void warmUp(List<Hop> log) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      ask(1, 10_000);
    }
    awaitHops(log);
    log.clear();
  }

  private interface Scene {
    String run() throws Exception;
  }

  private void scene(List<Hop> log, String title, String note, Scene scene) throws Exception {
    String outcome = scene.run();
    List<Tree.Row> rows = Tree.rows(awaitHops(log));
    System.out.printf(
        "%n%s%n  %s%n%s%n  the client got: %s%n", title, note, Tree.text(rows), outcome);
    page.scene(title, note + " The client got: " + outcome + ".", rows);
    log.clear();
  }

  private String ask(long workMillis, long deadlineMillis) throws Exception {
    try {
      return Deadline.after(Duration.ofMillis(deadlineMillis))
              .call(() -> client.send(request(workMillis), BodyHandlers.ofString()))
              .statusCode()
          + "";
    } catch (IOException | PipelineException failure) {
      return failure.getClass().getSimpleName();
    }
  }

  private String giveUp() throws InterruptedException {
    CompletableFuture<HttpResponse<String>> answer = Deadline.after(Duration.ofMillis(600))
        .call(() -> client.sendAsync(request(3_000), BodyHandlers.ofString()));
    Kernel kernel = Kernel.system();
    kernel.sleepUntil(kernel.nanoTime() + Duration.ofMillis(150).toNanos());
    answer.cancel(true);
    return "nothing";
  }

  private HttpRequest request(long workMillis) {
    return HttpRequest.newBuilder(URI.create(gateway + workMillis)).build();
  }

  /** 40 at once for a stock that does 4 at a time. */
  private void overload() {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Criticality criticality = i % 2 == 0 ? Criticality.CRITICAL : Criticality.SHEDDABLE;
      answers.add(CallContext.current()
          .withCriticality(criticality)
          .withDeadline(Deadline.after(Duration.ofSeconds(4)))
          .call(() -> client.sendAsync(request(100), BodyHandlers.ofString()))
          .handle((answer, failure) -> criticality.name().toLowerCase(Locale.ROOT) + ": "
              + (answer == null
                  ? failure.getClass().getSimpleName()
                  : answer.statusCode()
                      + answer
                          .headers()
                          .firstValue("Retry-After")
                          .map(after -> " (come back after " + after + " s)")
                          .orElse(""))));
    }
    Map<String, Long> counts = answers.stream()
        .map(CompletableFuture::join)
        .collect(Collectors.groupingBy(answer -> answer, TreeMap::new, Collectors.counting()));
    System.out.printf("%nStock sheds: 40 requests at once, 4 at a time%n");
    counts.forEach((answer, count) -> System.out.printf("  %3d x %s%n", count, answer));
    page.scene(
        "Stock sheds: 40 requests at once, 4 at a time",
        counts.entrySet().stream()
            .map(entry -> entry.getValue() + " x " + entry.getKey())
            .collect(Collectors.joining("; ")),
        List.of());
  }

  /**
   * The hops of the request that was sent last. One is told of when it has ended, the last one with
   * the work in stock: client, gateway twice, orders twice, stock.
   */
  private static List<Hop> awaitHops(List<Hop> log) throws InterruptedException {
    Kernel kernel = Kernel.system();
    long until = kernel.nanoTime() + Duration.ofSeconds(10).toNanos();
    List<Hop> hops = lastTrace(log);
    while (hops.size() < HOPS && kernel.nanoTime() - until < 0) {
      kernel.sleepUntil(kernel.nanoTime() + Duration.ofMillis(10).toNanos());
      hops = lastTrace(log);
    }
    return hops;
  }

  private static List<Hop> lastTrace(List<Hop> log) {
    String trace = log.stream()
        .filter(hop -> hop.service().equals("client"))
        .map(Hop::trace)
        .reduce("", (earlier, later) -> later);
    return log.stream().filter(hop -> hop.trace().equals(trace)).toList();
  }
}
