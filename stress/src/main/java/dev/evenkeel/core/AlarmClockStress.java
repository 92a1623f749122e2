package dev.evenkeel.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.ZII_Result;

/** Alarms are armed, cancelled and fired at once. */
public class AlarmClockStress {

  private static final int NEARLY_FULL = 62; // of the 64 places a clock begins with

  private AlarmClockStress() {}

  /** It is the actors' turn. */
  private static final class NeverStarted extends Thread {
    @Override
    public void start() {
      // Never.
    }
  }

  /** A clock whose thread never runs: the actors do its work. */
  @State
  public static class Clock {

    final AlarmClock clock = new AlarmClock(task -> new NeverStarted(), 1);
    final AtomicInteger fired = new AtomicInteger();
    final Cancellable alarm = clock.schedule(0, fired::incrementAndGet);

    void fire() {
      Alarm due = (Alarm) alarm;
      long word = due.word();
      if (Alarm.isArmedByClock(word)) {
        due.onDue(word, System.nanoTime());
      }
    }
  }

  /** A clock with hardly a place left. */
  @State
  public static class CrowdedClock extends Clock {

    /** Arms all but two of the alarms it has room for, or more once it has grown. */
    public CrowdedClock() {
      for (int i = 1; i < NEARLY_FULL; i++) {
        clock.schedule(1_000L * i, fired::incrementAndGet);
      }
    }
  }

  /** One is cancelled while it fires: whether it was, how often it fired, what is left. */
  @JCStressTest
  @Outcome(id = "true, 0, 0", expect = ACCEPTABLE, desc = "Cancelled.")
  @Outcome(id = "false, 1, 0", expect = ACCEPTABLE, desc = "Fired.")
  public static class CancelOrFire {

    /** Cancels. */
    @Actor
    public void cancel(Clock state, ZII_Result result) {
      result.r1 = state.alarm.cancel();
    }

    /** Fires. */
    @Actor
    public void fire(Clock state) {
      state.fire();
    }

    /** What came of it. */
    @Arbiter
    public void end(Clock state, ZII_Result result) {
      result.r2 = state.fired.get();
      result.r3 = state.clock.armed();
    }
  }

  /** One is cancelled twice: how often that was so. */
  @JCStressTest
  @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "Once, by the first.")
  @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "Once, by the second.")
  public static class CancelTwice {

    /** One. */
    @Actor
    public void one(Clock state, III_Result result) {
      result.r1 = state.alarm.cancel() ? 1 : 0;
    }

    /** The other. */
    @Actor
    public void other(Clock state, III_Result result) {
      result.r2 = state.alarm.cancel() ? 1 : 0;
    }

    /** What is left. */
    @Arbiter
    public void end(Clock state, III_Result result) {
      result.r3 = state.clock.armed() + state.fired.get();
    }
  }

  /** Two alarms look for a place while there is hardly one, and one leaves: none is lost. */
  @JCStressTest
  @Outcome(id = "1, 1, 63", expect = ACCEPTABLE, desc = "All are kept.")
  public static class Register {

    /** One comes, another one goes. */
    @Actor
    public void one(CrowdedClock state, III_Result result) {
      state.clock.schedule(1, state.fired::incrementAndGet);
      result.r1 = state.alarm.cancel() ? 1 : 0;
    }

    /** One comes. */
    @Actor
    public void other(CrowdedClock state, III_Result result) {
      state.clock.schedule(2, state.fired::incrementAndGet);
      result.r2 = 1;
    }

    /** How many are armed. */
    @Arbiter
    public void end(CrowdedClock state, III_Result result) {
      result.r3 = state.clock.armed();
    }
  }
}
