package dev.evenkeel.failback;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Faults;
import dev.evenkeel.core.Kernel;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets what breakers remember of their healthy dependencies, rate and latency, survive a restart of
 * the process, so that a ramp right after it goes by knowledge:
 *
 * <pre>{@code
 * Checkpoint checkpoint = Checkpoint.file(Path.of("/var/lib/orders/evenkeel.checkpoint"));
 * CircuitBreaker.standard().checkpoint(checkpoint)
 * }</pre>
 *
 * <p>One for all breakers of a process; each is found again by the name of its pipeline, and its
 * key if it has one. The file is read once, here. It is written once a minute if something was
 * learned, when the last breaker's pipeline is closed, and by {@link #close}; never on the way of a
 * call. A new content takes the place of the old one in one step, so a process that is killed
 * leaves a whole file. One that is damaged, of another version, too old or not readable is ignored
 * with one line in the log; so are faults while it is written.
 *
 * <p>Thread-safe. Each process needs a file of its own, on a disk that outlives it.
 */
public final class Checkpoint implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);
  private static final Duration STANDARD_MAX_AGE = Duration.ofHours(6);
  private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_ENTRIES = 10_000;

  private final CheckpointFile file;
  private final long maxAgeSeconds;
  private final LongSupplier wallSeconds;
  private final Faults faults = new Faults("checkpoint");

  // Guarded by this.
  private final Map<String, CheckpointText.Entry> entries = new LinkedHashMap<>();
  private final Map<String, Source> sources = new HashMap<>();
  private byte[] written = CheckpointText.write(Map.of());
  private @Nullable Kernel kernel; // with a timer armed
  private Cancellable timer = () -> false;
  private boolean writing;
  private boolean again;
  private boolean closed;

  /** A breaker's memory, and what it was when it was last looked at. */
  private record Source(WeakReference<Baseline> baseline, Memory seen) {

    boolean isOf(Baseline other) {
      return baseline.refersTo(other);
    }
  }

  Checkpoint(Path path, Duration maxAge, LongSupplier wallSeconds) {
    Checks.notNull("path", path);
    if (path.getFileName() == null || Files.isDirectory(path)) {
      throw new IllegalArgumentException(
          "path: " + path + " (expected: a file, which need not exist)");
    }
    file = new CheckpointFile(path);
    maxAgeSeconds = TimeUnit.NANOSECONDS.toSeconds(Checks.positiveNanos("maxAge", maxAge));
    this.wallSeconds = wallSeconds;
    read();
  }

  /**
   * A checkpoint in a file, which is read now. What it holds is taken if it was learned in the last
   * six hours: in that time the traffic of a day changes by a factor that a ramp bears.
   *
   * @param path the file; it need not exist, its directory must, or nothing is kept
   * @return a new checkpoint
   * @throws IllegalArgumentException if the path is one of a directory
   */
  public static Checkpoint file(Path path) {
    return file(path, STANDARD_MAX_AGE);
  }

  /**
   * A checkpoint in a file, which is read now.
   *
   * @param path the file; it need not exist, its directory must, or nothing is kept
   * @param maxAge what was learned longer ago, by the wall clock, is ignored; so is what was
   *     learned that far in the future. More than zero.
   * @return a new checkpoint
   * @throws IllegalArgumentException if the path is one of a directory, or the age is not more than
   *     zero
   */
  @SuppressForbidden("how old a file is, only the wall clock can tell after a restart")
  public static Checkpoint file(Path path, Duration maxAge) {
    return new Checkpoint(path, maxAge, () -> System.currentTimeMillis() / 1_000);
  }

  private void read() {
    try {
      byte[] bytes = file.read();
      if (bytes == null) {
        return; // a first start
      }
      Map<String, CheckpointText.Entry> found = CheckpointText.read(bytes);
      int all = found.size();
      found.values().removeIf(entry -> !isFresh(entry));
      if (found.size() < all) {
        LOG.info(
            "checkpoint {}: {} of {} dependencies are ignored: learned more than {} ago",
            file,
            all - found.size(),
            all,
            Checks.text(Duration.ofSeconds(maxAgeSeconds)));
      }
      entries.putAll(found);
      written = all == found.size() ? bytes : written;
    } catch (IllegalArgumentException garbage) {
      LOG.warn("checkpoint {}: ignored, it {}", file, garbage.getMessage());
    } catch (Exception fault) {
      LOG.warn("checkpoint {}: ignored, it cannot be read: {}", file, fault.toString());
    }
  }

  private boolean isFresh(CheckpointText.Entry entry) {
    long age = wallSeconds.getAsLong() - entry.learnedSeconds();
    return age <= maxAgeSeconds && age >= -maxAgeSeconds;
  }

  /**
   * A breaker remembers here from now on, and is told what an earlier one of that name did. Called
   * by the breaker. Of two with the same name the later one is kept.
   *
   * @param name the dependency's name
   * @param baseline what the breaker remembers
   * @param time whose timer and threads are used to write
   */
  public void join(String name, Baseline baseline, Kernel time) {
    Checks.notNull("name", name);
    CheckpointText.Entry earlier;
    synchronized (this) {
      earlier = entries.get(name);
    }
    if (earlier != null && isFresh(earlier)) {
      baseline.recall(earlier.memory());
    }
    Memory now = remembered(baseline);
    synchronized (this) {
      sources.put(name, new Source(new WeakReference<>(baseline), now));
      if (kernel == null && !closed) {
        kernel = time;
        arm(time);
      }
    }
  }

  /**
   * A breaker is in no pipeline any more. What it remembered is kept, and written soon if it was
   * the last one.
   *
   * @param name the dependency's name
   * @param baseline what the breaker remembers
   */
  public void leave(String name, Baseline baseline) {
    Kernel last = null;
    synchronized (this) {
      Source source = sources.get(name);
      if (source == null || !source.isOf(baseline)) {
        return;
      }
      look(name, source);
      sources.remove(name);
      if (sources.isEmpty()) {
        last = kernel;
        stop();
      }
    }
    if (last != null) {
      try {
        last.executeBlocking(this::write);
      } catch (Throwable rejected) {
        // what was learned in the last minute is lost
      }
    }
  }

  /** What is asked for is of now. */
  private static Memory remembered(Baseline baseline) {
    Memory memory = baseline.memory();
    return new Memory(
        memory.rate(), memory.latencyNanos(), memory.failureShare(), memory.burst(), 0);
  }

  private void look(String name, Source source) {
    Baseline baseline = source.baseline().get();
    if (baseline == null) {
      sources.remove(name); // nobody has the breaker any more
      return;
    }
    Memory now = remembered(baseline);
    if (now.rate() > 0 && !now.equals(source.seen())) {
      sources.put(name, new Source(source.baseline(), now));
      entries.put(name, new CheckpointText.Entry(wallSeconds.getAsLong(), now));
    }
  }

  private void arm(Kernel time) {
    long jitter = (long) (PERIOD_NANOS * 0.2 * (Units.unit(time.random()) - 0.5));
    WeakReference<Checkpoint> self = new WeakReference<>(this);
    timer = time.schedule(time.nanoTime() + PERIOD_NANOS + jitter, () -> {
      Checkpoint checkpoint = self.get();
      if (checkpoint != null) {
        checkpoint.onTimer(time);
      }
    });
  }

  private void onTimer(Kernel time) {
    try {
      time.executeBlocking(this::write);
    } catch (Throwable rejected) {
      // in a minute again
    }
    synchronized (this) {
      if (kernel == time) {
        if (sources.isEmpty()) {
          stop();
        } else {
          arm(time);
        }
      }
    }
  }

  private void stop() {
    kernel = null;
    timer.cancel();
  }

  /** Writes what has changed. One thread at a time; another one that comes meanwhile goes on. */
  private void write() {
    while (true) {
      byte[] bytes;
      synchronized (this) {
        if (writing) {
          again = true;
          return;
        }
        again = false;
        bytes = content();
        if (Arrays.equals(bytes, written)) {
          return;
        }
        writing = true;
      }
      boolean done = false;
      try {
        file.write(bytes);
        done = true;
      } catch (Throwable fault) {
        faults.report("file " + file, fault, "what is remembered is lost at a restart");
      }
      synchronized (this) {
        writing = false;
        written = done ? bytes : written;
        if (!again) {
          return;
        }
      }
    }
  }

  private byte[] content() {
    List.copyOf(sources.keySet()).forEach(name -> {
      Source source = sources.get(name);
      if (source != null) {
        look(name, source);
      }
    });
    entries.values().removeIf(entry -> !isFresh(entry));
    if (entries.size() > MOST_ENTRIES) {
      entries.entrySet().stream()
          .sorted(Comparator.comparingLong(entry -> entry.getValue().learnedSeconds()))
          .limit(entries.size() - MOST_ENTRIES)
          .map(Map.Entry::getKey)
          .toList()
          .forEach(entries::remove);
    }
    return CheckpointText.write(entries);
  }

  /**
   * Writes what has changed, on this thread, and writes no more after that. Before the process ends
   * it saves what was learned in the last minute. Closing it again does nothing.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      stop();
    }
    write();
  }

  @Override
  public String toString() {
    return "checkpoint(" + file + ")";
  }
}
