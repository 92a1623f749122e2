package dev.evenkeel.examples.comeback;

/** Counts what a fleet's users get, bin by bin. Safe for concurrent use. */
final class ClientRecorder {

  private long index;
  private long asked;
  private long sent;
  private long ok;
  private long failed;
  private long refused;
  private LatencyHistogram latency = new LatencyHistogram();

  synchronized void asked() {
    asked++;
  }

  synchronized void sent() {
    sent++;
  }

  synchronized void ok(long tookNanos) {
    ok++;
    latency.record(tookNanos / 1e6);
  }

  synchronized void failed(boolean wasSent) {
    failed++;
    if (!wasSent) {
      refused++;
    }
  }

  /** Closes the current bin and begins the next. */
  synchronized ClientBin nextBin() {
    ClientBin bin = new ClientBin(index++, asked, sent, ok, failed, refused, latency);
    asked = 0;
    sent = 0;
    ok = 0;
    failed = 0;
    refused = 0;
    latency = new LatencyHistogram();
    return bin;
  }
}
