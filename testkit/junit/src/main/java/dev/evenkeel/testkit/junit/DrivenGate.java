package dev.evenkeel.testkit.junit;

import dev.evenkeel.core.Gate;
import dev.evenkeel.core.StatefulGate;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ScriptedCall;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A gate under test with its time. */
final class DrivenGate {

  private static final int TROUBLE_CALLS = 200;

  final Gate gate;
  final ScriptedCall call;
  final SplittableRandom script;
  final long start;
  long now;

  DrivenGate(Gate gate, long seed, long start) {
    this.gate = gate;
    this.start = start;
    call = new ScriptedCall(seed);
    script = new SplittableRandom(seed);
    now = start;
  }

  long admit() {
    return gate.admit(call.started(now), now);
  }

  void settle(long permit, Verdict verdict) {
    if (verdict == Verdict.SUCCESS) {
      call.succeeded("ok");
    } else {
      call.failed(new IOException("down"));
    }
    gate.settle(call, permit, verdict, now);
  }

  List<Long> take(int most) {
    List<Long> permits = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      long permit = admit();
      if (permit >= 0) {
        permits.add(permit);
      }
    }
    return permits;
  }

  void passes(Duration time) {
    now += time.toNanos();
  }

  /** How many permits can be had at once; all given back unused. */
  int capacity() {
    List<Long> permits = take(GateContract.CAPACITY_PROBED);
    permits.forEach(permit -> settle(permit, Verdict.REFUSED));
    return permits.size();
  }

  void successes(int times) {
    for (int i = 0; i < times; i++) {
      long permit = gate.admit(call, now);
      if (permit >= 0) {
        gate.settle(call.succeeded("ok"), permit, Verdict.SUCCESS, now);
      }
    }
  }

  /** Everything fails for a while. */
  void trouble() {
    for (int i = 0; i < TROUBLE_CALLS; i++) {
      now += GateContract.SECOND / 1_000;
      long permit = admit();
      if (permit >= 0) {
        settle(permit, Verdict.FAILURE);
      }
    }
  }

  void waitForPermit() {
    for (int i = 0; i < 600; i++) {
      if (admit() >= 0) {
        return;
      }
      now += GateContract.SECOND;
    }
    throw new AssertionError("no permit within 10 minutes");
  }

  /** Good and bad times; what was decided, and when. */
  List<String> scenario() {
    List<String> decisions = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      now += script.nextLong(Duration.ofMillis(40).toNanos());
      boolean bad = i > 500 && i < 1_000;
      long permit = admit();
      String state = gate instanceof StatefulGate stateful ? stateful.state().toString() : "";
      decisions.add((now - start) + (permit >= 0 ? " passes " : " refused ") + state);
      if (permit >= 0) {
        settle(permit, bad ? Verdict.FAILURE : Verdict.SUCCESS);
      }
    }
    return decisions;
  }
}
