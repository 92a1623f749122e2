package dev.evenkeel.examples.comeback;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The service's inside: a fixed number of workers, a bounded first-come queue, exponential service
 * times, and a capacity that grows with the requests served. It only says when work is done; time
 * is an argument. Not safe for concurrent use.
 */
final class WorkQueue<T> {

  /** A request with a worker. */
  record Running<T>(T request, long arrivedNanos, long doneNanos) {}

  private record Waiting<T>(T request, long arrivedNanos) {}

  private final double capacityPerSecond;
  private final double startFraction;
  private final double warmingRequests;
  private final int workers;
  private final int queueBound;
  private final SplittableRandom random;
  private final Queue<Waiting<T>> queue = new ArrayDeque<>();
  private int busy;
  private long served;

  WorkQueue(ServiceSpec spec) {
    this.capacityPerSecond = spec.capacityPerSecond();
    this.startFraction = spec.startFraction();
    this.warmingRequests = spec.warmingRequests();
    this.workers = spec.workers();
    this.queueBound = spec.queueBound();
    this.random = new SplittableRandom(spec.seed());
  }

  /** Puts a request at the end of the queue; false when the queue is full. */
  boolean offer(T request, long nowNanos) {
    return queue.size() < queueBound && queue.add(new Waiting<>(request, nowNanos));
  }

  /** Gives the first waiting request to a free worker; null if there is none of either. */
  @Nullable Running<T> startNext(long nowNanos) {
    if (busy == workers) {
      return null;
    }
    Waiting<T> next = queue.poll();
    if (next == null) {
      return null;
    }
    busy++;
    // A timer fires a little late: what came in meanwhile did not start before it came.
    long startNanos = nowNanos - next.arrivedNanos < 0 ? next.arrivedNanos : nowNanos;
    return new Running<>(next.request, next.arrivedNanos, startNanos + serviceNanos());
  }

  /** The worker is free again, and the service a little warmer. */
  void finished() {
    busy--;
    served++;
  }

  /** Requests per second that can be served now. */
  double capacity() {
    return capacityPerSecond * (1 - (1 - startFraction) * Math.exp(-served / warmingRequests));
  }

  int waiting() {
    return queue.size();
  }

  private long serviceNanos() {
    double meanNanos = workers / capacity() * 1e9;
    return (long) (-Math.log(1 - random.nextDouble()) * meanNanos);
  }
}
