package dev.evenkeel.simulator;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Verdict;

/**
 * Knows the server from inside and keeps it exactly busy: the best there can be, and a check of the
 * simulator against the closed form.
 */
final class Oracle extends BaselineGate {

  /** So that no worker waits for work, and no client gives up: in timeouts, and in seconds. */
  private static final double QUEUE_SHARE = 0.2;

  private static final double QUEUE_SECONDS = 0.2;

  private final Server server;
  private final double queueSeconds;

  Oracle(Server server, double timeoutSeconds) {
    super("oracle");
    queueSeconds = Math.min(QUEUE_SECONDS, QUEUE_SHARE * timeoutSeconds);
    this.server = server;
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    boolean room = server.waiting() <= queueSeconds * server.capacity();
    return server.isUp() && room ? 0 : REFUSED;
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}
}
