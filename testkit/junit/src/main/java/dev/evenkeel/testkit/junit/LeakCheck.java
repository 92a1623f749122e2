package dev.evenkeel.testkit.junit;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Gate;
import dev.evenkeel.testkit.ManualKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Looks after every test for what it left behind, and fails it with all that was found: a timer
 * that is still armed, an interrupt that nobody took, a permit that was settled never or twice, a
 * warning that Evenkeel logged.
 *
 * <pre>{@code
 * @RegisterExtension
 * final LeakCheck leaks = LeakCheck.create();
 *
 * private final Pipeline pipeline = Pipeline.builder("orders")
 *     .kernel(leaks.kernel())
 *     .policies(Timeout.ofMillis(300), CircuitBreaker.standard(), leaks.permits())
 *     .build();
 * }</pre>
 *
 * <p>Use an instance field: each test then has a kernel and a count of its own. Warnings are seen
 * where Logback writes the log, and whichever thread logs them: let such a class not run beside
 * others. A test that expects warnings, as one in which a breaker opens does, says so with
 * {@link #expectWarnings}. A test that has failed already keeps its own failure. Thread-safe.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {

  private final ManualKernel kernel;
  private final PermitCount permits = new PermitCount();
  private final Queue<String> expected = new ConcurrentLinkedQueue<>();
  private volatile @Nullable WarningLog log;

  private LeakCheck(ManualKernel kernel) {
    this.kernel = kernel;
  }

  /**
   * A check with a kernel of its own, which starts at 0.
   *
   * @return the check
   */
  public static LeakCheck create() {
    return on(ManualKernel.create());
  }

  /**
   * A check with a kernel that starts at another time or with another seed.
   *
   * @param kernel the kernel that must have no armed timer after the test
   * @return the check
   */
  public static LeakCheck on(ManualKernel kernel) {
    return new LeakCheck(Checks.notNull("kernel", kernel));
  }

  /**
   * The kernel that must have no armed timer after the test.
   *
   * @return always the same
   */
  public ManualKernel kernel() {
    return kernel;
  }

  /**
   * A gate that admits every call and counts permits given and settled, for any number of
   * pipelines. Its place is inside all other gates.
   *
   * @return always the same
   */
  public Gate permits() {
    return permits;
  }

  /**
   * Lets this test log warnings.
   *
   * @param text what such a warning contains; "" for all
   * @return this
   */
  public LeakCheck expectWarnings(String text) {
    expected.add(Checks.notNull("text", text));
    return this;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    log = WarningLog.start();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    List<String> faults = new ArrayList<>(permits.faults());
    if (Thread.interrupted()) { // taken, so that the next test does not meet it
      faults.add("interrupt: set (expected: taken by the call it was meant for)");
    }
    if (kernel.armedTimers() > 0) {
      faults.add("timers: " + kernel.armedTimers() + " armed (expected: none)");
    }
    WarningLog started = log;
    if (started != null) {
      started.stop().stream()
          .filter(line -> expected.stream().noneMatch(line::contains))
          .forEach(line -> faults.add("log: " + line + " (expected: no warning)"));
    }
    if (!faults.isEmpty() && context.getExecutionException().isEmpty()) {
      throw new AssertionError("left behind by the test:\n  " + String.join("\n  ", faults));
    }
  }
}
