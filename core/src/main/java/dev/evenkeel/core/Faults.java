package dev.evenkeel.core;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the faults of users' predicates, listeners, fallbacks and gates end: logged once for each
 * place, so that a broken listener cannot flood the log, and never thrown into the call.
 * Thread-safe.
 */
public final class Faults {

  static final Logger LOG = LoggerFactory.getLogger("dev.evenkeel");

  private final String owner;
  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  /**
   * Creates the record of one owner's faults.
   *
   * @param owner what the log lines begin with: the pipeline's or the policy's name
   */
  public Faults(String owner) {
    this.owner = Checks.name("owner", owner);
  }

  /**
   * Takes a fault; the first one of each place is logged with its stack trace.
   *
   * @param place what threw, e.g. {@code "listener.onRetry"}; one of a small fixed set
   * @param fault what it threw
   * @param consequence what happens now instead, for the reader of the log
   */
  public void report(String place, Throwable fault, String consequence) {
    try {
      if (logged.add(place)) {
        log(place, fault, consequence);
      }
    } catch (Throwable alsoThat) {
      // A call's outcome is worth more than a line about a fault.
    }
  }

  private void log(String place, Throwable fault, String consequence) {
    try {
      LOG.warn("{}: {} threw; {} (logged once)", owner, place, consequence, fault);
    } catch (Throwable unprintable) {
      LOG.warn(
          "{}: {} threw a {} that cannot be printed; {} (logged once)",
          owner,
          place,
          fault.getClass().getName(),
          consequence);
    }
  }

  /** Tells the reader of the log something once. */
  void tellOnce(String what, String text) {
    try {
      if (logged.add(what)) {
        LOG.warn("{}: {} (logged once)", owner, text);
      }
    } catch (Throwable logging) {
      // As above.
    }
  }
}
