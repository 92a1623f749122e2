package dev.evenkeel.rabbitmq;

import dev.evenkeel.core.Kernel;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one step again after each signal, never twice at once, on a thread that may block. Signals
 * that come while it runs make it run once more. Thread-safe.
 */
final class SerialRunner {

  private static final Logger LOG = LoggerFactory.getLogger(EvenkeelConsumer.class);

  private final Kernel kernel;
  private final Runnable step;
  private final AtomicInteger signals = new AtomicInteger();

  SerialRunner(Kernel kernel, Runnable step) {
    this.kernel = kernel;
    this.step = step;
  }

  /**
   * Has the step run.
   *
   * @throws RuntimeException if the kernel takes no task now; the next signal tries again
   */
  void signal() {
    if (signals.getAndIncrement() == 0) {
      boolean taken = false;
      try {
        kernel.executeBlocking(this::run);
        taken = true;
      } finally {
        if (!taken) {
          signals.set(0);
        }
      }
    }
  }

  private void run() {
    int seen = signals.get();
    while (seen > 0) {
      try {
        step.run();
      } catch (Throwable fault) { // else no signal would be heard again
        LOG.error("a step failed; the next signal makes another one", fault);
      }
      seen = signals.addAndGet(-seen);
    }
  }
}
