package dev.evenkeel.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LII_Result;

/**
 * Two of the three that may end an asynchronous attempt at once: its stage, its timer, a caller who
 * gives up. One of them wins, and the permits are settled once; the figures are how often, and how
 * many calls are still counted as in flight.
 */
public class SettleOnceStress {

  private SettleOnceStress() {}

  /** One call under way. */
  @State
  public static class Call {

    final HandKernel kernel = new HandKernel();
    final CountingGate gate = new CountingGate();
    final ConcurrencyLimit limit = ConcurrencyLimit.of(1);
    final CompletableFuture<String> stage = new CompletableFuture<>();
    final CompletableFuture<String> future = Pipeline.builder("settle")
        .kernel(kernel)
        .executor(Runnable::run)
        .policies(gate, limit, Timeout.ofMillis(100))
        .build()
        .callAsync(() -> stage);

    void end(LII_Result result) {
      result.r1 = outcome();
      result.r2 = gate.settled.get();
      result.r3 = limit.inFlight();
    }

    private String outcome() {
      try {
        return future.getNow("none");
      } catch (CancellationException cancelled) {
        return "cancelled";
      } catch (CompletionException failed) {
        return failed.getCause() instanceof CallTimeoutException ? "timeout" : "failed";
      }
    }
  }

  /** The stage completes while its time passes. */
  @JCStressTest
  @Outcome(id = "answer, 1, 0", expect = ACCEPTABLE, desc = "The stage was first.")
  @Outcome(id = "timeout, 1, 0", expect = ACCEPTABLE, desc = "The timer was first.")
  public static class StageOrTimer {

    /** The stage. */
    @Actor
    public void stage(Call call) {
      call.stage.complete("answer");
    }

    /** The timer. */
    @Actor
    public void timer(Call call) {
      call.kernel.fire();
    }

    /** What came of it. */
    @Arbiter
    public void end(Call call, LII_Result result) {
      call.end(result);
    }
  }

  /** The stage completes while the caller gives up. */
  @JCStressTest
  @Outcome(id = "answer, 1, 0", expect = ACCEPTABLE, desc = "The stage was first.")
  @Outcome(id = "cancelled, 1, 0", expect = ACCEPTABLE, desc = "The caller was first.")
  public static class StageOrCaller {

    /** The stage. */
    @Actor
    public void stage(Call call) {
      call.stage.complete("answer");
    }

    /** The caller. */
    @Actor
    public void caller(Call call) {
      call.future.cancel(true);
    }

    /** What came of it. */
    @Arbiter
    public void end(Call call, LII_Result result) {
      call.end(result);
    }
  }

  /** The time passes while the caller gives up. */
  @JCStressTest
  @Outcome(id = "timeout, 1, 0", expect = ACCEPTABLE, desc = "The timer was first.")
  @Outcome(id = "cancelled, 1, 0", expect = ACCEPTABLE, desc = "The caller was first.")
  public static class TimerOrCaller {

    /** The timer. */
    @Actor
    public void timer(Call call) {
      call.kernel.fire();
    }

    /** The caller. */
    @Actor
    public void caller(Call call) {
      call.future.cancel(true);
    }

    /** What came of it. */
    @Arbiter
    public void end(Call call, LII_Result result) {
      call.end(result);
    }
  }
}
