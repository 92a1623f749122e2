package dev.evenkeel.examples.journey;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.jdbc.EvenkeelDataSource;
import dev.evenkeel.rabbitmq.ConsumerState;
import dev.evenkeel.rabbitmq.EvenkeelConsumer;
import dev.evenkeel.rabbitmq.ExpiredAction;
import dev.evenkeel.rabbitmq.Message;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Takes orders from the queue and writes them into the database: {@code Shipping <broker> <queue>
 * <JDBC URL> <table>}. While the database is away it leaves the queue alone.
 */
final class Shipping {

  private static final Duration LONGEST = Duration.ofSeconds(4);

  private final EvenkeelDataSource source;
  private final Database database;
  private final String table;

  private Shipping(EvenkeelDataSource source, Database database, String table) {
    this.source = source;
    this.database = database;
    this.table = table;
  }

  public static void main(String[] arguments) throws Exception {
    String queue = arguments[1];
    String url = arguments[2];
    OpenTelemetrySdk telemetry = Telemetry.sdk("shipping", hop -> System.out.println(hop.toLine()));
    EvenkeelDataSource source =
        EvenkeelDataSource.builder(pool(url)).openTelemetry(telemetry).build();
    Shipping shipping = new Shipping(source, Database.of(url), arguments[3]);
    EvenkeelConsumer consumer = EvenkeelConsumer.builder(
            Servers.connect(arguments[0]), queue, shipping::handle)
        .pipeline(Pipeline.of("database", Timeout.of(LONGEST), breaker()))
        .prefetch(20)
        .onExpired(ExpiredAction.DROP)
        .openTelemetry(telemetry)
        .build()
        .start();
    Thread reporter = new Thread(() -> report(consumer), "journey-report");
    reporter.setDaemon(true);
    reporter.start();
    Child.awaitParentsEnd();
    System.exit(0);
  }

  private static HikariDataSource pool(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(2);
    config.setConnectionTimeout(Duration.ofMillis(250).toMillis());
    return new HikariDataSource(config);
  }

  /** One handler at a time makes few calls: ten of them are enough to see that nothing works. */
  private static CircuitBreaker breaker() {
    return CircuitBreaker.of(CircuitBreakerConfig.custom()
        .slidingWindowSize(10)
        .minimumNumberOfCalls(10)
        .failureRateThreshold(50)
        .build());
  }

  private void handle(Message message) throws SQLException, InterruptedException {
    Order order = Order.parse(new String(message.body(), StandardCharsets.UTF_8));
    Service.work(order.packMillis());
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      if (order.slow()) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(database.slowStatement());
        }
      }
      if (!message.isRedelivered() || !isShipped(connection, order.id())) {
        insert(connection, order.id());
      }
      connection.commit();
    }
  }

  /** Messages may come twice. */
  private boolean isShipped(Connection connection, String id) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT id FROM " + table + " WHERE id = ?")) {
      query.setString(1, id);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  private void insert(Connection connection, String id) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " (id) VALUES (?)")) {
      insert.setString(1, id);
      insert.executeUpdate();
    }
  }

  /** Tells of each new state. */
  private static void report(EvenkeelConsumer consumer) {
    Kernel kernel = Kernel.system();
    ConsumerState last = null;
    try {
      while (last != ConsumerState.CLOSED) {
        ConsumerState state = consumer.state();
        if (state != last) {
          Child.say("STATE", state);
          last = state;
        }
        kernel.sleepUntil(kernel.nanoTime() + Duration.ofMillis(20).toNanos());
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
