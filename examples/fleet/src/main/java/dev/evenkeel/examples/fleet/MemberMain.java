package dev.evenkeel.examples.fleet;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetStore;
import dev.evenkeel.retry.Retry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One process of the fleet: its users come at random, whether or not earlier ones are served. */
final class MemberMain {

  private static final double FIRST_SHARE = 0.05; // of the users, while the JVM is cold

  /** What a line begins with that says how the store is. */
  static final String NEWS = "store ";

  private final HttpClient http = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .proxy(HttpClient.Builder.NO_PROXY)
      .executor(Executors.newFixedThreadPool(2))
      .build();
  private final HttpRequest request;
  private final CircuitBreaker breaker;
  private final Pipeline inventory;
  private final Counts counts = new Counts();

  private MemberMain(String name, String port, String address, String dependency) {
    request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
        .timeout(Duration.ofSeconds(1))
        .build();
    FleetStore store = Store.open(address);
    if (store == null) {
      breaker = CircuitBreaker.standard();
    } else {
      Fleet fleet = Fleet.builder(store)
          .member(name)
          .onChange(change -> Parent.tell(NEWS + change.kind() + ": " + change.reason()))
          .build();
      breaker = CircuitBreaker.standard().sharedBy(fleet.dependency(dependency));
    }
    inventory = Pipeline.of(
        "inventory",
        Timeout.total(Duration.ofSeconds(4)),
        Timeout.ofMillis(1000),
        Retry.jittered(3),
        breaker);
  }

  /** The name, service's port, store, dependency, calls a second, rise in seconds, seed. */
  public static void main(String[] args) throws IOException {
    MemberMain member = new MemberMain(args[0], args[1], args[2], args[3]);
    Parent.tell("ready");
    Parent.awaitLine();
    Parent.exitWhenGone();
    member.run(Double.parseDouble(args[4]), Double.parseDouble(args[5]), Long.parseLong(args[6]));
  }

  private void run(double fullRate, double riseSeconds, long seed) {
    long binNanos = Settings.BIN.toNanos();
    var unused = Executors.newSingleThreadScheduledExecutor()
        .scheduleAtFixedRate(
            () -> Parent.tell(counts.next(breaker.state()).line()),
            binNanos,
            binNanos,
            TimeUnit.NANOSECONDS);
    SplittableRandom random = new SplittableRandom(seed);
    long startNanos = System.nanoTime();
    long nextNanos = startNanos;
    while (true) {
      double risen = Math.min(1, (nextNanos - startNanos) / 1e9 / Math.max(1e-9, riseSeconds));
      double rate = fullRate * (FIRST_SHARE + (1 - FIRST_SHARE) * risen);
      nextNanos += (long) (-Math.log(1 - random.nextDouble()) / rate * 1e9);
      for (long left = nextNanos - System.nanoTime(); left > 0; ) {
        LockSupport.parkNanos(left);
        left = nextNanos - System.nanoTime();
      }
      user();
    }
  }

  private void user() {
    counts.asked();
    var unused = inventory.callAsync(this::attempt).whenComplete((status, failure) -> {
      if (failure == null) {
        counts.ok();
      } else {
        counts.failed();
      }
    });
  }

  private CompletionStage<Integer> attempt() {
    counts.sent();
    return http.sendAsync(request, BodyHandlers.discarding()).thenApply(response -> {
      if (response.statusCode() != 200) {
        throw new IllegalStateException("status: " + response.statusCode());
      }
      return response.statusCode();
    });
  }
}
