package dev.evenkeel.circuitbreaker;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.GateState.Kind;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.Verdict;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Pings a dependency that gets no traffic.
 *
 * <table>
 *   <caption>Its states</caption>
 *   <tr><td>IDLE</td><td>nothing to do; {@link #wake} arms a timer</td></tr>
 *   <tr><td>WAITING</td><td>a timer is armed that will ask for a permit</td></tr>
 *   <tr><td>ASKING</td><td>a worker asks, or makes the ping</td></tr>
 *   <tr><td>CLOSED</td><td>for good</td></tr>
 * </table>
 *
 * <p>Each timer that is armed begins a turn, and only the worker of the present turn may end it, so
 * there is one owner at any time. Who ends a turn looks whether the breaker still is on its way
 * back, after the state is IDLE: a wake-up before that is seen by it, one after that arms by
 * itself; none is lost.
 *
 * <p>A ping has the lease of a probe as its time limit. Then it is interrupted and counts as
 * failed, and the next turn begins even if it does not end; of pings that do not end there are at
 * most two.
 *
 * <p>The timer holds this by a weak reference only: a breaker that nobody has any more is not
 * pinged for ever. Thread-safe; its lock is held for no call to anything but the kernel's timers.
 */
final class Prober {

  private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** When there was no thread for the ping, or somebody else interrupted it. */
  private static final long LATER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int MOST_PINGS = 2;

  private enum State {
    IDLE,
    WAITING,
    ASKING,
    CLOSED
  }

  private final StateMachine machine;
  private final KeyedProbe probe;
  private final Kernel kernel;
  private final String pipelineName;
  private final @Nullable String key;
  private volatile long leaseNanos = LATER_NANOS;

  // Guarded by this.
  private final Set<Ping> pings = new HashSet<>();
  private State state = State.IDLE;
  private long turn;
  private Cancellable timer = () -> false;

  Prober(
      StateMachine machine,
      KeyedProbe probe,
      Kernel kernel,
      String pipelineName,
      @Nullable String key) {
    this.machine = machine;
    this.probe = probe;
    this.kernel = kernel;
    this.pipelineName = pipelineName;
    this.key = key;
  }

  /** A cool-down has begun. */
  void wake(long newLeaseNanos) {
    leaseNanos = newLeaseNanos;
    synchronized (this) {
      if (state == State.IDLE || state == State.WAITING) {
        arm(SOON_NANOS);
      }
    }
  }

  /** Makes no more pings, and interrupts those that are being made. */
  void close() {
    end().forEach(Ping::interrupt);
  }

  /** As {@link #close}, on the thread of a call, which must not run what an interrupt may. */
  void closeElsewhere() {
    List<Ping> open = end();
    if (open.isEmpty()) {
      return;
    }
    try {
      kernel.execute(() -> open.forEach(Ping::interrupt));
    } catch (Throwable rejected) {
      open.forEach(Ping::interrupt);
    }
  }

  private synchronized List<Ping> end() {
    state = State.CLOSED;
    timer.cancel();
    return List.copyOf(pings);
  }

  private void arm(long nanos) {
    timer.cancel();
    state = State.WAITING;
    long own = ++turn;
    WeakReference<Prober> self = new WeakReference<>(this);
    timer = kernel.schedule(kernel.nanoTime() + nanos, () -> {
      Prober prober = self.get();
      if (prober != null) {
        prober.onTimer(own);
      }
    });
  }

  private void onTimer(long own) {
    try {
      kernel.executeBlocking(() -> ask(own));
    } catch (Throwable rejected) {
      synchronized (this) {
        if (turn == own && state == State.WAITING) {
          arm(LATER_NANOS);
        }
      }
    }
  }

  private void ask(long own) {
    if (!beginsToAsk(own)) {
      return;
    }
    Ping ping = new Ping(kernel, pipelineName, key);
    long permit = machine.phase().admitPing(ping, ping.startedNanos());
    if (permit >= 0) {
      make(ping, permit, own);
      return;
    }
    RefusalReason reason = Refusal.reason(permit);
    boolean later = reason == RefusalReason.CIRCUIT_OPEN || reason == RefusalReason.CIRCUIT_PROBING;
    endTurn(own, later ? Math.max(SOON_NANOS, Refusal.retryAfterNanos(permit)) : SOON_NANOS);
  }

  private synchronized boolean beginsToAsk(long own) {
    if (turn != own || state != State.WAITING) {
      return false;
    }
    if (pings.size() >= MOST_PINGS) {
      arm(leaseNanos);
      return false;
    }
    state = State.ASKING;
    return true;
  }

  private void make(Ping ping, long permit, long own) {
    if (!begins(ping)) {
      settle(ping, permit, Verdict.CANCELLED);
      return;
    }
    Cancellable lease =
        kernel.schedule(ping.startedNanos() + leaseNanos, () -> onLeaseOver(ping, permit, own));
    Verdict verdict = ping.make(probe);
    lease.cancel();
    synchronized (this) {
      pings.remove(ping);
    }
    settle(ping, permit, verdict);
    endTurn(own, verdict == Verdict.CANCELLED ? LATER_NANOS : SOON_NANOS);
  }

  private synchronized boolean begins(Ping ping) {
    return state != State.CLOSED && pings.add(ping);
  }

  /** On the timer's thread, which must not run what an interrupt may: the closing of a channel. */
  private void onLeaseOver(Ping ping, long permit, long own) {
    try {
      kernel.execute(() -> giveUp(ping, permit, own));
    } catch (Throwable rejected) {
      var unused =
          kernel.schedule(kernel.nanoTime() + LATER_NANOS, () -> onLeaseOver(ping, permit, own));
    }
  }

  private void giveUp(Ping ping, long permit, long own) {
    if (ping.interrupt()) {
      settle(ping, permit, Verdict.TIMEOUT);
      endTurn(own, SOON_NANOS);
    }
  }

  private void settle(Ping ping, long permit, Verdict verdict) {
    if (ping.isToSettle()) {
      machine.phase().settlePing(ping, permit, verdict, kernel.nanoTime());
    }
  }

  /** The next turn, whatever this one's outcome, as long as the breaker waits for good news. */
  private void endTurn(long own, long nextNanos) {
    synchronized (this) {
      if (turn != own || state != State.ASKING) {
        return;
      }
      state = State.IDLE;
    }
    Kind kind = machine.phase().state().kind();
    if (kind == Kind.OPEN || kind == Kind.PROBING) {
      synchronized (this) {
        if (state == State.IDLE) {
          arm(nextNanos);
        }
      }
    }
  }
}
