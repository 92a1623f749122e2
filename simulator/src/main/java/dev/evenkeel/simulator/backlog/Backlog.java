package dev.evenkeel.simulator.backlog;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.simulator.VirtualTime;
import dev.evenkeel.tracing.messaging.Demand;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A was away for a minute and comes back with a backlog. Each of its messages is a call of B, which
 * also has others to serve, and 20 % headroom when all is well. One in ten of the calls makes B
 * send another message to A: a loop. B does the work of callers that have gone, and its effects.
 */
final class Backlog implements ConsumerProcess.Messages {

  static final Duration AWAY = Duration.ofSeconds(20);
  static final Duration RETURN = Duration.ofSeconds(80);
  static final Duration WATCHED = Duration.ofMinutes(4);
  static final int CAPACITY = 1_200;

  private static final int PROCESSES = 20;
  private static final int AT_A_TIME = 100;
  private static final int WORKERS = 100;
  private static final int QUEUE = 2_400;
  private static final int SHEDS_AT = 120;
  private static final int OTHERS = 400;
  private static final int MESSAGES = 540;
  private static final double LOOP = 0.1;
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration OLD_AFTER = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final double RELAPSED = 0.5;
  private static final double WELL = 0.75;

  private final VirtualTime time;
  private final Kernel kernel;
  private final VirtualTime.Stream chance;
  private final VirtualTime.Stream loop;
  private final Downstream downstream;
  private final List<ConsumerProcess> processes = new ArrayList<>();
  private final Duration end = RETURN.plus(WATCHED);
  private final int[] asked = new int[(int) end.toSeconds() + 2];
  private final int[] answered = new int[asked.length];
  private final int[] handled = new int[asked.length];
  private final ArrayDeque<Long> waiting = new ArrayDeque<>(); // when each was sent
  private double drained = Double.POSITIVE_INFINITY;

  /**
   * A run.
   *
   * @param breaker whether A has one around its calls of B
   * @param paced whether its consumers take what the breaker lets through, and no more
   * @param shedding whether B refuses old work first
   * @param rejoining whether A begins as after an outage: with a probe and a ramp
   */
  Backlog(long seed, boolean breaker, boolean paced, boolean rejoining, boolean shedding) {
    time = new VirtualTime(seed);
    kernel = time.kernel();
    chance = time.stream(0);
    loop = time.stream(1);
    downstream = new Downstream(
        kernel,
        time.stream(2),
        WORKERS,
        Duration.ofNanos(WORKERS * 1_000_000_000L / CAPACITY),
        QUEUE,
        shedding ? SHEDS_AT : QUEUE,
        this::effect);
    List<CircuitBreaker> breakers = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      CircuitBreaker own = CircuitBreaker.standard();
      breakers.add(own);
      Policy[] policies =
          breaker ? new Policy[] {Timeout.of(PATIENCE), own} : new Policy[] {Timeout.of(PATIENCE)};
      Pipeline pipeline =
          Pipeline.builder("b").policies(policies).kernel(kernel).build();
      Demand demand = new Demand(
          List.of(pipeline), AT_A_TIME, 1, share -> Math.max(1, (int) (AT_A_TIME * share)), kernel);
      processes.add(new ConsumerProcess(
          kernel, this, downstream, pipeline, demand, paced ? demand::wanted : () -> AT_A_TIME));
    }
    every(Duration.ofNanos(1_000_000_000L / OTHERS), this::other);
    every(Duration.ofNanos(1_000_000_000L / MESSAGES), this::arrive);
    look();
    at(RETURN, () -> {
      if (rejoining) {
        breakers.forEach(one -> one.comeBack("back with a backlog"));
      }
    });
  }

  private void at(Duration when, Runnable task) {
    var unused = kernel.schedule(when.toNanos(), task);
  }

  private void every(Duration mean, Runnable task) {
    var unused = kernel.schedule(kernel.nanoTime() + chance.exponentialNanos(mean), () -> {
      every(mean, task);
      task.run();
    });
  }

  private boolean isAway() {
    long now = kernel.nanoTime();
    return now >= AWAY.toNanos() && now < RETURN.toNanos();
  }

  private int second() {
    return (int) (kernel.nanoTime() / 1_000_000_000L);
  }

  private void other() {
    int began = second();
    long until = kernel.nanoTime() + PATIENCE.toNanos();
    asked[began]++;
    CompletionStage<Boolean> answer = downstream.ask(false, false);
    answer.whenComplete((done, failure) -> {
      if (failure == null && kernel.nanoTime() <= until) {
        answered[began]++;
      }
    });
  }

  private void arrive() {
    waiting.addLast(kernel.nanoTime());
    if (!isAway()) {
      processes.get((int) (loop.unit() * PROCESSES)).look();
    }
  }

  private void effect() {
    if (loop.unit() < LOOP) {
      arrive();
    }
  }

  private void look() {
    if (!isAway()) {
      processes.forEach(ConsumerProcess::look);
      boolean back = kernel.nanoTime() > RETURN.toNanos();
      if (back && waiting.size() < MESSAGES && Double.isInfinite(drained)) {
        drained = (kernel.nanoTime() - RETURN.toNanos()) / 1e9;
      }
    }
    var unused = kernel.schedule(kernel.nanoTime() + LOOK.toNanos(), this::look);
  }

  @Override
  public long take() {
    Long sent = isAway() ? null : waiting.pollFirst();
    return sent == null ? ConsumerProcess.NONE : sent;
  }

  @Override
  public void giveBack(long sentNanos) {
    waiting.addFirst(sentNanos);
  }

  @Override
  public boolean isOld(long sentNanos) {
    return kernel.nanoTime() - sentNanos > OLD_AFTER.toNanos();
  }

  @Override
  public void done() {
    handled[second()]++;
  }

  BacklogResult run() {
    time.runUntil(end);
    Duration minute = RETURN.plusMinutes(1);
    double good = sum(answered, RETURN, minute) + sum(handled, RETURN, minute);
    return new BacklogResult(
        sum(answered, RETURN, minute) / sum(asked, RETURN, minute),
        sum(answered, RETURN, end) / sum(asked, RETURN, end),
        good / 60,
        drained,
        relapses());
  }

  private static double sum(int[] bySecond, Duration from, Duration to) {
    double sum = 0;
    for (int i = (int) from.toSeconds(); i < to.toSeconds(); i++) {
      sum += bySecond[i];
    }
    return sum;
  }

  private int relapses() {
    int relapses = 0;
    boolean well = true;
    for (int i = (int) RETURN.toSeconds(); i < end.toSeconds() - 1; i++) {
      double share = answered[i] / (double) asked[i];
      if (well && share < RELAPSED) {
        relapses++;
        well = false;
      } else if (share > WELL) {
        well = true;
      }
    }
    return relapses;
  }
}
