package dev.evenkeel.benchmarks;

import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What one pipeline or breaker keeps alive: the growth of the heap, after full collections, by
 * 10,000 of them, each with 200 successful calls behind it. What they share, such as the kernel and
 * the configuration, does not count.
 */
final class RetainedMemory {

  private static final String NAME = "retained-memory/";
  private static final int INSTANCES = 10_000;
  private static final int CALLS = 2 * 100;
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$");
  private static final CircuitBreakerConfig CONFIG = CircuitBreakerConfig.custom()
      .slidingWindowSize(100)
      .minimumNumberOfCalls(100)
      .build();

  private RetainedMemory() {}

  static List<String> names() {
    return List.of(NAME + "evenkeel", NAME + "evenkeel-full-stack", NAME + "resilience4j");
  }

  static List<Result> measure() {
    return List.of(
        of(
            "evenkeel",
            i -> Pipeline.of("dependency", dev.evenkeel.circuitbreaker.CircuitBreaker.of(CONFIG)),
            pipeline -> pipeline.call(() -> "answer")),
        of(
            "evenkeel-full-stack",
            i -> Pipeline.of(
                "dependency",
                Fallback.to("fallback"),
                Retry.jittered(3),
                dev.evenkeel.circuitbreaker.CircuitBreaker.of(CONFIG),
                dev.evenkeel.core.ConcurrencyLimit.of(100),
                Timeout.ofMillis(300)),
            pipeline -> pipeline.call(() -> "answer")),
        of(
            "resilience4j",
            i -> CircuitBreaker.of("dependency", CONFIG),
            breaker -> breaker.executeSupplier(() -> "answer")));
  }

  private static <T> Result of(String contender, IntFunction<T> maker, Function<T, String> call) {
    use(maker.apply(-1), call); // what is made once, for all of them
    Object[] instances = new Object[INSTANCES];
    long before = liveBytes();
    for (int i = 0; i < INSTANCES; i++) {
      T instance = maker.apply(i);
      use(instance, call);
      instances[i] = instance;
    }
    long after = liveBytes();
    double bytes = (double) (after - before) / instances.length;
    return new Result(NAME + contender, 1, Double.NaN, Double.NaN, Double.NaN, bytes);
  }

  private static <T> void use(T instance, Function<T, String> call) {
    for (int i = 0; i < CALLS; i++) {
      if (!call.apply(instance).equals("answer")) {
        throw new IllegalStateException("no answer");
      }
    }
  }

  /** The total of a class histogram, which the JVM makes after a full collection. */
  private static long liveBytes() {
    try {
      Object histogram = ManagementFactory.getPlatformMBeanServer()
          .invoke(
              new ObjectName("com.sun.management:type=DiagnosticCommand"),
              "gcClassHistogram",
              new Object[] {new String[0]},
              new String[] {String[].class.getName()});
      return totalBytes(String.valueOf(histogram));
    } catch (JMException fault) {
      throw new IllegalStateException(fault);
    }
  }

  /** From the last line, {@code Total <instances> <bytes>}. */
  static long totalBytes(String histogram) {
    Matcher total = TOTAL.matcher(histogram);
    if (!total.find()) {
      throw new IllegalStateException(
          "histogram: has no total (expected: Total, instances, bytes)");
    }
    return Long.parseLong(total.group(1));
  }
}
