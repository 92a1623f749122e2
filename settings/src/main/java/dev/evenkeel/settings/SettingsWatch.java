package dev.evenkeel.settings;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a file of settings and applies what has changed, see {@link SettingsFile#watch(Path,
 * LiveSettings, java.time.Duration, Kernel)}. It ends with {@link #close}, and when the registry of
 * the pipelines is closed. Thread-safe.
 */
public final class SettingsWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SettingsWatch.class);

  private final Path file;
  private final String name;
  private final LiveSettings live;
  private final long everyNanos;
  private final Kernel kernel;
  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
  private final Object lock = new Object();

  // Used by one look at a time, each of which is armed when the one before it is over.
  private byte @Nullable [] decided;
  private byte @Nullable [] seen;
  private boolean unreadable;

  private volatile @Nullable SettingsException problem;
  private @Nullable Cancellable next; // guarded by the lock
  private boolean closed; // guarded by the lock

  SettingsWatch(Path file, byte[] content, LiveSettings live, long everyNanos, Kernel kernel) {
    this.file = file;
    this.name = FileText.name(file);
    this.decided = content;
    this.live = live;
    this.everyNanos = everyNanos;
    this.kernel = kernel;
  }

  /** Arms the first look. */
  void begin() {
    synchronized (lock) {
      if (!closed) {
        next = kernel.schedule(kernel.nanoTime() + everyNanos, this::hand);
      }
    }
  }

  /** A file system may hang: that is no work for the timer's thread. */
  private void hand() {
    try {
      kernel.executeBlocking(this::look);
    } catch (RejectedExecutionException noThread) {
      begin();
    }
  }

  private void look() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      thread.setContextClassLoader(loader);
      lookOnce();
    } catch (Throwable fault) {
      LOG.error("{}: what a look at the file threw; the last settings hold", name, fault);
    } finally {
      thread.setContextClassLoader(before);
      if (live.isClosed()) {
        close();
      } else {
        begin();
      }
    }
  }

  private void lookOnce() {
    byte[] content;
    try {
      content = FileText.bytes(file);
    } catch (SettingsException missing) {
      seen = null;
      if (!unreadable) {
        unreadable = true;
        refuse(missing);
      }
      return;
    }
    if (content == null || (Arrays.equals(content, decided) && !unreadable)) {
      seen = null;
      return;
    }
    if (!Arrays.equals(content, seen)) {
      seen = content; // it may be on its way to be another one
      return;
    }
    seen = null;
    unreadable = false;
    decided = content;
    try {
      live.apply(SettingsFile.parse(file, content));
      problem = null;
    } catch (SettingsException wrong) {
      refuse(wrong);
    } catch (RuntimeException fault) {
      refuse(new SettingsException(
          name, "settings that could not be applied, " + fault, "see the log for what threw"));
      throw fault;
    }
  }

  private void refuse(SettingsException wrong) {
    problem = wrong;
    LOG.error("{}: refused, the last settings hold: {}", name, wrong.getMessage());
  }

  /**
   * Why the present content of the file is not in force.
   *
   * @return empty if it is
   */
  public Optional<SettingsException> problem() {
    return Optional.ofNullable(problem);
  }

  /** Ends the watch; a look that is being made still ends. Closing it again does nothing. */
  @Override
  public void close() {
    Cancellable armed;
    synchronized (lock) {
      closed = true;
      armed = next;
      next = null;
    }
    if (armed != null) {
      armed.cancel();
    }
  }

  @Override
  public String toString() {
    return "SettingsWatch(" + name + ")";
  }
}
