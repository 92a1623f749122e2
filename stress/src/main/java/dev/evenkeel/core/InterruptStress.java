package dev.evenkeel.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.ThreadLocalRandom;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LZZ_Result;

/**
 * A blocking call ends while its timeout interrupts its thread. The two flags are interrupts that
 * were found on the thread before the call, left by an earlier one, and after it: there must be
 * none, whoever wins.
 */
public class InterruptStress {

  private static final int MOST_TURNS = 100;

  private InterruptStress() {}

  /** A call with a timeout. */
  @State
  public static class Call {

    final HandKernel kernel = new HandKernel();
    private final int turns = ThreadLocalRandom.current().nextInt(MOST_TURNS);
    private final Pipeline pipeline = Pipeline.builder("interrupt")
        .kernel(kernel)
        .policies(Timeout.ofMillis(100))
        .build();

    /** Goes on for so long that now the call is first, now its timer. */
    void spin() {
      for (int i = 0; i < turns; i++) {
        Thread.onSpinWait();
      }
    }

    void run(CheckedRunnable<InterruptedException> body, LZZ_Result result) {
      result.r2 = Thread.interrupted();
      make(body, result);
    }

    void runInterrupted(CheckedRunnable<InterruptedException> body, LZZ_Result result) {
      result.r2 = Thread.interrupted();
      Thread.currentThread().interrupt();
      make(body, result);
    }

    private void make(CheckedRunnable<InterruptedException> body, LZZ_Result result) {
      try {
        pipeline.run(body);
        result.r1 = "in time";
      } catch (CallTimeoutException late) {
        result.r1 = "late";
      } catch (InterruptedException stray) {
        result.r1 = "stray interrupt";
      }
      result.r3 = Thread.interrupted();
    }
  }

  /** The call ends by itself and does not look at the flag. */
  @JCStressTest
  @Outcome(id = "in time, false, false", expect = ACCEPTABLE, desc = "The call was first.")
  @Outcome(id = "late, false, false", expect = ACCEPTABLE, desc = "The timer was first.")
  public static class DeafCall {

    /** The call. */
    @Actor
    public void call(Call call, LZZ_Result result) {
      call.run(call::spin, result);
    }

    /** Its timer. */
    @Actor
    public void timer(Call call) {
      call.kernel.fire();
    }
  }

  /** The call ends by the interrupt, if it sees one. */
  @JCStressTest
  @Outcome(id = "in time, false, false", expect = ACCEPTABLE, desc = "The call was first.")
  @Outcome(id = "late, false, false", expect = ACCEPTABLE, desc = "The timer was first.")
  public static class HearingCall {

    /** The call. */
    @Actor
    public void call(Call call, LZZ_Result result) {
      call.run(
          () -> {
            call.spin();
            if (Thread.interrupted()) {
              throw new InterruptedException();
            }
          },
          result);
    }

    /** Its timer. */
    @Actor
    public void timer(Call call) {
      call.kernel.fire();
    }
  }

  /** The thread was interrupted from outside before the call, which does not look at the flag. */
  @JCStressTest
  @Outcome(id = "in time, false, true", expect = ACCEPTABLE, desc = "Kept; the call was first.")
  @Outcome(id = "late, false, true", expect = ACCEPTABLE, desc = "Kept; the timer was first.")
  public static class InterruptFromOutside {

    /** The call. */
    @Actor
    public void call(Call call, LZZ_Result result) {
      call.runInterrupted(call::spin, result);
    }

    /** Its timer. */
    @Actor
    public void timer(Call call) {
      call.kernel.fire();
    }
  }
}
