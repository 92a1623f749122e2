package dev.evenkeel.jdbc.server;

import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.outbox.Inbox;
import dev.evenkeel.outbox.OutboxPublisher;
import dev.evenkeel.outbox.OutboxRelay;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** A process with a relay, to be killed. The consumer behind its broker is in it too. */
final class RelayProcess {

  private static final int BATCH = 20;

  private RelayProcess() {}

  /** Says when it is ready, waits for the end of what it is told, and says when it sends. */
  public static void main(String[] args) throws Exception {
    HikariDataSource source = Tables.pool(args[0], 2);
    OutboxPublisher broker = broker(source);
    AtomicBoolean said = new AtomicBoolean();
    OutboxRelay relay = relay(source, message -> {
      if (said.compareAndSet(false, true)) {
        say("sending");
      }
      broker.publish(message);
    });
    say("ready");
    while (System.in.read() >= 0) {
      // until the test says so
    }
    relay.start();
    Thread.currentThread().join();
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  static OutboxRelay relay(HikariDataSource source) {
    return relay(source, broker(source));
  }

  private static OutboxRelay relay(HikariDataSource source, OutboxPublisher broker) {
    return OutboxRelay.builder(source, broker)
        .batch(BATCH)
        .pollInterval(Duration.ofMillis(5))
        .build();
  }

  /** Writes what it gets into the log, and whether the inbox has seen it before. */
  private static OutboxPublisher broker(HikariDataSource source) {
    Inbox inbox = Inbox.of("consumer");
    return message -> {
      try (Connection connection = source.getConnection()) {
        connection.setAutoCommit(false);
        Tables.log(connection, message.id(), inbox.isFirst(connection, message.id()));
        connection.commit();
      }
    };
  }
}
