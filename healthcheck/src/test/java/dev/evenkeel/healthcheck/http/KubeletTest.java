package dev.evenkeel.healthcheck.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.healthcheck.Check;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.Group;
import dev.evenkeel.healthcheck.Health;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A prober as Kubernetes has it, with the periods and thresholds of the manifest, through a whole
 * life: start, warm-up, outage, hung check, drain, end. In time moved by hand.
 */
class KubeletTest {

  private final ManualKernel kernel = ManualKernel.create();
  private final Deque<Runnable> pool = new ArrayDeque<>();
  private boolean warm;
  private boolean dbDead;
  private boolean poolHangs;
  private final Health health = Health.builder()
      .kernel(kernel)
      .executor(pool::add)
      .waitForStarted()
      .check(Check.local("cache", () -> warm ? CheckResult.up() : CheckResult.down("cold"))
          .groups(Group.STARTED))
      .check(Check.local("disk", CheckResult::up))
      .check(Check.local("loop", CheckResult::up).groups(Group.LIVE))
      .check(Check.shared("db", () -> dbDead ? CheckResult.down("refused") : CheckResult.up())
          .groups(Group.READY))
      .start();
  private final HealthEndpoint endpoint = HealthEndpoint.of(health);
  private final Probe startup = new Probe(Group.STARTED, 2, 30);
  private final Probe liveness = new Probe(Group.LIVE, 10, 3);
  private final Probe readiness = new Probe(Group.READY, 5, 1);
  private final List<String> events = new ArrayList<>();
  private boolean started;
  private boolean inService;
  private int seconds;

  /** One of a pod's probes: what it says changes after so many contrary answers in a row. */
  private final class Probe {
    final String group;
    final int period;
    final int failureThreshold;
    int failures;
    boolean ok;

    Probe(String group, int period, int failureThreshold) {
      this.group = group;
      this.period = period;
      this.failureThreshold = failureThreshold;
    }

    /** True if it was asked and has something new to say. */
    boolean ask() {
      if (seconds % period != 0) {
        return false;
      }
      int status = endpoint.handle("/health/" + group, "*/*").status();
      boolean before = ok;
      boolean good = status >= 200 && status < 400;
      failures = good ? 0 : failures + 1;
      ok = good || (ok && failures < failureThreshold);
      return ok != before;
    }
  }

  private void run(int forSeconds) {
    for (int i = 0; i < forSeconds; i++) {
      kernel.advance(Duration.ofSeconds(1));
      seconds++;
      for (int waiting = pool.size(); waiting > 0; waiting--) {
        Runnable run = pool.remove();
        if (poolHangs) {
          pool.add(run); // nobody comes to run it: as a pool whose threads all hang
        } else {
          run.run();
        }
      }
      kubelet();
    }
  }

  private void kubelet() {
    if (!started) {
      if (startup.ask() && startup.ok) {
        started = true;
        events.add("started");
      } else if (startup.failures >= startup.failureThreshold) {
        events.add("restarted: did not start");
      }
      return;
    }
    if (readiness.ask()) {
      inService = readiness.ok;
      events.add(inService ? "in" : "out");
    }
    boolean wasAlive = liveness.ok;
    if (liveness.ask() && wasAlive) {
      events.add("restarted");
    }
  }

  @Test
  void aWholeLife_isAsDocumented() throws InterruptedException {
    run(20);
    health.started();
    run(10);
    assertThat(events).as("start and warm-up: neither live nor ready is asked").isEmpty();
    warm = true;
    run(40);
    assertThat(events).containsExactly("started", "in");

    dbDead = true;
    run(120);
    assertThat(events).as("an outage of what is shared").containsExactly("started", "in");
    assertThat(endpoint.handle("/health/ready?details", null).status()).isEqualTo(401);
    dbDead = false;
    run(60);

    poolHangs = true; // every thread of the pool
    run(60);
    assertThat(events)
        .as("out of service, as nothing is known any more; and no restart, for the same reason")
        .containsExactly("started", "in", "out");
    poolHangs = false;
    run(20);
    assertThat(events).containsExactly("started", "in", "out", "in");

    health.drain();
    run(10);
    assertThat(events).containsExactly("started", "in", "out", "in", "out");
    assertThat(endpoint.handle("/health/live", null).status()).isEqualTo(200);
    health.close();
    run(10);
    assertThat(events).hasSize(5);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void whatNeverWarmsUp_isRestartedByTheStartupProbe() {
    health.started();
    run(60);
    assertThat(events).containsExactly("restarted: did not start");
  }
}
