package dev.evenkeel.examples.health;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.healthcheck.Check;
import dev.evenkeel.healthcheck.Group;
import dev.evenkeel.healthcheck.Health;
import dev.evenkeel.healthcheck.checks.DeadlockCheck;
import dev.evenkeel.healthcheck.checks.DiskSpaceCheck;
import dev.evenkeel.healthcheck.checks.JdbcCheck;
import dev.evenkeel.healthcheck.http.Details;
import dev.evenkeel.healthcheck.http.HealthEndpoint;
import dev.evenkeel.healthcheck.http.HealthServer;
import dev.evenkeel.healthcheck.servlet.HealthServlet;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import javax.sql.DataSource;

/** The code that docs/guide/health.md shows. */
final class GuideSnippets {

  private GuideSnippets() {}

  // snippet: use
  static Health health(Pipeline inventory, DataSource orders) {
    return Health.builder()
        .pipeline(inventory) // looks at its breaker; makes no call
        .check(Check.shared("orders-db", JdbcCheck.of(orders)))
        .check(Check.local("disk", DiskSpaceCheck.of(Path.of("."))))
        .check(Check.local("deadlocks", DeadlockCheck.create()).groups(Group.LIVE))
        .check(Check.optional("mail", () -> ping("mail"))) // anything else is one lambda
        .start();
  }
  // end

  // snippet: serve
  static HealthServer serve(Health health, String token) throws IOException {
    HealthEndpoint endpoint = HealthEndpoint.of(health)
        .title("Shop")
        .details(Details.withToken(token).or(Details.forLocalCaller()));
    return HealthServer.start(endpoint, 8081); // a port and a thread of its own
  }
  // end

  // snippet: servlet
  static void register(ServletContext context, HealthEndpoint endpoint) {
    context.addServlet("health", new HealthServlet(endpoint)).addMapping("/health/*");
  }
  // end

  // snippet: drain
  static void onShutdown(Health health) throws InterruptedException {
    health.drain(Duration.ofSeconds(10)); // not ready any more; two periods of the readiness probe
  }
  // end

  static void ping(String host) throws IOException {
    if (host.isEmpty()) {
      throw new IOException("nobody there");
    }
  }
}
