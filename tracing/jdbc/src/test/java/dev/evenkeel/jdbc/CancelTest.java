package dev.evenkeel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.DeadlineExceededException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Statements that are ended from outside, by a driver that does what the test says. */
@org.junit.jupiter.api.Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class CancelTest {

  private final StandInDriver driver = new StandInDriver();
  private final ManualKernel kernel = ManualKernel.create();
  private final EvenkeelDataSource source =
      EvenkeelDataSource.builder(driver.pool()).poolSize(1).kernel(kernel).build();

  /** Aborts by the system's clock. */
  private EvenkeelDataSource impatient(long millis) {
    return EvenkeelDataSource.builder(driver.pool())
        .abortAfter(Duration.ofMillis(millis))
        .build();
  }

  @BeforeEach
  void timePassesWhenAStatementHangs() {
    driver.onHang = () -> kernel.advance(Duration.ofMillis(300));
  }

  private Pipeline pipeline(Timeout timeout) {
    return Pipeline.builder("orders").kernel(kernel).policies(timeout).build();
  }

  private CallContext deadline() {
    return CallContext.current().withDeadline(Deadline.after(Duration.ofMillis(300), kernel));
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(Thread.interrupted()).isFalse();
    assertThat(driver.open).hasValue(0);
    assertThat(source.available()).isEqualTo(1);
  }

  private void run(String sql) throws SQLException {
    run(source, sql);
  }

  private static void run(EvenkeelDataSource from, String sql) throws SQLException {
    try (Connection connection = from.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void statementInAPipeline_isCancelledByItsTimeout_withThePipelinesException() {
    Pipeline orders = pipeline(Timeout.ofMillis(300));
    assertThatThrownBy(() -> orders.run(() -> run("hang")))
        .isInstanceOf(CallTimeoutException.class)
        .hasCauseInstanceOf(SQLException.class);
    assertThat(driver.cancels).hasValueGreaterThan(0);
    assertThat(driver.asked).doesNotContain("abort");
  }

  @Test
  void preparedStatement_isCancelledAsWell() {
    Pipeline orders = pipeline(Timeout.cooperative(Duration.ofMillis(300)));
    assertThatThrownBy(() -> orders.run(() -> {
          try (Connection connection = source.getConnection();
              PreparedStatement statement = connection.prepareStatement("hang")) {
            statement.executeQuery();
          }
        }))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(driver.cancels).hasValueGreaterThan(0);
  }

  @Test
  void callersDeadline_cancelsWithoutAPipeline() {
    CallContext call = deadline();
    assertThatThrownBy(() -> call.run(() -> run("hang")))
        .isInstanceOfSatisfying(
            DeadlineExceededException.class,
            late -> assertThat(late.wasStarted()).isTrue())
        .hasCauseInstanceOf(SQLException.class);
    assertThat(driver.cancels).hasValueGreaterThan(0);
  }

  @Test
  void callerWhoLeaves_cancels() throws Exception {
    Pipeline orders = Pipeline.of("orders");
    CountDownLatch over = new CountDownLatch(1);
    CompletableFuture<CompletableFuture<?>> begun = new CompletableFuture<>();
    driver.onHang = () -> begun.join().cancel(true);
    CompletableFuture<Object> future = orders.callAsync(() -> {
      CallContext attempt = CallContext.current();
      return CompletableFuture.supplyAsync(
          () -> attempt.call(() -> {
            try {
              run("hang");
              return "ended";
            } catch (SQLException cancelled) {
              return "cancelled";
            } finally {
              over.countDown();
            }
          }),
          StandInDriver::onAnotherThread);
    });
    begun.complete(future);
    assertThat(over.await(50, TimeUnit.SECONDS)).isTrue();
    assertThat(driver.cancels).hasValueGreaterThan(0);
  }

  @Test
  void cancelThatComesBeforeTheStatement_isRepeated() {
    driver.deafTo = 3;
    Pipeline orders = pipeline(Timeout.ofMillis(300));
    assertThatThrownBy(() -> orders.run(() -> run(impatient(60_000), "hang")))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(driver.cancels).hasValueGreaterThanOrEqualTo(4);
    assertThat(driver.asked).doesNotContain("abort");
  }

  @Test
  void statementThatIgnoresCancels_losesItsConnection() {
    driver.deafTo = Integer.MAX_VALUE;
    Pipeline orders = pipeline(Timeout.ofMillis(300));
    assertThatThrownBy(() -> orders.run(() -> run(impatient(20), "hang")))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(driver.asked).containsExactly("hang", "abort", "close");
  }

  @Test
  void cancelThatHangs_losesTheConnection_andNotTheThread() {
    driver.cancelHangs = true;
    CallContext call = deadline();
    assertThatThrownBy(() -> call.run(() -> run(impatient(20), "hang")))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(driver.asked).containsExactly("hang", "abort", "close");
  }

  @Test
  void statementAfterTheDeadline_isNotStarted() {
    CallContext call = deadline();
    assertThatThrownBy(() -> call.run(() -> {
          try (Connection connection = source.getConnection();
              Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("hang"))
                .isInstanceOf(DeadlineExceededException.class);
            statement.execute("SELECT 1");
          }
        }))
        .isInstanceOfSatisfying(
            DeadlineExceededException.class,
            late -> assertThat(late.wasStarted()).isFalse());
    assertThat(driver.asked).containsExactly("hang", "close");
  }

  @Test
  void connectionAfterTheDeadline_isNotAskedFor() {
    CallContext call = deadline();
    kernel.advance(Duration.ofMillis(300));
    assertThatThrownBy(() -> call.run(source::getConnection))
        .isInstanceOf(DeadlineExceededException.class);
  }

  @Test
  void statementThatEndsByItself_isNotCancelled() throws Exception {
    Pipeline orders = pipeline(Timeout.ofMillis(300));
    orders.run(() -> run("SELECT 1"));
    run("SELECT 2");
    assertThatThrownBy(() -> orders.run(() -> run("fail"))).hasMessage("as told");
    assertThat(driver.cancels).hasValue(0);
  }
}
