package dev.evenkeel.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.impl.AMQCommand;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.LongStringHelper;
import dev.evenkeel.rabbitmq.StandInBroker.Confirms;
import dev.evenkeel.rabbitmq.StandInBroker.Stored;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One connection of the {@link StandInBroker}, with its channels. */
final class StandInConnection {

  private static final int FRAME_MAX = 131_072;

  /** A consumer; its prefetch was set before it began. */
  private record Subscription(String tag, String queue, int prefetch) {}

  /** A message that was delivered and is not settled. */
  private record Unsettled(Subscription to, String queue, Stored message) {}

  private static final class Channel {
    int prefetch;
    long confirmed = -1; // not in confirm mode
    long lastTag;
    final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    final TreeMap<Long, Unsettled> unsettled = new TreeMap<>();
    AMQCommand assembling = new AMQCommand();

    long inFlight(Subscription of) {
      return unsettled.values().stream().filter(one -> one.to().equals(of)).count();
    }
  }

  private final StandInBroker broker;
  private final Socket socket;
  private final DataOutputStream out;
  private final Map<Integer, Channel> channels = new HashMap<>();

  StandInConnection(StandInBroker broker, Socket socket) throws IOException {
    this.broker = broker;
    this.socket = socket;
    socket.setTcpNoDelay(true);
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  void start() {
    Thread reading = new Thread(this::serve, "stand-in-connection");
    reading.setDaemon(true);
    reading.start();
  }

  private void serve() {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(socket.getInputStream()))) {
      in.readNBytes(8); // AMQP0091
      send(
          0,
          new AMQImpl.Connection.Start(
              0,
              9,
              Map.of(
                  "capabilities",
                  Map.of(
                      "connection.blocked", true,
                      "consumer_cancel_notify", true,
                      "publisher_confirms", true,
                      "basic.nack", true)),
              LongStringHelper.asLongString("PLAIN"),
              LongStringHelper.asLongString("en_US")));
      while (true) {
        Frame frame = Frame.readFrom(in, () -> FRAME_MAX);
        if (frame == null || frame.getType() == AMQP.FRAME_HEARTBEAT) {
          continue;
        }
        synchronized (broker) {
          Channel channel = channels.computeIfAbsent(frame.getChannel(), any -> new Channel());
          if (channel.assembling.handleFrame(frame)) {
            AMQCommand command = channel.assembling;
            channel.assembling = new AMQCommand();
            onCommand(frame.getChannel(), channel, command);
            broker.deliver();
          }
        }
      }
    } catch (IOException | RuntimeException gone) {
      cut();
    }
  }

  private void onCommand(int number, Channel channel, AMQCommand command) throws IOException {
    Method method = command.getMethod();
    if (method instanceof AMQP.Connection.StartOk) {
      send(number, new AMQImpl.Connection.Tune(100, FRAME_MAX, 0));
    } else if (method instanceof AMQP.Connection.Open) {
      send(number, new AMQP.Connection.OpenOk.Builder().build());
    } else if (method instanceof AMQP.Connection.Close) {
      send(number, new AMQP.Connection.CloseOk.Builder().build());
    } else if (method instanceof AMQP.Channel.Open) {
      send(number, new AMQP.Channel.OpenOk.Builder().build());
    } else if (method instanceof AMQP.Channel.Close) {
      end(number);
      send(number, new AMQP.Channel.CloseOk.Builder().build());
    } else if (method instanceof AMQP.Channel.CloseOk) {
      end(number);
    } else if (method instanceof AMQP.Confirm.Select) {
      channel.confirmed = 0;
      send(number, new AMQP.Confirm.SelectOk.Builder().build());
    } else if (method instanceof AMQP.Basic.Qos qos) {
      channel.prefetch = qos.getPrefetchCount();
      broker.log.add("qos " + channel.prefetch);
      send(number, new AMQP.Basic.QosOk.Builder().build());
    } else if (method instanceof AMQP.Basic.Publish publish) {
      onPublish(number, channel, publish, command);
    } else {
      onConsumerCommand(number, channel, method);
    }
  }

  private void onConsumerCommand(int number, Channel channel, Method method) throws IOException {
    if (method instanceof AMQP.Basic.Consume consume) {
      if (!broker.queues.containsKey(consume.getQueue())) {
        end(number);
        send(number, new AMQImpl.Channel.Close(404, "NOT_FOUND - no queue", 60, 20));
        return;
      }
      if (broker.refuses) {
        end(number);
        send(number, new AMQImpl.Channel.Close(403, "ACCESS_REFUSED", 60, 20));
        return;
      }
      String tag = "tag-" + number + "-" + broker.log.size();
      broker.log.add("consume");
      channel.subscriptions.put(tag, new Subscription(tag, consume.getQueue(), channel.prefetch));
      send(number, new AMQP.Basic.ConsumeOk.Builder().consumerTag(tag).build());
    } else if (method instanceof AMQP.Basic.Cancel cancel) {
      broker.log.add("cancel");
      channel.subscriptions.remove(cancel.getConsumerTag());
      send(
          number,
          new AMQP.Basic.CancelOk.Builder().consumerTag(cancel.getConsumerTag()).build());
    } else if (method instanceof AMQP.Basic.Ack ack) {
      settle(channel, ack.getDeliveryTag(), ack.getMultiple());
    } else if (method instanceof AMQP.Basic.Nack nack) {
      List<Unsettled> back = settle(channel, nack.getDeliveryTag(), nack.getMultiple());
      broker.log.add("nack " + back.size());
      back.forEach(one -> broker.requeue(one.queue(), List.of(one.message())));
    } else if (method instanceof AMQP.Basic.Reject reject) {
      List<Unsettled> rejected = settle(channel, reject.getDeliveryTag(), false);
      broker.log.add(reject.getRequeue() ? "reject requeue" : "reject");
      for (Unsettled one : rejected) {
        if (reject.getRequeue()) {
          broker.requeue(one.queue(), List.of(one.message()));
        } else {
          broker.deadLetters.add(one.message());
        }
      }
    }
  }

  private static List<Unsettled> settle(Channel channel, long tag, boolean multiple) {
    List<Long> tags = new ArrayList<>();
    if (multiple) {
      tags.addAll(
          tag == 0
              ? channel.unsettled.keySet()
              : channel.unsettled.headMap(tag, true).keySet());
    } else {
      tags.add(tag);
    }
    List<Unsettled> settled = new ArrayList<>();
    for (Long one : tags) {
      Unsettled message = channel.unsettled.remove(one);
      if (message != null) {
        settled.add(message);
      }
    }
    return settled;
  }

  private void onPublish(
      int number, Channel channel, AMQP.Basic.Publish publish, AMQCommand command)
      throws IOException {
    AMQP.BasicProperties properties = (AMQP.BasicProperties) command.getContentHeader();
    byte[] body = command.getContentBody();
    boolean routed = broker.store(properties, body, publish.getExchange(), publish.getRoutingKey());
    if (!routed && publish.getMandatory()) {
      send(
          number,
          new AMQImpl.Basic.Return(
              312, "NO_ROUTE", publish.getExchange(), publish.getRoutingKey()));
      sendContent(number, properties, body);
    }
    if (channel.confirmed < 0) {
      return;
    }
    channel.confirmed++;
    if (broker.confirms == Confirms.ACK) {
      send(number, new AMQImpl.Basic.Ack(channel.confirmed, false));
    } else if (broker.confirms == Confirms.NACK) {
      send(number, new AMQP.Basic.Nack.Builder().deliveryTag(channel.confirmed).build());
    }
  }

  /** Under the broker's lock. */
  void deliver() {
    try {
      for (Map.Entry<Integer, Channel> entry : channels.entrySet()) {
        Channel channel = entry.getValue();
        for (Subscription to : channel.subscriptions.values()) {
          Deque<Stored> queue = broker.queues.getOrDefault(to.queue(), new ArrayDeque<>());
          while (!queue.isEmpty() && (to.prefetch() == 0 || channel.inFlight(to) < to.prefetch())) {
            Stored message = queue.removeFirst();
            channel.unsettled.put(++channel.lastTag, new Unsettled(to, to.queue(), message));
            send(
                entry.getKey(),
                new AMQImpl.Basic.Deliver(
                    to.tag(),
                    channel.lastTag,
                    message.redelivered,
                    message.exchange,
                    message.routingKey));
            sendContent(entry.getKey(), message.properties, message.body);
          }
        }
      }
    } catch (IOException gone) {
      cut();
    }
  }

  /** Under the broker's lock. */
  void cancelConsumersOf(String queue) {
    channels.forEach((number, channel) -> {
      List<Subscription> of = channel.subscriptions.values().stream()
          .filter(one -> one.queue().equals(queue))
          .toList();
      for (Subscription one : of) {
        channel.subscriptions.remove(one.tag());
        trySend(number, new AMQP.Basic.Cancel.Builder().consumerTag(one.tag()).build());
      }
    });
  }

  void block(String reason) {
    trySend(
        0,
        reason == null
            ? new AMQP.Connection.Unblocked.Builder().build()
            : new AMQImpl.Connection.Blocked(reason));
  }

  void sendGarbage() {
    try {
      out.write(new byte[] {77, 0, 1, 0, 0, 0, 1, 1, 1});
      out.flush();
    } catch (IOException gone) {
      cut();
    }
  }

  private void end(int number) {
    Channel channel = channels.remove(number);
    if (channel != null) {
      channel
          .unsettled
          .values()
          .forEach(one -> broker.requeue(one.queue(), List.of(one.message())));
    }
  }

  private void trySend(int number, Method method) {
    try {
      send(number, method);
    } catch (IOException gone) {
      cut();
    }
  }

  private void send(int number, Method method) throws IOException {
    ((com.rabbitmq.client.impl.Method) method).toFrame(number).writeTo(out);
    if (!((com.rabbitmq.client.impl.Method) method).hasContent()) {
      out.flush();
    }
  }

  private void sendContent(int number, AMQP.BasicProperties properties, byte[] body)
      throws IOException {
    properties.toFrame(number, body.length).writeTo(out);
    if (body.length > 0) {
      Frame.fromBodyFragment(number, ByteBuffer.wrap(body), 0, body.length).writeTo(out);
    }
    out.flush();
  }

  void cut() {
    synchronized (broker) {
      for (Integer number : List.copyOf(channels.keySet())) {
        end(number);
      }
    }
    try {
      socket.close();
    } catch (IOException gone) {
      // It is closed.
    }
  }
}
