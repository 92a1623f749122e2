package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.evenkeel.core.Kernel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One time of consuming, on a channel of its own, from a consume to a pause, a loss or the end. The
 * client hands over one message at a time, in the broker's order. Whoever stops the session sets a
 * flag; the message that is being handled is settled first, and then everything else that was
 * delivered goes back at once.
 */
final class Session {

  private static final Logger LOG = LoggerFactory.getLogger(EvenkeelConsumer.class);

  private final ConsumerSettings settings;
  private final Dispatch dispatch;
  private final Counts counts;
  private final Kernel kernel;
  private final Channel channel;
  private final Runnable onChange;
  private final long startedNanos;

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Suspended> suspended = new ArrayDeque<>(); // under the lock
  private boolean busy; // under the lock
  private final AtomicReference<@Nullable String> tag = new AtomicReference<>();
  private final AtomicBoolean finished = new AtomicBoolean();
  private volatile int prefetch;
  private volatile boolean stopping;
  private volatile boolean lost;
  private volatile boolean ended;
  private volatile boolean delivered;
  private volatile @Nullable Thread holder;

  /** A message that was delivered and is not settled yet. */
  private record Suspended(long tag, Message message, boolean failed, long atNanos) {}

  private Session(
      ConsumerSettings settings,
      Dispatch dispatch,
      Counts counts,
      Channel channel,
      Runnable onChange) {
    this.settings = settings;
    this.dispatch = dispatch;
    this.counts = counts;
    this.kernel = settings.kernel();
    this.channel = channel;
    this.onChange = onChange;
    startedNanos = kernel.nanoTime();
  }

  /**
   * Opens a channel and consumes.
   *
   * @param onChange called when it has ended, or there is something to look at; on any thread
   */
  static Session open(
      ConsumerSettings settings, Dispatch dispatch, Counts counts, int prefetch, Runnable onChange)
      throws IOException {
    Channel channel = settings.connection().createChannel();
    if (channel == null) {
      throw new IOException("channel: none left on this connection (expected: one to consume)");
    }
    Session session = new Session(settings, dispatch, counts, channel, onChange);
    try {
      channel.addShutdownListener(session::onShutdown);
      session.consume(prefetch);
      return session;
    } catch (IOException | RuntimeException failure) {
      session.finished.set(true); // it has not begun: nobody is told that it ended
      session.abort();
      throw failure;
    }
  }

  private void consume(int newPrefetch) throws IOException {
    prefetch = newPrefetch;
    channel.basicQos(newPrefetch);
    tag.set(channel.basicConsume(
        settings.queue(), false, "", false, false, settings.arguments(), new Deliveries(channel)));
  }

  int prefetch() {
    return prefetch;
  }

  boolean isStopping() {
    return stopping;
  }

  boolean hasEnded() {
    return ended;
  }

  /** Whether it was worth something: the next one need not wait for long. */
  boolean wasHealthy(long longNanos) {
    return delivered || kernel.nanoTime() - startedNanos > longNanos;
  }

  /** Asks for more messages at a time. Those that were delivered are handled first. */
  void grow(int newPrefetch) {
    try {
      cancel();
      if (!stopping) {
        consume(newPrefetch);
      }
    } catch (IOException | RuntimeException failure) {
      LOG.debug("{}: cannot consume again", settings.queue(), failure);
      stop();
    }
  }

  /** Ends it, when the message that is being handled is settled. */
  void stop() {
    boolean idle;
    lock.lock();
    try {
      stopping = true;
      idle = !busy;
    } finally {
      lock.unlock();
    }
    Thread waiting = holder;
    if (waiting != null) {
      LockSupport.unpark(waiting);
    }
    if (idle) {
      finish();
    } else if (!settings.singleActive() && !lost) {
      cancel(); // others may have what comes while this one is handled
    }
  }

  /**
   * Waits with a message in hand.
   *
   * @return false if the session is to stop
   */
  boolean holdUntil(long atNanos) {
    holder = Thread.currentThread();
    try {
      kernel.parkUntil(atNanos, this::isStopping);
      return !stopping;
    } catch (InterruptedException stop) {
      return false; // the connection's executor is being shut down
    } finally {
      holder = null;
    }
  }

  /** Whether there is room to leave a message aside and try another one. */
  boolean maySkip() {
    return aside() < prefetch - 1;
  }

  /** Whether there is room to wait for what other messages say about one that failed. */
  boolean maySuspect() {
    return settings.suspicionNanos() > 0 && aside() < prefetch / 2;
  }

  private int aside() {
    lock.lock();
    try {
      return suspended.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * What the handler needs is there, so what failed has itself to blame, and what was skipped gets
   * its chance.
   *
   * @param olderThanNanos only what has been aside for so long; 0 for all
   */
  void judge(long olderThanNanos) {
    lock.lock();
    try {
      long now = kernel.nanoTime();
      while (!stopping
          && !suspended.isEmpty()
          && now - suspended.peekFirst().atNanos() >= olderThanNanos) {
        Suspended one = suspended.removeFirst();
        settle(
            one.tag(),
            one.message(),
            one.failed()
                ? dispatch.judged(dispatch.failures(one.message()))
                : Settlement.HAND_BACK);
      }
    } finally {
      lock.unlock();
    }
  }

  boolean hasSuspended() {
    return aside() > 0;
  }

  /** A message that the client hands over, one at a time. */
  private void onDelivery(Envelope envelope, BasicProperties properties, byte[] body) {
    lock.lock();
    try {
      if (stopping) {
        counts.handedBack.increment();
        return; // goes back with the others
      }
      busy = true;
    } finally {
      lock.unlock();
    }
    delivered = true;
    try {
      Message message = new Message(settings.queue(), envelope, properties, body);
      settle(envelope.getDeliveryTag(), message, dispatch.handle(message, this));
    } catch (Throwable fault) {
      LOG.warn("{}: a message could not be handled; it goes back", settings.queue(), fault);
      stopping = true;
    } finally {
      boolean last;
      lock.lock();
      try {
        busy = false;
        last = stopping;
      } finally {
        lock.unlock();
      }
      if (last) {
        finish();
      }
    }
  }

  private void settle(long number, Message message, Settlement settlement) {
    try {
      switch (settlement) {
        case ACK -> {
          channel.basicAck(number, false);
          if (dispatch.isThere()) {
            judge(0);
          }
        }
        case DEAD_LETTER -> {
          dispatch.forget(message);
          channel.basicReject(number, false);
        }
        case REQUEUE -> channel.basicReject(number, true);
        case HAND_BACK -> {
          counts.handedBack.increment();
          channel.basicNack(number, false, true);
        }
        case SUSPECT -> putAside(number, message, true);
        case SKIP -> putAside(number, message, false);
        case STOP -> {
          counts.handedBack.increment();
          stopping = true;
        }
      }
    } catch (IOException | RuntimeException gone) {
      LOG.debug("{}: not settled, so it comes again", settings.queue(), gone);
    }
  }

  private void putAside(long number, Message message, boolean failed) {
    lock.lock();
    try {
      suspended.addLast(new Suspended(number, message, failed, kernel.nanoTime()));
    } finally {
      lock.unlock();
    }
    if (failed) {
      onChange.run(); // somebody is to look when its time is over
    }
  }

  private void onShutdown(ShutdownSignalException why) {
    if (!finished.get()) {
      LOG.debug("{}: the channel was closed", settings.queue(), why);
      lost = true;
      kernel.executeBlocking(this::stop); // not on the connection's own thread
    }
  }

  /** The broker has cancelled it; what it delivered before that has been handled. */
  private void onCancelByBroker() {
    LOG.info("{}: the broker has cancelled the consumer, which comes back", settings.queue());
    tag.set(null);
    stop();
  }

  private void cancel() {
    String present = tag.getAndSet(null);
    if (present == null) {
      return;
    }
    try {
      channel.basicCancel(present);
    } catch (IOException | RuntimeException gone) {
      LOG.debug("{}: not cancelled, as the channel is gone", settings.queue(), gone);
    }
  }

  /**
   * Gives back all that is not settled. A single active consumer closes its channel: taking it out
   * and giving back are then one step, and the next one goes on where this one stopped. For others
   * it is a nack, which quorum queues do not count as a failed delivery.
   */
  private void finish() {
    if (!finished.compareAndSet(false, true)) {
      return;
    }
    if (!lost && !settings.singleActive()) {
      cancel();
      try {
        channel.basicNack(0, true, true); // 0: all that are outstanding
      } catch (IOException | RuntimeException gone) {
        LOG.debug("{}: the channel is gone, and what it held goes back", settings.queue(), gone);
      }
    }
    abort();
    ended = true;
    onChange.run();
  }

  /** Closes the channel, so that no recovery opens it again. */
  private void abort() {
    try {
      channel.abort();
    } catch (IOException | RuntimeException gone) {
      LOG.debug("{}: closed already", settings.queue(), gone);
    }
  }

  /** What the client calls. */
  private final class Deliveries extends DefaultConsumer {

    Deliveries(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      onDelivery(envelope, properties, body);
    }

    @Override
    public void handleCancel(String consumerTag) {
      onCancelByBroker();
    }
  }
}
