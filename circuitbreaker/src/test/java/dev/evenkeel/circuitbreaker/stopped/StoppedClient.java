package dev.evenkeel.circuitbreaker.stopped;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.core.Timeout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The process that is stopped: for each kind of caller 40 of them at one breaker. It says that it
 * is ready, and, for each line it gets, how each kind fares once all have called again.
 */
final class StoppedClient {

  static final String READY = "client: ready";
  static final String END = "client: end";

  private static final int CALLERS = 40;
  private static final int CALLS_BEFORE = 10; // of each caller; 400 at each breaker
  private static final int CALLS_AFTER = 5;

  private StoppedClient() {}

  private record Fleet(
      String kind, CircuitBreaker breaker, Queue<StateChange> changes, List<Caller> callers) {}

  private static Fleet fleet(
      String kind, @Nullable Timeout timeout, Function<Pipeline, Caller> caller) {
    CircuitBreaker breaker = CircuitBreaker.standard();
    Queue<StateChange> changes = new ConcurrentLinkedQueue<>();
    PipelineListener listener = new PipelineListener() {
      @Override
      public void onStateChange(StateChange change) {
        changes.add(change);
      }
    };
    Policy[] policies = timeout == null ? new Policy[] {breaker} : new Policy[] {timeout, breaker};
    Pipeline pipeline =
        Pipeline.builder(kind).policies(policies).listener(listener).build();
    List<Caller> callers =
        IntStream.range(0, CALLERS).mapToObj(i -> caller.apply(pipeline)).toList();
    return new Fleet(kind, breaker, changes, callers);
  }

  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(args[0]);
    int timeoutMillis = Integer.parseInt(args[1]);
    Timeout timeout = Timeout.ofMillis(timeoutMillis);
    List<Fleet> fleets = List.of(
        fleet("blocking", timeout, pipeline -> Caller.blocking(pipeline, port)),
        fleet("asynchronous", timeout, pipeline -> Caller.asynchronous(pipeline, port)),
        fleet(
            "with a timeout of its own",
            null,
            pipeline -> Caller.withTimeoutOfItsOwn(pipeline, port, timeoutMillis)));
    fleets.forEach(fleet -> fleet.callers.forEach(Caller::start));
    awaitMore(fleets, CALLS_BEFORE);
    System.out.println(READY);
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (input.readLine() != null) {
      awaitMore(fleets, CALLS_AFTER);
      for (Fleet fleet : fleets) {
        System.out.printf(
            "%s: %s %s, %d answered, %d failed%n",
            fleet.kind,
            fleet.breaker.state(),
            fleet.changes,
            fleet.callers.stream().mapToLong(caller -> caller.answered.get()).sum(),
            fleet.callers.stream().mapToLong(caller -> caller.failed.get()).sum());
      }
      System.out.println(END);
    }
    Runtime.getRuntime().halt(0); // whoever started it has gone
  }

  /** Waits until each caller has made so many more calls. */
  private static void awaitMore(List<Fleet> fleets, int calls) {
    IdentityHashMap<Caller, Long> targets = new IdentityHashMap<>();
    for (Fleet fleet : fleets) {
      fleet.callers.forEach(caller -> targets.put(caller, caller.calls() + calls));
    }
    targets.forEach((caller, target) -> {
      while (caller.calls() < target) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    });
  }
}
