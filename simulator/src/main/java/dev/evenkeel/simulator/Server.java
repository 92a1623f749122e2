package dev.evenkeel.simulator;

/**
 * One server: workers, a queue, first come first served, and a capacity that grows with what it has
 * served since its restart. Work whose client has gone is still done. It says which work is done
 * when; a job is a number of the caller's.
 */
final class Server {

  /** What a server needs of the world around it. */
  interface World {
    void doneAt(long atNanos, Server server, long job);
  }

  final int index;
  private final World world;
  private final Chance chance;
  private final double warmCapacity;
  private final int workers;
  private final double coldShare;
  private final double warmingFactor; // the part of the coldness that is left after one request
  private final ServiceTime serviceTime;
  private final Health health;
  private final boolean unlimited;
  private final double warmNanos; // of a call, where nothing queues
  private final long[] queue;
  private int head;
  private int waiting;
  private int busy;
  private boolean up = true;
  private double coldness; // 0 is warm
  private double brake = 1;
  private int epoch;
  private long slowUntil;
  private int leastBusy;

  Server(Scenario scenario, int index, World world, Chance chance, Chance faults) {
    this.index = index;
    this.world = world;
    this.chance = chance;
    double shards = scenario.number(Field.SHARDS);
    warmCapacity = scenario.number(Field.CAPACITY) / shards;
    workers = (int) Math.max(1, Math.rint(scenario.number(Field.WORKERS) / shards));
    coldShare = scenario.number(Field.COLD_SHARE);
    unlimited = scenario.isUnlimited();
    warmNanos = scenario.number(Field.LATENCY) * 1e9;
    health = new Health(scenario, faults);
    // What warms it are calls; where there is no capacity, the normal load stands for it.
    double warmUp =
        scenario.number(Field.WARM_UP) * (unlimited ? scenario.normalRate() : warmCapacity);
    warmingFactor = warmUp == 0 ? 0 : StrictMath.exp(-1 / warmUp);
    serviceTime = new ServiceTime(scenario);
    queue = new long[(int) Math.rint(scenario.number(Field.QUEUE) / shards) + 1];
  }

  boolean isUp() {
    return up;
  }

  /** Changes with each death, so that work of before is known to be lost. */
  int epoch() {
    return epoch;
  }

  int busy() {
    return busy;
  }

  /** Below 0 only if the simulator counts wrongly. */
  int leastBusy() {
    return leastBusy;
  }

  int workers() {
    return workers;
  }

  int waiting() {
    return waiting;
  }

  /** Requests it can serve in a second, now. */
  double capacity() {
    return up ? warmCapacity * brake * (1 - coldness) * health.capacity() : 0;
  }

  /** 0 is warm. */
  double coldness() {
    return coldness;
  }

  /** What does not come from its load: errors, hits, steps. */
  Health health() {
    return health;
  }

  /** Loses all work. The jobs in the queue are handed out, those at work are lost in silence. */
  void die() {
    up = false;
    epoch++;
    waiting = 0;
    busy = 0;
    slowUntil = 0;
  }

  /** When the last of the work is done that was begun while it was slow, or not all there yet. */
  long slowUntil() {
    return slowUntil;
  }

  void returnCold() {
    up = true;
    coldness = 1 - coldShare;
    health.returned();
  }

  void brake(double share) {
    brake = share;
  }

  /** Takes a job, or says that the queue is full. */
  boolean offer(long job, long nowNanos) {
    if (unlimited || busy < workersNow()) {
      start(job, nowNanos);
      return true;
    }
    if (waiting == queue.length - 1) {
      return false;
    }
    int tail = head + waiting++;
    queue[tail < queue.length ? tail : tail - queue.length] = job;
    return true;
  }

  /** A job is done: the next one starts. */
  void done(long nowNanos) {
    coldness *= warmingFactor;
    busy--;
    leastBusy = Math.min(leastBusy, busy);
    health.answered();
    while (waiting > 0 && busy < workersNow()) {
      waiting--;
      long job = queue[head];
      head = head + 1 == queue.length ? 0 : head + 1;
      start(job, nowNanos);
    }
  }

  private void start(long job, long nowNanos) {
    busy++;
    double meanNanos = unlimited
        ? warmNanos * health.slowness() / (brake * (1 - coldness))
        : workersNow() / (capacity() * health.mixedMean()) * 1e9;
    double units =
        health.isMixed() ? health.mix(serviceTime.draw(chance)) : serviceTime.draw(chance);
    long doneNanos = nowNanos + (long) (meanNanos * units);
    if (brake < 1 || health.isStepAhead()) {
      slowUntil = Math.max(slowUntil, doneNanos);
    }
    world.doneAt(doneNanos, this, job);
  }

  /** A server that is slower at the same capacity works on more at once. */
  private double workersNow() {
    return workers * health.slowness();
  }
}
