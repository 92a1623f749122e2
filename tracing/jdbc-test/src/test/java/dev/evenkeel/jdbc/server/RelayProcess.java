package dev.evenkeel.jdbc.server;

import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.outbox.Inbox;
import dev.evenkeel.outbox.OutboxPublisher;
import dev.evenkeel.outbox.OutboxRelay;
import java.sql.Connection;
import java.time.Duration;

/** A process with a relay, to be killed. The consumer behind its broker is in it too. */
final class RelayProcess {

  private static final int BATCH = 20;

  private RelayProcess() {}

  public static void main(String[] args) throws Exception {
    HikariDataSource source = Tables.pool(args[0], 2);
    OutboxRelay relay = relay(source);
    System.out.println("ready");
    System.out.flush();
    relay.start();
    Thread.currentThread().join();
  }

  static OutboxRelay relay(HikariDataSource source) {
    return OutboxRelay.builder(source, broker(source))
        .batch(BATCH)
        .pollInterval(Duration.ofMillis(5))
        .build();
  }

  /** Writes what it gets into the log, and whether the inbox has seen it before. */
  static OutboxPublisher broker(HikariDataSource source) {
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
