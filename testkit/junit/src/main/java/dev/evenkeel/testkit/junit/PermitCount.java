package dev.evenkeel.testkit.junit;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** A gate that admits every call and counts: each permit is to be settled once. */
final class PermitCount implements Gate {

  private final AtomicLong given = new AtomicLong();
  private final Set<Long> out = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> strays = new ConcurrentLinkedQueue<>();

  @Override
  public String name() {
    return "permit-count";
  }

  /** Inside all other gates, where each of their permits is seen. */
  @Override
  public Position position() {
    return Position.FAULT_INJECTION;
  }

  @Override
  public long admit(CallView call, long nowNanos) {
    long permit = given.getAndIncrement();
    out.add(permit);
    return permit;
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    if (!out.remove(permit)) {
      strays.add(String.valueOf(verdict));
    }
  }

  @Override
  public boolean readsResults() {
    return false;
  }

  @Override
  public boolean isIdle(long nowNanos) {
    return out.isEmpty();
  }

  /** What is wrong with the count; empty if nothing is. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (!out.isEmpty()) {
      faults.add("permits: " + out.size() + " of " + given + " not settled (expected: none)");
    }
    if (!strays.isEmpty()) {
      faults.add("permits: settled again with " + strays + " (expected: once each)");
    }
    return faults;
  }
}
