package dev.evenkeel.examples.fleet;

import dev.evenkeel.core.GateState;

/** What a process counts until its next report. Thread-safe. */
final class Counts {

  private long asked;
  private long sent;
  private long ok;
  private long failed;

  synchronized void asked() {
    asked++;
  }

  synchronized void sent() {
    sent++;
  }

  synchronized void ok() {
    ok++;
  }

  synchronized void failed() {
    failed++;
  }

  synchronized Bin next(GateState state) {
    Bin bin = new Bin(asked, sent, ok, failed, state.kind(), state.share());
    asked = 0;
    sent = 0;
    ok = 0;
    failed = 0;
    return bin;
  }
}
