package dev.evenkeel.reactor;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.Verdict;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Admits all calls unless told otherwise, and keeps how they ended and how long they took. */
final class RecordingGate implements Gate {

  final AtomicInteger admitted = new AtomicInteger();
  final List<Verdict> verdicts = new CopyOnWriteArrayList<>();
  final List<Long> latencies = new CopyOnWriteArrayList<>();
  volatile long refusal;

  @Override
  public long admit(CallView call, long nowNanos) {
    return refusal < 0 ? refusal : admitted.getAndIncrement();
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    verdicts.add(verdict);
    latencies.add((nowNanos - call.startedNanos()) / 1_000_000);
  }

  @Override
  public String name() {
    return "recording";
  }
}
