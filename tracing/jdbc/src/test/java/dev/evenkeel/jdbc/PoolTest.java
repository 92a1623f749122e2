package dev.evenkeel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.StatefulGate;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Getting a connection: our own pool is empty, or the database is away. */
class PoolTest {

  private final StandInDriver driver = new StandInDriver();

  private static Pipeline guarded(String name) {
    return Pipeline.of(name, Timeout.ofMillis(100), CircuitBreaker.standard());
  }

  private static GateState.Kind state(Pipeline pipeline) {
    return pipeline.policy(StatefulGate.class).orElseThrow().state().kind();
  }

  @Test
  void emptyPool_isRefused_andNoEvidence_forEitherPipeline() throws Exception {
    Pipeline connecting = guarded("db");
    Pipeline work = guarded("work");
    EvenkeelDataSource source = EvenkeelDataSource.builder(driver.pool())
        .pipeline(connecting)
        .poolSize(1)
        .poolWait(Duration.ofMillis(1))
        .build();
    try (Connection held = source.getConnection()) {
      for (int i = 0; i < 200; i++) {
        assertThatThrownBy(() -> work.run(() -> source.getConnection().close()))
            .isInstanceOfSatisfying(CallRefusedException.class, refused -> {
              assertThat(refused.reason()).isEqualTo(RefusalReason.CONCURRENCY_LIMIT);
              assertThat(refused.policyName()).isEqualTo("pool");
            });
      }
      assertThat(held).isNotNull();
    }
    assertThat(state(connecting)).isEqualTo(GateState.Kind.CLOSED);
    assertThat(state(work)).isEqualTo(GateState.Kind.CLOSED);
    source.getConnection().close();
  }

  @Test
  void waitForThePool_endsBeforeTheTimeoutAroundIt() throws Exception {
    EvenkeelDataSource source =
        EvenkeelDataSource.builder(driver.pool()).poolSize(1).build();
    Pipeline patient = Pipeline.of("work", Timeout.of(Duration.ofSeconds(1)));
    try (Connection held = source.getConnection()) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> patient.run(() -> source.getConnection().close()))
          .isInstanceOf(CallRefusedException.class);
    }
  }

  @Test
  void databaseThatIsAway_opensTheBreaker() {
    ManualKernel kernel = ManualKernel.create();
    Pipeline connecting = Pipeline.builder("db")
        .kernel(kernel)
        .policies(Timeout.ofMillis(100), CircuitBreaker.standard())
        .build();
    EvenkeelDataSource source = EvenkeelDataSource.builder(driver.pool())
        .pipeline(connecting)
        .poolSize(2)
        .build();
    driver.noConnection = new SQLException("connection refused", "08001");
    for (int i = 0; i < 100 && state(connecting) == GateState.Kind.CLOSED; i++) {
      kernel.advance(Duration.ofMillis(500));
      assertThatThrownBy(() -> source.getConnection().close()).isSameAs(driver.noConnection);
    }
    assertThat(state(connecting)).isEqualTo(GateState.Kind.OPEN);
    assertThatThrownBy(source::getConnection)
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.CIRCUIT_OPEN));
    assertThat(source.available()).isEqualTo(2);
  }

  @Test
  void databasesOwnException_reachesTheCaller() {
    EvenkeelDataSource source = EvenkeelDataSource.builder(driver.pool()).build();
    driver.noConnection = new SQLException("connection refused", "08001");
    assertThatThrownBy(source::getConnection).isSameAs(driver.noConnection);
  }

  @Test
  void interruptedWait_keepsTheInterrupt() throws Exception {
    EvenkeelDataSource source =
        EvenkeelDataSource.builder(driver.pool()).poolSize(1).build();
    try (Connection held = source.getConnection()) {
      assertThat(held).isNotNull();
      Thread.currentThread().interrupt();
      assertThatThrownBy(source::getConnection)
          .isInstanceOf(SQLException.class)
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void connectionClosedTwice_givesBackOnce() throws Exception {
    EvenkeelDataSource source =
        EvenkeelDataSource.builder(driver.pool()).poolSize(1).build();
    Connection connection = source.getConnection();
    connection.close();
    connection.close();
    assertThat(source.available()).isEqualTo(1);
    assertThat(driver.open).hasValue(0);
  }

  @Test
  void proxies_areEqualToThemselves_andUnwrap() throws Exception {
    EvenkeelDataSource source = EvenkeelDataSource.builder(driver.pool()).build();
    try (Connection connection = source.getConnection();
        Connection other = source.getConnection()) {
      assertThat(Set.of(connection, other)).contains(connection, other);
      assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
      assertThat(connection.isWrapperFor(Connection.class)).isTrue();
      assertThat(connection.isWrapperFor(String.class)).isFalse();
      assertThatThrownBy(() -> connection.unwrap(String.class)).isInstanceOf(SQLException.class);
      assertThat(connection).hasToString("Evenkeel(stand-in connection)");
      assertThat(connection.createStatement().getConnection()).isSameAs(connection);
    }
    assertThat(source.isWrapperFor(EvenkeelDataSource.class)).isTrue();
    assertThat(source.unwrap(EvenkeelDataSource.class)).isSameAs(source);
    assertThat(source).hasToString("EvenkeelDataSource(database, stand-in)");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1_000_001})
  void poolSizeOutOfBounds_isRefused(int size) {
    EvenkeelDataSourceBuilder builder = EvenkeelDataSource.builder(driver.pool());
    assertThatThrownBy(() -> builder.poolSize(size))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("poolSize: " + size + " (expected: 1 to 1000000)");
  }

  @Test
  void badSettings_areRefused() {
    EvenkeelDataSourceBuilder builder = EvenkeelDataSource.builder(driver.pool());
    assertThatNullPointerException().isThrownBy(() -> EvenkeelDataSource.builder(null));
    assertThatNullPointerException().isThrownBy(() -> builder.pipeline(null));
    assertThatNullPointerException().isThrownBy(() -> builder.openTelemetry(null));
    assertThatNullPointerException().isThrownBy(() -> builder.spanMode(null));
    assertThatThrownBy(() -> builder.poolWait(Duration.ZERO)).hasMessageStartingWith("poolWait: ");
    assertThatThrownBy(() -> builder.abortAfter(Duration.ofMillis(-1)))
        .hasMessageStartingWith("abortAfter: ");
  }
}
