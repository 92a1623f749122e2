package dev.evenkeel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.tracing.SpanMode;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.semconv.DbAttributes;
import io.opentelemetry.semconv.ErrorAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A span for each statement and each transaction, by the stable conventions. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class SpansTest {

  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  private final StandInDriver driver = new StandInDriver();
  private final ManualKernel kernel = ManualKernel.create();
  private final EvenkeelDataSource source = EvenkeelDataSource.builder(driver.pool())
      .kernel(kernel)
      .openTelemetry(TELEMETRY.getOpenTelemetry())
      .build();

  private void run(String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static SpanData span(String name) {
    return TELEMETRY.getSpans().stream()
        .filter(span -> span.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " in " + TELEMETRY.getSpans()));
  }

  @Test
  void namesAreThoseOfTheConventions() {
    assertThat(Semconv.SYSTEM).isEqualTo(DbAttributes.DB_SYSTEM_NAME);
    assertThat(Semconv.NAMESPACE).isEqualTo(DbAttributes.DB_NAMESPACE);
    assertThat(Semconv.COLLECTION).isEqualTo(DbAttributes.DB_COLLECTION_NAME);
    assertThat(Semconv.OPERATION).isEqualTo(DbAttributes.DB_OPERATION_NAME);
    assertThat(Semconv.BATCH_SIZE).isEqualTo(DbAttributes.DB_OPERATION_BATCH_SIZE);
    assertThat(Semconv.TEXT).isEqualTo(DbAttributes.DB_QUERY_TEXT);
    assertThat(Semconv.SUMMARY).isEqualTo(DbAttributes.DB_QUERY_SUMMARY);
    assertThat(Semconv.STATUS).isEqualTo(DbAttributes.DB_RESPONSE_STATUS_CODE);
    assertThat(Semconv.ADDRESS).isEqualTo(ServerAttributes.SERVER_ADDRESS);
    assertThat(Semconv.PORT).isEqualTo(ServerAttributes.SERVER_PORT);
    assertThat(Semconv.ERROR).isEqualTo(ErrorAttributes.ERROR_TYPE);
  }

  @Test
  void statement_hasAClientSpan_withoutItsLiterals() throws Exception {
    run("SELECT * FROM orders WHERE card = '4111'");
    SpanData span = span("SELECT orders");
    assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(span.getAttributes().asMap())
        .containsEntry(Semconv.SYSTEM, "postgresql")
        .containsEntry(Semconv.NAMESPACE, "shop")
        .containsEntry(Semconv.ADDRESS, "db.example")
        .containsEntry(Semconv.PORT, 5433L)
        .containsEntry(Semconv.OPERATION, "SELECT")
        .containsEntry(Semconv.COLLECTION, "orders")
        .containsEntry(Semconv.SUMMARY, "SELECT orders")
        .containsEntry(Semconv.TEXT, "SELECT * FROM orders WHERE card = ?");
    assertThat(span.toString()).doesNotContain("4111").doesNotContain("password");
    assertThat(TELEMETRY.getSpans()).hasSize(1);
  }

  @Test
  @SuppressWarnings("try") // opened to be closed
  void transaction_isTheParentOfItsStatements_andAChildOfWhatIsAround() throws Exception {
    driver.inTransaction = true;
    Span around =
        TELEMETRY.getOpenTelemetry().getTracer("test").spanBuilder("around").startSpan();
    try (Scope scope = around.makeCurrent();
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO a VALUES (1)");
      statement.execute("UPDATE b SET x = 1");
      connection.commit();
      statement.execute("DELETE FROM c");
    }
    around.end();
    SpanData transaction = span("transaction");
    assertThat(transaction.getKind()).isEqualTo(SpanKind.INTERNAL);
    assertThat(transaction.getParentSpanId()).isEqualTo(around.getSpanContext().getSpanId());
    assertThat(span("INSERT a").getParentSpanId()).isEqualTo(transaction.getSpanId());
    assertThat(span("UPDATE b").getParentSpanId()).isEqualTo(transaction.getSpanId());
    assertThat(span("DELETE c").getParentSpanId())
        .as("of the next transaction")
        .isNotEqualTo(transaction.getSpanId());
    assertThat(TELEMETRY.getSpans()).hasSize(6);
  }

  @Test
  @SuppressWarnings("try") // opened to be closed
  void spanOfTheUsersOwn_staysTheParent() throws Exception {
    driver.inTransaction = true;
    Span step =
        TELEMETRY.getOpenTelemetry().getTracer("test").spanBuilder("step").startSpan();
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1 FROM a");
      try (Scope scope = step.makeCurrent()) {
        statement.execute("SELECT 1 FROM b");
      }
      step.end();
      connection.rollback();
    }
    assertThat(span("SELECT b").getParentSpanId())
        .isEqualTo(step.getSpanContext().getSpanId());
  }

  @Test
  void failure_hasTheDatabasesCode() {
    assertThatThrownBy(() -> run("fail")).isInstanceOf(SQLException.class);
    SpanData span = span("FAIL");
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getAttributes().asMap())
        .containsEntry(Semconv.STATUS, "42P01")
        .containsEntry(Semconv.ERROR, "42P01");
  }

  @Test
  void commitThatFails_isSeenAtItsTransaction() throws Exception {
    driver.inTransaction = true;
    driver.commitFails = new SQLException("serialization failure", "40001");
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE b SET x = 1");
      assertThatThrownBy(connection::commit).isSameAs(driver.commitFails);
    }
    assertThat(span("transaction").getAttributes().get(Semconv.ERROR)).isEqualTo("40001");
  }

  @Test
  void cutStatement_isATimeout() {
    driver.onHang = () -> kernel.advance(Duration.ofMillis(300));
    CallContext call =
        CallContext.current().withDeadline(Deadline.after(Duration.ofMillis(300), kernel));
    assertThatThrownBy(() -> call.run(() -> run("hang"))).isInstanceOf(RuntimeException.class);
    assertThat(span("HANG").getAttributes().get(Semconv.ERROR)).isEqualTo("timeout");
  }

  @Test
  void batch_saysHowLargeItIs() throws Exception {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement("INSERT INTO a VALUES (?)")) {
      for (int i = 0; i < 3; i++) {
        statement.setString(1, "x");
        statement.addBatch();
      }
      statement.executeBatch();
      statement.addBatch();
      statement.clearBatch();
      statement.executeBatch();
    }
    assertThat(span("BATCH INSERT a").getAttributes().get(Semconv.BATCH_SIZE)).isEqualTo(3);
    assertThat(span("INSERT a").getAttributes().get(Semconv.BATCH_SIZE)).isNull();
  }

  @Test
  void nothingIsMade_whereSomethingElseMakesSpans_orNobodyAsksForThem() throws Exception {
    EvenkeelDataSource never = EvenkeelDataSource.builder(driver.pool())
        .openTelemetry(TELEMETRY.getOpenTelemetry())
        .spanMode(SpanMode.NEVER)
        .build();
    EvenkeelDataSource without = EvenkeelDataSource.builder(driver.pool())
        .openTelemetry(OpenTelemetry.noop())
        .build();
    for (EvenkeelDataSource each : new EvenkeelDataSource[] {never, without}) {
      try (Connection connection = each.getConnection()) {
        connection.createStatement().execute("SELECT 1");
      }
    }
    assertThat(TELEMETRY.getSpans()).isEmpty();
    assertThat(new DatabaseSpans(OpenTelemetry.noop(), SpanMode.ALWAYS).isEnabled())
        .isFalse();
  }
}
