package dev.evenkeel.examples.snippets;

import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import java.time.Duration;

/** Three calls share half a second: each is cut to what the earlier ones left. */
public final class SharedDeadline {

  private SharedDeadline() {}

  /**
   * Runs it.
   *
   * @param args none
   * @throws Exception what a call throws
   */
  public static void main(String[] args) throws Exception {
    ManualKernel kernel = ManualKernel.create();
    ScriptedDependency<String> slow = ScriptedDependency.on(kernel);
    slow.slow(Duration.ofMillis(350));
    Pipeline stock = pipeline("stock", kernel);
    Pipeline prices = pipeline("prices", kernel);
    Pipeline reviews = pipeline("reviews", kernel);

    // guide: deadline
    Deadline deadline =
        Deadline.after(Duration.ofMillis(500), kernel); // in production: without the kernel
    deadline.run(() -> {
      System.out.println("stock: " + stock.call(slow::call));
      System.out.println("left: " + deadline.remaining().toMillis() + " ms");
      System.out.println("prices: " + prices.call(slow::call, SharedDeadline::name));
      System.out.println("reviews: " + reviews.call(slow::call, SharedDeadline::name));
    });
    // end
    System.out.println(
        "calls made: " + slow.calls() + ", time: " + kernel.nanoTime() / 1_000_000 + " ms");
  }

  private static Pipeline pipeline(String name, ManualKernel kernel) {
    return Pipeline.builder(name).kernel(kernel).policies(Timeout.ofMillis(400)).build();
  }

  private static String name(Throwable failure) {
    return failure instanceof DeadlineExceededException ? "deadline exceeded" : failure.toString();
  }

  // Prints:
  // stock: ok
  // left: 150 ms
  // prices: deadline exceeded
  // reviews: deadline exceeded
  // calls made: 2, time: 500 ms
}
