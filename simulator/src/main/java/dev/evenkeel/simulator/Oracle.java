package dev.evenkeel.simulator;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Verdict;

/**
 * Knows the server from inside and keeps it exactly busy: the best there can be, and a check of the
 * simulator against the closed form.
 */
final class Oracle extends BaselineGate {

  private static final double QUEUE_SECONDS = 0.2; // so that no worker waits for work

  private final Server server;

  Oracle(Server server) {
    super("oracle");
    this.server = server;
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    boolean room = server.waiting() <= QUEUE_SECONDS * server.capacity();
    return server.isUp() && room ? 0 : REFUSED;
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}
}
