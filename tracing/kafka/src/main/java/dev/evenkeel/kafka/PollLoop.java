package dev.evenkeel.kafka;

import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.StateChange;
import dev.evenkeel.tracing.messaging.Demand;
import dev.evenkeel.tracing.messaging.JitteredWaits;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that polls: it has Kafka's consumer to itself. It never stops polling, so the consumer
 * stays in its group whatever its handler does; what it must not fetch is paused. Commits what is
 * done, and gives partitions away only after the record in hand is done, or a time has passed.
 */
final class PollLoop<K, V> implements ConsumerRebalanceListener, PipelineListener {

  private static final Logger LOG = LoggerFactory.getLogger(EvenkeelConsumer.class);
  private static final long POLL_MILLIS = 250;
  private static final long RAMP_MILLIS = 100;
  private static final long CLOSE_HANDLER_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
  private static final int COMMIT_TRIES = 3;
  private static final long FIRST_FAILURE_MILLIS = 100;
  private static final long LONGEST_FAILURE_MILLIS = 5_000;

  private final ConsumerSettings<K, V> settings;
  private final Consumer<K, V> consumer;
  private final Kernel kernel;
  private final Lanes<K, V> lanes;
  private final Pauses pauses;
  private final Demand demand;
  private final Counts counts;
  private final Runnable onWork;
  private final JitteredWaits failures;
  private final CountDownLatch done = new CountDownLatch(1);

  // Of the thread that polls.
  private boolean subscribed;
  private boolean wasAway;
  private long nextGrantNanos;
  private @Nullable String toldFailure;

  private volatile @Nullable Thread poller;
  private volatile boolean closing;
  private volatile boolean nudged;
  private volatile boolean awaitsHand;
  private volatile ConsumerState state = ConsumerState.WAITING;

  PollLoop(
      ConsumerSettings<K, V> settings,
      Lanes<K, V> lanes,
      Pauses pauses,
      Demand demand,
      Counts counts,
      Runnable onWork) {
    this.settings = settings;
    this.lanes = lanes;
    this.pauses = pauses;
    this.demand = demand;
    this.counts = counts;
    this.onWork = onWork;
    consumer = settings.consumer();
    kernel = settings.kernel();
    nextGrantNanos = kernel.nanoTime();
    failures = new JitteredWaits(kernel, FIRST_FAILURE_MILLIS, LONGEST_FAILURE_MILLIS);
  }

  /** Polls until it is closed, and closes the consumer. */
  void run() {
    poller = Thread.currentThread();
    for (Pipeline pipeline : settings.watched()) {
      pipeline.addListener(this);
    }
    try {
      while (!closing) {
        step();
      }
    } finally {
      end();
    }
  }

  private void step() {
    try {
      cycle();
      toldFailure = null;
      failures.reset();
    } catch (WakeupException woken) {
      // Somebody has something for it to do.
    } catch (InterruptException stop) {
      Thread.interrupted(); // the thread is ours; close() ends it
    } catch (RecordDeserializationException unreadable) {
      passOver(unreadable);
    } catch (Throwable failure) { // it polls on, whatever it is: the next one may succeed
      tell(failure);
      waitUntil(kernel.nanoTime() + failures.nextNanos(), () -> closing);
    }
  }

  private void cycle() {
    if (!subscribed) {
      consumer.subscribe(settings.topics(), this);
      subscribed = true;
    }
    long timeout = look();
    if (nudged) {
      nudged = false;
      timeout = 0;
    }
    commit();
    lanes.add(consumer.poll(Duration.ofMillis(timeout)));
    onWork.run();
  }

  /** Pauses, resumes and allows what the state of the pipelines asks for. */
  private long look() {
    GateState worst = demand.worst();
    boolean away = demand.isAway(worst);
    int wanted = demand.wanted();
    if (away && !wasAway) {
      lanes.outage();
    }
    wasAway = away;
    long timeout = POLL_MILLIS;
    if (away) {
      if (wanted > 0) {
        lanes.allowTrial();
      } else {
        lanes.allow(0);
        long trial = TimeUnit.NANOSECONDS.toMillis(demand.untilTrialNanos());
        timeout = trial < 0 ? POLL_MILLIS : Math.min(POLL_MILLIS, trial + 1);
      }
    } else if (worst.kind() == GateState.Kind.RAMPING) {
      timeout = RAMP_MILLIS;
      long now = kernel.nanoTime();
      if (now - nextGrantNanos >= 0) {
        nextGrantNanos = now + TimeUnit.MILLISECONDS.toNanos(RAMP_MILLIS);
        lanes.allow(wanted);
      }
    } else {
      lanes.allowAll();
    }
    pauses.away(away && (wanted == 0 || lanes.hasProbe()));
    pauses.apply(consumer, lanes::wantsMore);
    show(worst, away);
    return timeout;
  }

  private void show(GateState worst, boolean away) {
    ConsumerState now;
    if (away) {
      now = ConsumerState.PAUSED;
    } else if (consumer.assignment().isEmpty()) {
      now = ConsumerState.WAITING;
    } else {
      now =
          worst.kind() == GateState.Kind.RAMPING ? ConsumerState.RAMPING : ConsumerState.CONSUMING;
    }
    ConsumerState before = state;
    if (now != before) {
      state = now;
      if (now == ConsumerState.PAUSED) {
        counts.pauses.increment();
      }
      LOG.info("{}: {} -> {} ({})", settings.topics(), before, now, worst);
    }
  }

  private void commit() {
    Map<TopicPartition, OffsetAndMetadata> offsets = lanes.commit();
    if (!offsets.isEmpty()) {
      consumer.commitAsync(offsets, (told, failure) -> {
        if (failure != null) {
          LOG.debug("{}: not committed, tried again", settings.topics(), failure);
          lanes.notCommitted(offsets.keySet());
        }
      });
    }
  }

  /** Waits for the commit, as nobody may do it later. */
  private void commitNow(Map<TopicPartition, OffsetAndMetadata> offsets) {
    for (int i = 0; i < COMMIT_TRIES && !offsets.isEmpty(); i++) {
      try {
        consumer.commitSync(offsets, COMMIT_TIMEOUT);
        return;
      } catch (WakeupException woken) {
        // Meant for a poll: once more.
      } catch (InterruptException stop) {
        Thread.interrupted();
      } catch (RuntimeException failure) {
        LOG.warn("{}: not committed, so records come again", settings.topics(), failure);
        return;
      }
    }
  }

  /** Its bytes go where other records go that fail. */
  private void passOver(RecordDeserializationException unreadable) {
    TopicPartition partition = unreadable.topicPartition();
    LOG.warn("{}@{}: cannot be read", partition, unreadable.offset(), unreadable);
    counts.failed.increment();
    if (settings.onFailure() == FailureAction.RETRY) {
      pauses.unreadable(partition);
      return;
    }
    lanes.add(unreadable);
    consumer.seek(partition, unreadable.offset() + 1);
    onWork.run();
  }

  /** Once for each reason. */
  private void tell(Throwable failure) {
    String why = failure.toString();
    if (!why.equals(toldFailure)) {
      toldFailure = why;
      LOG.warn("{}: cannot poll, tried again until it can", settings.topics(), failure);
    }
    state = wasAway ? ConsumerState.PAUSED : ConsumerState.WAITING;
  }

  private void awaitHand(long nanos, BooleanSupplier isFree) {
    awaitsHand = true;
    waitUntil(kernel.nanoTime() + nanos, isFree);
    awaitsHand = false;
  }

  private void waitUntil(long atNanos, BooleanSupplier over) {
    while (true) {
      try {
        kernel.parkUntil(atNanos, over);
        return;
      } catch (InterruptedException stop) {
        // The thread is ours: close() ends it. The flag is cleared, so it waits on.
      }
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    pauses.apply(consumer, lanes::wantsMore);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      return;
    }
    lanes.leaving(partitions);
    counts.rebalances.increment();
    if (!closing) {
      awaitHand(settings.handOverNanos(), () -> !lanes.isInHand(partitions));
    }
    commitNow(lanes.offsets(partitions));
    lanes.gone(partitions);
    pauses.gone(partitions);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      return;
    }
    counts.rebalances.increment();
    LOG.info("{}: lost {}", settings.topics(), partitions);
    lanes.gone(partitions); // others have them already: nothing to commit
    pauses.gone(partitions);
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
    nudge();
  }

  /** There is something to look at: ends the poll that runs, or the next wait. */
  void nudge() {
    nudged = true;
    Thread thread = poller;
    if (thread != null) {
      consumer.wakeup();
      LockSupport.unpark(thread);
    }
  }

  /** A record is out of the hand: somebody may wait for that. */
  void handled() {
    Thread thread = poller;
    if (thread != null && awaitsHand) {
      LockSupport.unpark(thread);
    }
  }

  void close() {
    closing = true;
    lanes.close(); // at once: the poll that runs may take a while
    nudge();
  }

  /** For one that was never started. */
  void closeUnstarted() {
    closing = true;
    end();
  }

  private void end() {
    lanes.close();
    awaitHand(CLOSE_HANDLER_NANOS, () -> !lanes.isInHand());
    commitNow(lanes.offsets(null));
    for (Pipeline pipeline : settings.watched()) {
      pipeline.removeListener(this);
    }
    for (int i = 0; i < COMMIT_TRIES; i++) {
      try {
        consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        break;
      } catch (WakeupException | InterruptException once) {
        Thread.interrupted();
      } catch (Throwable failure) {
        LOG.warn("{}: not closed as it should be", settings.topics(), failure);
        break;
      }
    }
    state = ConsumerState.CLOSED;
    done.countDown();
  }

  boolean awaitEnd(long nanos) throws InterruptedException {
    return done.await(nanos, TimeUnit.NANOSECONDS);
  }

  ConsumerState state() {
    return state;
  }
}
