package dev.evenkeel.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.rabbitmq.EvenkeelPublisher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What docs/guide/outbox.md shows is what the build compiles and, but for RabbitMQ, runs. */
class GuideTest {

  static void place(DataSource source, Outbox outbox, String order, byte[] body)
      throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO orders (id) VALUES (?)")) {
        insert.setString(1, order);
        insert.executeUpdate();
      }
      outbox.add(connection, OutboxMessage.of("orders", body).withKey(order));
      connection.commit();
    }
  }

  static OutboxRelay relay(DataSource source, EvenkeelPublisher rabbit, Pipeline broker) {
    return OutboxRelay.builder(
            source,
            message -> rabbit.publish(
                "",
                message.topic(),
                new BasicProperties.Builder().messageId(message.id()).build(),
                message.body()))
        .needs(broker) // the publisher's own pipeline: the relay keeps its pace
        .build()
        .start();
  }

  static void ship(DataSource source, Inbox inbox, String messageId, String order)
      throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      if (inbox.isFirst(connection, messageId)) {
        try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO shipments (order_id) VALUES (?)")) {
          insert.setString(1, order);
          insert.executeUpdate();
        }
      }
      connection.commit();
    }
  }

  @Test
  void codeOfTheGuide_isCodeOfThisClass() throws Exception {
    String source =
        squeezed(Files.readString(Path.of("src/test/java/dev/evenkeel/outbox/GuideTest.java")));
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Path.of("../../docs/guide/outbox.md")));
    int blocks = 0;
    while (block.find()) {
      assertThat(source).contains(squeezed(block.group(1)));
      blocks++;
    }
    assertThat(blocks).isEqualTo(3);
  }

  @Test
  void orderThatIsPlaced_isShippedOnce() throws Exception {
    Table table = new Table();
    table.run("CREATE TABLE orders (id VARCHAR(255))");
    table.run("CREATE TABLE shipments (order_id VARCHAR(255))");
    place(table.source(), Outbox.create(), "o-1", new byte[] {1});
    List<OutboxMessage> sent = new ArrayList<>();
    OutboxRelay.builder(table.source(), sent::add).build().round();
    assertThat(sent).hasSize(1);
    for (int i = 0; i < 2; i++) { // it comes twice
      ship(table.source(), Inbox.of("shipping"), sent.get(0).id(), sent.get(0).key());
    }
    try (Connection connection = table.source().getConnection();
        ResultSet rows = connection.createStatement().executeQuery("SELECT * FROM shipments")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.next()).isFalse();
    }
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }
}
