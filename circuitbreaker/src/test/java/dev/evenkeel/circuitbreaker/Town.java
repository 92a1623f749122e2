package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ScriptedCall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One process, one dependency without a limit of capacity, the shipped breaker, virtual time: calls
 * come at random or in bursts, fail from {@link #outageFrom} to {@link #outageTo}, and take 50 ms
 * on average.
 */
final class Town {

  private static final double SECOND = 1e9;
  private static final double CALL_SECONDS = 0.05;
  private static final double FAILURE_SECONDS = 0.005;

  /** How long a call takes that the dependency answers. */
  interface Latency {
    double seconds(double time, SplittableRandom dice);
  }

  private record Event(long at, long order, Runnable run) {}

  CircuitBreaker breaker = CircuitBreaker.standard();
  double outageFrom = 120;
  double outageTo = 180;
  double first; // when calls begin
  double timeout = Double.MAX_VALUE; // of a call
  double rate = 100;
  int callers = Integer.MAX_VALUE; // so many calls at once, and who comes then goes away
  double rateAfter; // the outage; 0: as before
  double backgroundFailures;
  int burst; // so many calls at once, or 0
  double burstEvery = 1;
  Latency latency = (time, dice) -> CALL_SECONDS * exponential(dice);
  Throwable failure = new IOException("down");
  final List<StateChange> changes = new ArrayList<>();
  final TreeMap<Double, Runnable> hooks = new TreeMap<>();

  private final SplittableRandom dice;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final TreeMap<Long, long[]> bySecond = new TreeMap<>(); // asked, admitted
  private int underWay;
  private long now;
  private long order;

  private final Kernel kernel = new Kernel() {
    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public Cancellable schedule(long atNanos, Runnable task) {
      boolean[] gone = {false};
      at(Math.max(now, atNanos), () -> {
        if (!gone[0]) {
          gone[0] = true;
          task.run();
        }
      });
      return () -> {
        boolean waiting = !gone[0];
        gone[0] = true;
        return waiting;
      };
    }

    @Override
    public long random() {
      return dice.nextLong();
    }

    @Override
    public void execute(Runnable task) {
      at(now, task);
    }

    @Override
    public void sleepUntil(long atNanos) {
      throw new UnsupportedOperationException("sleepUntil: called (expected: never)");
    }
  };

  Town(long seed) {
    dice = new SplittableRandom(seed);
  }

  private void at(long time, Runnable run) {
    events.add(new Event(time, order++, run));
  }

  static double exponential(SplittableRandom dice) {
    return -StrictMath.log(1 - dice.nextDouble());
  }

  boolean isDown() {
    return now >= outageFrom * SECOND && now < outageTo * SECOND;
  }

  private void ask() {
    if (underWay >= callers) {
      return;
    }
    long[] second = bySecond.computeIfAbsent(now / (long) SECOND, begun -> new long[2]);
    second[0]++;
    ScriptedCall call = new ScriptedCall(dice.nextLong()).started(now);
    long permit = breaker.admit(call, now);
    if (permit < 0) {
      return;
    }
    second[1]++;
    underWay++;
    boolean bad = isDown() || (backgroundFailures > 0 && dice.nextDouble() < backgroundFailures);
    double takes = bad ? FAILURE_SECONDS : latency.seconds(now / SECOND, dice);
    boolean late = takes > timeout;
    at(now + (long) (Math.min(takes, timeout) * SECOND), () -> {
      underWay--;
      if (bad || late) {
        call.failed(failure);
      } else {
        call.succeeded("ok");
      }
      Verdict failed = late ? Verdict.TIMEOUT : Verdict.FAILURE;
      breaker.settle(call, permit, bad || late ? failed : Verdict.SUCCESS, now);
    });
  }

  private void next() {
    if (burst > 0) {
      at(now + (long) (burstEvery * SECOND), () -> {
        for (int i = 0; i < burst; i++) {
          ask();
        }
        next();
      });
      return;
    }
    double perSecond = rateAfter > 0 && now >= outageTo * SECOND ? rateAfter : rate;
    at(now + 1 + (long) (exponential(dice) / perSecond * SECOND), () -> {
      ask();
      next();
    });
  }

  Town runUntil(double seconds) {
    breaker.attach(new Attachment() {
      @Override
      public String pipelineName() {
        return "town";
      }

      @Override
      public Kernel kernel() {
        return kernel;
      }

      @Override
      public void stateChanged(StateChange change) {
        changes.add(change);
      }
    });
    hooks.forEach((time, hook) -> at((long) (time * SECOND), hook));
    at((long) (first * SECOND), this::next);
    while (events.element().at() <= seconds * SECOND) {
      Event event = events.remove();
      now = event.at();
      event.run().run();
    }
    return this;
  }

  List<Kind> states() {
    return changes.stream().map(change -> change.to().kind()).toList();
  }

  /** Of the calls that were asked for, from one second to another. */
  double admitted(long from, long to) {
    long[] sum = new long[2];
    bySecond.subMap(from, to).values().forEach(second -> {
      sum[0] += second[0];
      sum[1] += second[1];
    });
    return (double) sum[1] / Math.max(1, sum[0]);
  }
}
