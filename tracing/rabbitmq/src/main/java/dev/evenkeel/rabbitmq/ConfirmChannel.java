package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.ShutdownSignalException;
import dev.evenkeel.core.Kernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One channel that confirms. It ends with its channel and is never recovered: what was sent on it
 * and not confirmed is then unknown, and numbers begin anew on the next one. Thread-safe.
 *
 * <p>The numbers of the confirms are counted here, not taken from the channel: that one counts a
 * message which it could not encode, and the broker does not.
 */
final class ConfirmChannel {

  /** Names a mandatory message, so that one that comes back is known. */
  static final String PUBLISH_ID = "evenkeel-publish-id";

  private final Channel channel;
  private final Kernel kernel;
  private final ReentrantLock lock = new ReentrantLock();
  private final NavigableMap<Long, Confirm> outstanding = new ConcurrentSkipListMap<>();
  private long nextNumber = 1; // under the lock
  private volatile boolean ended;
  private final AtomicBoolean closing = new AtomicBoolean();

  private ConfirmChannel(Channel channel, Kernel kernel) {
    this.channel = channel;
    this.kernel = kernel;
  }

  static ConfirmChannel open(Connection connection, Kernel kernel) throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("channel: none left on this connection (expected: one for publishing)");
    }
    ConfirmChannel opened = new ConfirmChannel(channel, kernel);
    channel.addShutdownListener(opened::onEnd);
    channel.addConfirmListener(opened::onAck, opened::onNack);
    channel.addReturnListener(back ->
        opened.onReturn(back.getProperties(), back.getReplyCode() + " " + back.getReplyText()));
    channel.confirmSelect();
    return opened;
  }

  boolean isUsable() {
    return !ended && channel.isOpen();
  }

  /** Sends a message. Whatever becomes of it, the confirm is told; nothing is thrown. */
  void send(
      Confirm confirm,
      String exchange,
      String routingKey,
      boolean mandatory,
      BasicProperties properties,
      byte[] body) {
    try {
      lock.lockInterruptibly(); // held for a write: as long as the connection's own lock would be
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      confirm.notSent(notSent(stop));
      return;
    }
    try {
      if (ended) { // meanwhile; the client may have opened it again, with other numbers
        confirm.notSent(new PublishException(
            PublishOutcome.NOT_SENT, "nothing was sent: the channel was closed", null));
        return;
      }
      long number = nextNumber;
      outstanding.put(number, confirm);
      BasicProperties sent = mandatory ? numbered(properties, number) : properties;
      try {
        channel.basicPublish(exchange, routingKey, mandatory, sent, body);
        nextNumber++;
      } catch (AlreadyClosedException closed) {
        outstanding.remove(number);
        confirm.notSent(notSent(closed));
      } catch (IOException cut) {
        outstanding.remove(number);
        ended = true;
        confirm.unknown(cut, cut.getClass().getName()); // a part of it may have gone
      } catch (RuntimeException notEncoded) {
        outstanding.remove(number);
        confirm.notSent(notSent(notEncoded));
      }
      if (ended && outstanding.remove(number) != null) { // it ended before it knew of this one
        confirm.unknown(channel.getCloseReason(), "connection_lost");
      }
    } finally {
      lock.unlock();
    }
  }

  static PublishException notSent(Exception why) {
    return new PublishException(PublishOutcome.NOT_SENT, "nothing was sent: " + why, why);
  }

  private static BasicProperties numbered(BasicProperties properties, long number) {
    Map<String, Object> headers = new HashMap<>(MessageHeaders.headersOf(properties));
    headers.put(PUBLISH_ID, Long.toString(number));
    return properties.builder().headers(headers).build();
  }

  private void onAck(long number, boolean multiple) {
    confirmed(number, multiple).forEach(Confirm::acked);
  }

  private void onNack(long number, boolean multiple) {
    confirmed(number, multiple).forEach(Confirm::nacked);
  }

  private List<Confirm> confirmed(long number, boolean multiple) {
    List<Confirm> confirmed = new ArrayList<>();
    if (multiple) {
      NavigableMap<Long, Confirm> upTo = outstanding.headMap(number, true);
      for (Long one : List.copyOf(upTo.keySet())) {
        take(one, confirmed);
      }
    } else {
      take(number, confirmed);
    }
    return confirmed;
  }

  private void take(long number, List<Confirm> confirmed) {
    Confirm one = outstanding.remove(number);
    if (one != null) {
      confirmed.add(one);
    }
  }

  /** Comes before the confirm of the same message. */
  private void onReturn(BasicProperties properties, String reason) {
    Object id = MessageHeaders.headersOf(properties).get(PUBLISH_ID);
    if (!(id instanceof LongString) && !(id instanceof String)) {
      return;
    }
    try {
      Confirm confirm = outstanding.get(Long.valueOf(id.toString()));
      if (confirm != null) {
        confirm.returned(reason);
      }
    } catch (NumberFormatException notOurs) {
      // Somebody else's header of that name: its confirm says all there is to say.
    }
  }

  private void onEnd(ShutdownSignalException why) {
    ended = true;
    for (Long number : List.copyOf(outstanding.keySet())) {
      Confirm confirm = outstanding.remove(number);
      if (confirm != null) {
        confirm.unknown(why, "connection_lost");
      }
    }
    // Not on the connection's own thread, and so that a recovery does not open it again. Once: to
    // abort tells the client's listeners again, also of a channel that is closed.
    if (!closing.get()) {
      kernel.executeBlocking(this::close);
    }
  }

  int outstanding() {
    return outstanding.size();
  }

  /** Closes the channel, whatever state it is in. */
  void close() {
    ended = true;
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    try {
      channel.abort();
    } catch (IOException | RuntimeException gone) {
      // It is closed, which is all that was wanted.
    }
  }

  /** Closes it when all is confirmed that somebody waits for, or the time is over. */
  void drain(long millis) throws InterruptedException {
    CompletableFuture<?>[] open = outstanding.values().stream()
        .filter(confirm -> confirm.state() == Confirm.State.OPEN)
        .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(open).get(millis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException over) {
      // What is not confirmed is told to be unknown by the end of the channel.
    }
    close();
  }
}
