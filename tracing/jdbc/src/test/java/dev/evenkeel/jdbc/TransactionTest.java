package dev.evenkeel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CheckedRunnable;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.testkit.ManualKernel;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What becomes of a transaction one of whose statements was cut. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class TransactionTest {

  private final StandInDriver driver = new StandInDriver();
  private final ManualKernel kernel = ManualKernel.create();
  private final EvenkeelDataSource source =
      EvenkeelDataSource.builder(driver.pool()).kernel(kernel).build();

  private interface Work {
    void with(Connection connection) throws Exception;
  }

  /** Is over when a statement hangs. */
  private CallContext soonOver() {
    driver.onHang = () -> kernel.advance(Duration.ofMillis(300));
    return CallContext.current().withDeadline(Deadline.after(Duration.ofMillis(300), kernel));
  }

  /** A transaction, the second statement of which is cut by a deadline around it alone. */
  private void cut(Work then) throws Exception {
    driver.inTransaction = true;
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE a");
      CheckedRunnable<SQLException> hang = () -> statement.execute("hang");
      assertThatThrownBy(() -> soonOver().run(hang)).isInstanceOf(DeadlineExceededException.class);
      then.with(connection);
    }
  }

  @Test
  void commitAfterACut_rollsBack_andSaysSo() throws Exception {
    cut(connection -> assertThatThrownBy(connection::commit)
        .isInstanceOf(SQLTransactionRollbackException.class)
        .hasMessageContaining("was cancelled"));
    assertThat(driver.asked).containsExactly("UPDATE a", "hang", "rollback", "close");
  }

  @Test
  void statementAfterACut_asksForARollback() throws Exception {
    cut(connection -> assertThatThrownBy(() -> connection.createStatement().execute("UPDATE b"))
        .isInstanceOf(SQLTransactionRollbackException.class)
        .hasMessageContaining("expected: a rollback"));
    assertThat(driver.asked).doesNotContain("UPDATE b");
  }

  @Test
  void afterARollback_theConnectionIsOfUseAgain() throws Exception {
    cut(connection -> {
      connection.rollback();
      connection.createStatement().execute("UPDATE b");
      connection.commit();
    });
    assertThat(driver.asked)
        .containsExactly("UPDATE a", "hang", "rollback", "UPDATE b", "commit", "close");
  }

  @Test
  void closeAfterACut_rollsBack() throws Exception {
    cut(connection -> {});
    assertThat(driver.asked).containsExactly("UPDATE a", "hang", "rollback", "close");
  }

  @Test
  void autoCommitAfterACut_doesNotCommit() throws Exception {
    cut(connection -> connection.setAutoCommit(true));
    assertThat(driver.asked)
        .containsExactly("UPDATE a", "hang", "rollback", "autoCommit true", "close");
  }

  @Test
  void commitAfterTheDeadline_rollsBack() throws Exception {
    driver.inTransaction = true;
    CallContext over = soonOver();
    kernel.advance(Duration.ofMillis(300));
    try (Connection connection = source.getConnection()) {
      connection.createStatement().execute("UPDATE a");
      assertThatThrownBy(() -> over.run(connection::commit))
          .isInstanceOf(DeadlineExceededException.class);
    }
    assertThat(driver.asked).containsExactly("UPDATE a", "rollback", "close");
  }

  @Test
  void callerWhoLeaves_cutsTheTransactionToo() throws Exception {
    driver.inTransaction = true;
    Pipeline orders = Pipeline.of("orders");
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    CompletableFuture<CompletableFuture<?>> begun = new CompletableFuture<>();
    driver.onHang = () -> begun.join().cancel(true);
    CompletableFuture<Object> future = orders.callAsync(() -> {
      CallContext attempt = CallContext.current();
      return CompletableFuture.supplyAsync(
          () -> attempt.call(() -> {
            try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
              assertThatThrownBy(() -> statement.execute("hang")).isInstanceOf(SQLException.class);
              connection.commit();
            } catch (SQLException refused) {
              ended.complete(refused);
            }
            return "done";
          }),
          StandInDriver::onAnotherThread);
    });
    begun.complete(future);
    assertThat(ended.get(50, TimeUnit.SECONDS)).isInstanceOf(SQLTransactionRollbackException.class);
  }

  @Test
  void withAutoCommit_aCutStatementIsAllThatIsLost() throws Exception {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      CheckedRunnable<SQLException> hang = () -> statement.execute("hang");
      assertThatThrownBy(() -> soonOver().run(hang)).isInstanceOf(DeadlineExceededException.class);
      statement.execute("SELECT 1");
    }
    assertThat(driver.asked).containsExactly("hang", "SELECT 1", "close");
  }
}
