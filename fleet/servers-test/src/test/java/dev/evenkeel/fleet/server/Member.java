package dev.evenkeel.fleet.server;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.failback.Failback;
import dev.evenkeel.failback.FleetMember;
import dev.evenkeel.failback.FleetMembership;
import dev.evenkeel.failback.FleetView;
import dev.evenkeel.failback.Lesson;
import dev.evenkeel.failback.MemberReport;
import dev.evenkeel.failback.Memory;
import dev.evenkeel.failback.RampController;
import dev.evenkeel.failback.StepSums;
import dev.evenkeel.failback.Tolerance;
import dev.evenkeel.fleet.Fleet;
import dev.evenkeel.fleet.FleetChange;
import dev.evenkeel.fleet.redis.RedisFleetStore;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A member that reports what the test says, with a connection of its own: what a process would be.
 */
final class Member implements FleetMember, AutoCloseable {

  static final String DEPENDENCY = "inventory";

  /** Of 10 calls a second that take 50 ms. */
  private static final Memory MEMORY = new Memory(10, 50e6, 0, 0, 10);

  final String name;
  final TcpProxy proxy;
  final Fleet fleet;
  final List<FleetChange.Kind> changes = new CopyOnWriteArrayList<>();
  private final Kernel kernel = Kernel.system();
  private final RedisClient client;
  private final FleetMembership membership;
  private volatile MemberReport report = report(GateState.Kind.CLOSED, 0, StepSums.NOTHING);

  Member(String name, RedisProcess redis) throws IOException {
    this.name = name;
    proxy = new TcpProxy(redis.port());
    client = RedisClient.create("redis://127.0.0.1:" + proxy.port());
    fleet = Fleet.builder(new RedisFleetStore(client.connect().async()))
        .member(name)
        .onChange(change -> {
          if (change.dependency().equals(DEPENDENCY)) {
            changes.add(change.kind());
          }
        })
        .build();
    membership = fleet.dependency(DEPENDENCY).join(this, new Attachment() {
      @Override
      public String pipelineName() {
        return DEPENDENCY;
      }

      @Override
      public Kernel kernel() {
        return kernel;
      }

      @Override
      public boolean isLogged() {
        return false;
      }

      @Override
      public void stateChanged(StateChange change) {}
    });
  }

  private static MemberReport report(GateState.Kind kind, long round, StepSums sums) {
    double probability = kind == GateState.Kind.CLOSED ? 1 : 0;
    return new MemberReport(kind, round, MEMORY, 0, 0, probability, 0, 0, sums);
  }

  FleetView view() {
    return membership.view().at(kernel.nanoTime());
  }

  FleetView.Kind kind() {
    return view().kind();
  }

  void is(GateState.Kind kind) {
    report = report(kind, 0, StepSums.NOTHING);
    membership.changed();
  }

  /** It is on the fleet's ramp, with one good call. */
  void follows() {
    StepSums sums = new StepSums(2, 1, 1, 0, 50e6, 0, 1, 0, 0, 1);
    report = report(GateState.Kind.RAMPING, view().round(), sums);
  }

  @Override
  public MemberReport report(long nowNanos) {
    return report;
  }

  @Override
  public void heed(long random, long nowNanos) {}

  @Override
  public RampController ramp(
      Memory memory, double probeLatencyNanos, Lesson lesson, long nowNanos) {
    return new RampController(
        Failback.standard(), Tolerance.STANDARD, memory, probeLatencyNanos, lesson, nowNanos);
  }

  @Override
  public double probesPerSecond(double healthyRate) {
    return Failback.standard().probesTogether(healthyRate);
  }

  @Override
  public String toString() {
    return name + " " + view() + " " + changes;
  }

  @Override
  public void close() throws IOException {
    fleet.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(10));
    proxy.close();
  }
}
