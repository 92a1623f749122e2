package dev.evenkeel.examples.comeback;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * The client process: a small fleet in one JVM. Users arrive at random and whether or not earlier
 * ones have been answered, each at a random node; each node has a protection of its own.
 */
final class ClientMain {

  /** What a client says on its standard output when it waits for the start signal. */
  static final String READY = "ready";

  private final ClientSpec spec;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final HttpClient http = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .proxy(HttpClient.Builder.NO_PROXY)
      .executor(Executors.newFixedThreadPool(4))
      .build();
  private final HttpRequest request;
  private final List<Protection> nodes;
  private final ClientRecorder recorder = new ClientRecorder();

  private ClientMain(ClientSpec spec) {
    this.spec = spec;
    this.request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + spec.port() + "/"))
        .timeout(Duration.ofMillis(spec.timeoutMillis()))
        .build();
    this.nodes = IntStream.range(0, spec.nodes())
        .mapToObj(node -> spec.contestant().protectNode(timer))
        .toList();
  }

  public static void main(String[] args) throws IOException {
    ClientMain client = new ClientMain(ClientSpec.parse(List.of(args)));
    Parent.tell(READY);
    Parent.awaitLine();
    Parent.exitWhenGone();
    try {
      client.run();
    } catch (RuntimeException | Error e) {
      e.printStackTrace(); // Better no client than one without users.
      Runtime.getRuntime().halt(1);
    }
  }

  private void run() {
    long binNanos = Settings.BIN.toNanos();
    var unused = Executors.newSingleThreadScheduledExecutor()
        .scheduleAtFixedRate(
            () -> Parent.tell(recorder.nextBin().toLine()),
            binNanos,
            binNanos,
            TimeUnit.NANOSECONDS);
    SplittableRandom random = new SplittableRandom(spec.seed());
    long firstNanos = System.nanoTime();
    long nextNanos = firstNanos;
    while (true) {
      double perSecond = spec.load().perSecondAt((nextNanos - firstNanos) / 1e9);
      nextNanos += (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
      awaitTime(nextNanos);
      callThrough(nodes.get(random.nextInt(nodes.size())));
    }
  }

  private static void awaitTime(long atNanos) {
    for (long left = atNanos - System.nanoTime(); left > 0; left = atNanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void callThrough(Protection node) {
    recorder.asked();
    long startNanos = System.nanoTime();
    AtomicBoolean sent = new AtomicBoolean();
    CompletionStage<Integer> outcome = node.call(() -> {
      sent.set(true);
      recorder.sent();
      return attempt();
    });
    outcome.whenComplete((status, failure) -> {
      if (failure == null) {
        recorder.ok(System.nanoTime() - startNanos);
      } else {
        recorder.failed(sent.get());
      }
    });
  }

  private CompletionStage<Integer> attempt() {
    return http.sendAsync(request, BodyHandlers.discarding()).thenApply(response -> {
      if (response.statusCode() != 200) {
        throw new IllegalStateException("status: " + response.statusCode());
      }
      return response.statusCode();
    });
  }
}
