package dev.evenkeel.core;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Admits all calls unless told otherwise, and keeps the verdicts. */
final class RecordingGate implements Gate {

  final AtomicInteger admitted = new AtomicInteger();
  final List<Verdict> verdicts = new CopyOnWriteArrayList<>();
  volatile long refusal;

  @Override
  public long admit(CallView call, long nowNanos) {
    return refusal < 0 ? refusal : admitted.getAndIncrement();
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    verdicts.add(verdict);
  }

  @Override
  public String name() {
    return "recording";
  }
}
