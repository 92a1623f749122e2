package dev.evenkeel.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.testkit.ManualKernel;
import io.opentelemetry.context.Context;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Millions of random headers: nothing throws, no deadline gets longer, and what is allocated does
 * not depend on what came. The default build makes 1 million; {@code -Devenkeel.headers=10000000}
 * makes the long run.
 */
class RandomHeadersTest {

  private static final int COUNT = Integer.getInteger("evenkeel.headers", 1_000_000);
  private static final String[] NAMES = {
    "evenkeel-timeout-ms",
    "grpc-timeout",
    "connect-timeout-ms",
    "x-envoy-expected-rq-timeout-ms",
    "evenkeel-attempt",
    "evenkeel-criticality",
    "x-envoy-attempt-count"
  };
  private static final String ALPHABET =
      "0123456789012345678901234567890123456789HMSmunx-+ ,.eE٣５µ\u0000";

  private final ManualKernel kernel = ManualKernel.create();
  private final EvenkeelPropagator propagator =
      EvenkeelPropagator.withMargin(Duration.ofMillis(20), 0.05, kernel);

  @Test
  void randomHeaders_neverThrowNorLengthenADeadline() {
    SplittableRandom random = new SplittableRandom(14);
    Duration given = Duration.ofSeconds(100);
    CallContext call = CallContext.current().withDeadline(Deadline.after(given, kernel));
    Context before = CallContexts.with(Context.root(), call);
    int shortened = 0;
    for (int i = 0; i < COUNT; i++) {
      Headers headers = new Headers();
      headers.add(NAMES[random.nextInt(NAMES.length)], text(random));

      Context after = propagator.extract(before, headers, Headers.GETTER);

      Duration left = CallContexts.from(after).deadline().remaining();
      if (left.compareTo(given) > 0) {
        throw new AssertionError("longer: " + headers.values);
      }
      shortened += left.compareTo(given) < 0 ? 1 : 0;
    }
    assertThat(shortened).isBetween(COUNT / 50, COUNT / 2);
  }

  @Test
  void hugeHeaders_allocateNothingOfTheirSize() {
    Headers headers = new Headers();
    String megabyte = "9".repeat(1_000_000);
    for (String name : NAMES) {
      for (int i = 0; i < 10_000; i++) {
        headers.add(name, megabyte);
      }
    }
    propagator.extract(Context.root(), headers, Headers.GETTER);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    Context context = propagator.extract(Context.root(), headers, Headers.GETTER);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    assertThat(context).isSameAs(Context.root());
  }

  private static String text(SplittableRandom random) {
    int length = random.nextInt(14);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      int end = random.nextInt(4) > 0 ? 40 : ALPHABET.length();
      text.append(ALPHABET.charAt(random.nextInt(end)));
    }
    if (random.nextInt(4) == 0) {
      text.append("HMSmun".charAt(random.nextInt(6)));
    }
    return text.toString();
  }
}
