package dev.evenkeel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** What docs/guide/jdbc.md shows is what the build compiles and runs. */
class GuideTest {

  static EvenkeelDataSource orders(DataSource pool) {
    return EvenkeelDataSource.builder(pool)
        .pipeline(Pipeline.of("orders-db", Timeout.ofMillis(500), CircuitBreaker.standard()))
        .poolSize(10) // known by itself for HikariCP
        .build();
  }

  static int open(Pipeline orders, EvenkeelDataSource source) throws SQLException {
    return orders.call(() -> {
      try (Connection connection = source.getConnection();
          PreparedStatement query =
              connection.prepareStatement("SELECT COUNT(*) FROM orders WHERE open");
          ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    });
  }

  @Test
  void codeOfTheGuide_isCodeOfThisClass_andRuns() throws Exception {
    String source =
        squeezed(Files.readString(Path.of("src/test/java/dev/evenkeel/jdbc/GuideTest.java")));
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Path.of("../../docs/guide/jdbc.md")));
    int blocks = 0;
    while (block.find()) {
      for (String method : block.group(1).split("\n\n", -1)) {
        assertThat(source).contains(squeezed(method));
      }
      blocks++;
    }
    assertThat(blocks).isEqualTo(1);
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    try (Connection connection = h2.getConnection()) {
      connection.createStatement().execute("CREATE TABLE orders (id VARCHAR(9), open BOOLEAN)");
      connection.createStatement().execute("INSERT INTO orders VALUES ('a', TRUE)");
    }
    Pipeline patient = Pipeline.of("orders");
    assertThat(open(patient, EvenkeelDataSource.builder(h2).build())).isEqualTo(1);
    assertThat(orders(h2).available()).isEqualTo(10);
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }
}
