package dev.evenkeel.examples.health;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.healthcheck.BlackHoleGuard;
import dev.evenkeel.healthcheck.Check;
import dev.evenkeel.healthcheck.CheckTiming;
import dev.evenkeel.healthcheck.Group;
import dev.evenkeel.healthcheck.Health;
import dev.evenkeel.healthcheck.PipelineWatch;
import dev.evenkeel.healthcheck.checks.DeadlockCheck;
import dev.evenkeel.healthcheck.checks.DiskSpaceCheck;
import dev.evenkeel.healthcheck.checks.FileDescriptorCheck;
import dev.evenkeel.healthcheck.checks.MemoryPressureCheck;
import dev.evenkeel.healthcheck.checks.StallCheck;
import dev.evenkeel.healthcheck.checks.TcpCheck;
import dev.evenkeel.healthcheck.http.Details;
import dev.evenkeel.healthcheck.http.HealthEndpoint;
import dev.evenkeel.healthcheck.http.HealthServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The service: asks the warehouse 50 times a second, and tells how it is. */
final class Shop implements AutoCloseable {

  private final HttpClient client = HttpClient.newHttpClient();
  private final ScheduledExecutorService traffic = Executors.newSingleThreadScheduledExecutor();
  private final BlackHoleGuard blackHole = BlackHoleGuard.standard();
  private final PipelineWatch watch = PipelineWatch.create();
  final Pipeline inventory = Pipeline.builder("inventory")
      .policies(Timeout.ofMillis(300), CircuitBreaker.standard())
      .listener(watch) // counts refusals, and keeps the last failure
      .build();
  private final CountDownLatch never = new CountDownLatch(1);
  private final HttpRequest stock;
  private final Health health;
  private final HealthServer server;

  Shop(URI warehouse, int port) throws IOException {
    stock = HttpRequest.newBuilder(warehouse).timeout(Duration.ofSeconds(1)).build();
    health = health();
    HealthEndpoint endpoint =
        HealthEndpoint.of(health).title("Shop").details(Details.forLocalCaller());
    server = HealthServer.start(endpoint, port);
    var unused = traffic.scheduleAtFixedRate(this::ask, 0, 20, TimeUnit.MILLISECONDS);
    health.started();
  }

  private Health health() {
    return Health.builder()
        .pipeline(inventory) // looks at its breaker; makes no call
        .watch(watch)
        .blackHole(blackHole)
        .check(Check.local("disk", DiskSpaceCheck.of(Path.of("."))))
        .check(Check.local("memory", MemoryPressureCheck.create()))
        .check(Check.local("descriptors", FileDescriptorCheck.create()))
        .check(Check.local("deadlocks", DeadlockCheck.create()).groups(Group.LIVE))
        .check(Check.local("traffic-loop", StallCheck.of(traffic))
            .groups(Group.LIVE)
            .timing(CheckTiming.standard().riseAndFall(1, 15))) // overload is no reason to restart
        .check(Check.optional("mail", TcpCheck.of("127.0.0.1", 9))) // nobody listens there
        .check(Check.optional("tape-archive", this::hang)) // one thread, and no more
        .waitForStarted()
        .start();
  }

  private void ask() {
    long start = System.nanoTime();
    int status =
        inventory.callOrElse(() -> client.send(stock, BodyHandlers.discarding()).statusCode(), 503);
    blackHole.answered(status >= 500, Duration.ofNanos(System.nanoTime() - start));
  }

  /** As native code does that hears no interrupt. */
  private void hang() {
    boolean released = false;
    while (!released) {
      try {
        never.await();
        released = true;
      } catch (InterruptedException deaf) {
        // goes on waiting
      }
    }
  }

  int port() {
    return server.port();
  }

  /** What a shutdown hook does: no more traffic, then the end. */
  void drain(Duration notice) throws InterruptedException {
    health.drain(notice);
  }

  @Override
  public void close() {
    never.countDown();
    traffic.shutdownNow();
    server.close();
    health.close();
  }
}
