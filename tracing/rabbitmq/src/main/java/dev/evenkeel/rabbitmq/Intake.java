package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Recoverable;
import com.rabbitmq.client.RecoveryListener;
import com.rabbitmq.client.ShutdownSignalException;
import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.tracing.messaging.Demand;
import dev.evenkeel.tracing.messaging.JitteredWaits;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins and ends the sessions of one consumer: compares what it has with what is wanted, after
 * each change of a pipeline's state, each end of a session, and when a timer says so. One step at a
 * time, on a thread that may block.
 */
final class Intake implements PipelineListener, RecoveryListener {

  private static final int MOST_CAUSES = 10;

  private static final Logger LOG = LoggerFactory.getLogger(EvenkeelConsumer.class);
  private static final long FIRST_RESTART_MILLIS = 100;
  private static final long LONGEST_RESTART_MILLIS = 30_000;
  private static final long RAMP_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long FORCED_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long HEALTHY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ConsumerSettings settings;
  private final Kernel kernel;
  private final Demand demand;
  private final Suspects suspects = new Suspects();
  private final Counts counts = new Counts();
  private final Dispatch dispatch;
  private final SerialRunner runner;
  private final JitteredWaits restarts;
  private final CountDownLatch done = new CountDownLatch(1);

  // Of the step alone.
  private @Nullable Session session;
  private long restartAtNanos;
  private @Nullable Cancellable timer;

  /** Why it cannot consume, as it was told last; null while it can. */
  private @Nullable String toldWaiting;

  private volatile boolean started;
  private volatile boolean recovered;
  private volatile boolean closing;
  private volatile ConsumerState state = ConsumerState.WAITING;

  Intake(ConsumerSettings settings) {
    this.settings = settings;
    kernel = settings.kernel();
    demand = demandOf(settings);
    dispatch = new Dispatch(settings, demand, suspects, counts);
    runner = new SerialRunner(kernel, this::step);
    restarts = new JitteredWaits(kernel, FIRST_RESTART_MILLIS, LONGEST_RESTART_MILLIS);
    restartAtNanos = kernel.nanoTime();
  }

  /** In steps, or at once with pacing by the pipeline alone, where nobody else gets messages. */
  private static Demand demandOf(ConsumerSettings settings) {
    int all = settings.prefetch();
    return settings.singleActive()
        ? new Demand(settings.watched(), all, all, share -> all, settings.kernel())
        : new Demand(
            settings.watched(), all, 1, share -> Steps.prefetch(all, share), settings.kernel());
  }

  void start() {
    started = true;
    for (Pipeline pipeline : settings.watched()) {
      pipeline.addListener(this);
    }
    if (settings.connection() instanceof Recoverable recoverable) {
      recoverable.addRecoveryListener(this);
    }
    runner.signal();
  }

  /** Ends it, when the message in hand is settled. */
  void close() {
    closing = true;
    if (started) {
      runner.signal();
    } else {
      state = ConsumerState.CLOSED;
      done.countDown();
    }
  }

  boolean awaitEnd(long nanos) throws InterruptedException {
    return done.await(nanos, TimeUnit.NANOSECONDS);
  }

  ConsumerState state() {
    return state;
  }

  ConsumerFigures figures() {
    return counts.figures();
  }

  @Override
  public boolean wantsDurations() {
    return false;
  }

  @Override
  public boolean wantsResults() {
    return false;
  }

  @Override
  public void onStateChange(StateChange change) {
    runner.signal();
  }

  @Override
  public void handleRecovery(Recoverable recoverable) {
    recovered = true;
    runner.signal();
  }

  @Override
  public void handleRecoveryStarted(Recoverable recoverable) {}

  private void step() {
    try {
      look();
    } catch (Throwable fault) { // a step that fails is made again: nothing may stop a consumer
      LOG.warn("{}: cannot look after the consumer", settings.queue(), fault);
      armTimer(FORCED_LOOK_NANOS);
    }
  }

  private void look() {
    Session present = session;
    if (present != null && present.hasEnded()) {
      if (present.wasHealthy(HEALTHY_NANOS)) {
        restarts.reset();
      }
      session = null;
      present = null;
      restartAtNanos = kernel.nanoTime() + (demand.isAway() ? 0 : restarts.nextNanos());
    }
    if (closing || isClosedByApplication()) {
      end(present);
      return;
    }
    int wanted = Math.min(settings.prefetch(), withSuspects(demand.wanted()));
    if (present != null) {
      tend(present, wanted);
    } else if (wanted > 0) {
      open(wanted);
    }
    show(wanted);
    arm(wanted);
  }

  /**
   * What has failed too often lies at the head of the queue; the message behind it is the trial.
   */
  private int withSuspects(int wanted) {
    return wanted == 0 || wanted >= settings.prefetch()
        ? wanted
        : wanted + suspects.exhausted(settings.maxFailures());
  }

  private void tend(Session present, int wanted) {
    if (wanted == 0) {
      present.stop();
      return;
    }
    if (wanted > present.prefetch() && !present.isStopping()) {
      present.grow(wanted);
    }
    if (!demand.isAway()) {
      present.judge(settings.suspicionNanos());
    }
  }

  private void open(int wanted) {
    if (recovered) {
      recovered = false;
      restarts.reset();
      restartAtNanos = Math.min(restartAtNanos, kernel.nanoTime() + restarts.nextNanos());
    }
    if (kernel.nanoTime() - restartAtNanos < 0) {
      return;
    }
    try {
      session = Session.open(settings, dispatch, counts, wanted, runner::signal);
      counts.starts.increment();
      toldWaiting = null;
    } catch (IOException | ShutdownSignalException failure) {
      restartAtNanos = kernel.nanoTime() + restarts.nextNanos();
      tellWaiting(failure);
    }
  }

  /** Once for each reason: a lost connection and then a queue that is gone are two. */
  private void tellWaiting(Throwable failure) {
    Throwable root = failure;
    for (int depth = 0; depth < MOST_CAUSES && root.getCause() != null; depth++) {
      root = root.getCause();
    }
    String why = root.toString();
    if (!why.equals(toldWaiting)) {
      toldWaiting = why;
      LOG.warn("{}: cannot consume, tried again until it can: {}", settings.queue(), why);
    }
  }

  private boolean isClosedByApplication() {
    Connection connection = settings.connection();
    ShutdownSignalException why = connection.isOpen() ? null : connection.getCloseReason();
    return why != null && why.isInitiatedByApplication();
  }

  private void end(@Nullable Session present) {
    if (present != null) {
      present.stop();
      if (!present.hasEnded()) {
        return; // a message is in hand; the end of the session signals
      }
      session = null;
    }
    Cancellable armed = timer;
    if (armed != null) {
      armed.cancel();
    }
    for (Pipeline pipeline : settings.watched()) {
      pipeline.removeListener(this);
    }
    if (settings.connection() instanceof Recoverable recoverable) {
      recoverable.removeRecoveryListener(this);
    }
    state = ConsumerState.CLOSED;
    done.countDown();
  }

  private void show(int wanted) {
    GateState worst = demand.worst();
    ConsumerState now;
    if (demand.isAway(worst)) {
      now = ConsumerState.PAUSED;
    } else if (session == null) {
      now = ConsumerState.WAITING;
    } else {
      now =
          worst.kind() == GateState.Kind.RAMPING ? ConsumerState.RAMPING : ConsumerState.CONSUMING;
    }
    ConsumerState before = state;
    if (now == before) {
      return;
    }
    state = now;
    if (now == ConsumerState.PAUSED) {
      counts.pauses.increment();
    }
    LOG.info("{}: {} -> {} (prefetch {}, {})", settings.queue(), before, now, wanted, worst);
  }

  private void arm(int wanted) {
    Session present = session;
    if (wanted == 0) {
      long trial = demand.untilTrialNanos();
      armTimer(trial > 0 ? trial : FORCED_LOOK_NANOS);
    } else if (present == null) {
      armTimer(Math.max(0, restartAtNanos - kernel.nanoTime()));
    } else if (present.hasSuspended()) {
      armTimer(Math.min(settings.suspicionNanos(), FORCED_LOOK_NANOS));
    } else if (wanted < settings.prefetch()) {
      armTimer(RAMP_LOOK_NANOS);
    }
  }

  private void armTimer(long nanos) {
    Cancellable armed = timer;
    if (armed != null) {
      armed.cancel();
    }
    timer = kernel.schedule(kernel.nanoTime() + nanos, runner::signal);
  }
}
