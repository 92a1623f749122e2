package dev.evenkeel.healthcheck;

import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** A health whose time the test moves by hand, with one check whose answers it scripts. */
final class Lab {

  final ManualKernel kernel;
  final Deque<CheckResult> script = new ArrayDeque<>();
  CheckResult answer = CheckResult.up();
  int runs;

  Lab() {
    this(ManualKernel.create());
  }

  Lab(ManualKernel kernel) {
    this.kernel = kernel;
  }

  HealthBuilder builder() {
    return Health.builder().kernel(kernel).executor(kernel::execute);
  }

  Health start(Check... checks) {
    HealthBuilder builder = builder();
    for (Check check : checks) {
      builder.check(check);
    }
    Health health = builder.start();
    settle();
    return health;
  }

  CheckResult look() {
    runs++;
    CheckResult next = script.poll();
    return next != null ? next : answer;
  }

  /** Time for three results: enough for any state. */
  void settle() {
    advanceSeconds(2.5);
  }

  void advance(Duration time) {
    kernel.advance(time);
  }

  void advanceSeconds(double seconds) {
    kernel.advance(Duration.ofMillis(Math.round(1000 * seconds)));
  }

  static Status status(Health health, String group) {
    return health.snapshot(group).orElseThrow().status();
  }

  static CheckSnapshot only(Health health) {
    return health.snapshot().checks().get(0);
  }
}
