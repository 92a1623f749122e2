package dev.evenkeel.retry;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A gate and a listener that write down what they are told. For one thread. */
final class Recorder implements Gate, PipelineListener {

  final List<String> verdicts = new ArrayList<>();
  final List<String> events = new ArrayList<>();
  int inFlight;
  Predicate<CallView> refuses = call -> false;
  Predicate<CallView> allowsRetry = call -> true;

  @Override
  public long admit(CallView call, long nowNanos) {
    if (refuses.test(call)) {
      return Refusal.of(RefusalReason.CONCURRENCY_LIMIT);
    }
    inFlight++;
    return call.hedge();
  }

  @Override
  public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
    inFlight--;
    verdicts.add(permit + " " + verdict);
  }

  @Override
  public boolean allowsRetry(CallView call, long permit) {
    return allowsRetry.test(call);
  }

  @Override
  public void onHedge(CallView call, long delayNanos) {
    events.add("hedge " + call.hedge() + " after " + delayNanos / 1_000_000 + " ms");
  }

  @Override
  public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
    events.add(
        "end " + call.hedge() + " " + verdict + " after " + durationNanos / 1_000_000 + " ms");
  }

  @Override
  public void onRefused(CallView call, String policy, RefusalReason reason) {
    events.add("refused " + call.hedge() + " " + reason);
  }

  @Override
  public String name() {
    return "recorder";
  }
}
