package dev.evenkeel.core;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of pipelines that share a name, once for each name: of two in use at a time, whose breakers
 * do not know of each other, and of one made for each request, whose breaker never sees more than
 * one call. Those that keep nothing between calls are left out, and those on a kernel of one's own,
 * as in tests and simulations. It holds names only, a thousand of them at most, and no pipeline.
 * Thread-safe.
 */
final class PipelineNames {

  private static final Logger LOG = LoggerFactory.getLogger("dev.evenkeel.core.Pipelines");
  private static final int MOST_NAMES = 1_000;

  /** So many of one name ... */
  private static final int MANY = 100;

  /** ... within so long. */
  private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final Map<String, Name> NAMES = new ConcurrentHashMap<>();

  private PipelineNames() {}

  /** What is known of one name; guarded by itself. */
  private static final class Name {

    /** The pipeline that was built last, unless it is closed. */
    private WeakReference<@Nullable Object> last = new WeakReference<>(null);

    private long sinceNanos;
    private int count;
    private boolean toldOfTwo;
    private boolean toldOfMany;

    private synchronized @Nullable String built(Object pipeline, long nowNanos) {
      Object before = last.get();
      last = new WeakReference<>(pipeline);
      if (count == 0 || nowNanos - sinceNanos > SHORT_NANOS) {
        sinceNanos = nowNanos;
        count = 0;
      }
      count++;
      if (count >= MANY && !toldOfMany) {
        toldOfMany = true;
        toldOfTwo = true;
        return "built " + count + " times within "
            + Text.duration(Math.max(1_000_000, nowNanos - sinceNanos))
            + "; a breaker that is new with each call never opens";
      }
      if (before != null && !toldOfTwo) {
        toldOfTwo = true;
        return "built while another one of that name is in use; their breakers and limits do not"
            + " know of each other";
      }
      return null;
    }

    private synchronized void closed(Object pipeline) {
      if (last.get() == pipeline) {
        last.clear();
      }
    }
  }

  static void built(Object pipeline, String name, Kernel kernel, List<Policy> policies) {
    if (!(kernel instanceof SystemKernel) || policies.stream().noneMatch(PipelineNames::hasState)) {
      return;
    }
    Name known = NAMES.get(name);
    if (known == null) {
      if (NAMES.size() >= MOST_NAMES) {
        return;
      }
      known = NAMES.computeIfAbsent(name, added -> new Name());
    }
    String doubt = known.built(pipeline, kernel.nanoTime());
    if (doubt != null) {
      LOG.warn(
          "pipeline '{}': {} (expected: one for each dependency, made once and kept, see Pipelines;"
              + " logged once)",
          name,
          doubt);
    }
  }

  private static boolean hasState(Policy policy) {
    return policy instanceof Gate || policy instanceof PerKey<?>;
  }

  static void closed(Object pipeline, String name) {
    Name known = NAMES.get(name);
    if (known != null) {
      known.closed(pipeline);
    }
  }
}
