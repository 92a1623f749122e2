package dev.evenkeel.jdbc;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.jdbc.KnownPools.PoolSettings;
import dev.evenkeel.tracing.SpanMode;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Builds an {@link EvenkeelDataSource}. Not thread-safe. */
public final class EvenkeelDataSourceBuilder {

  private static final int MAX_SIZE = 1_000_000;
  private static final long DEFAULT_ABORT_MILLIS = 1_000;
  private static final long DEFAULT_WAIT_MILLIS = 30_000;

  private final DataSource pool;
  private Pipeline pipeline = Pipeline.of("database");
  private int poolSize;
  private long poolWaitNanos;
  private long abortAfterNanos = TimeUnit.MILLISECONDS.toNanos(DEFAULT_ABORT_MILLIS);
  private SpanMode spanMode = SpanMode.AUTO;
  private @Nullable OpenTelemetry telemetry;
  private Kernel kernel = Kernel.system();

  EvenkeelDataSourceBuilder(DataSource pool) {
    this.pool = pool;
  }

  /**
   * The pipeline that getting a connection goes through; what is then done with the connection does
   * not. Its breaker hears of databases that cannot be connected to. A timeout that ends a pool's
   * wait must interrupt it, as {@code Timeout.of} does.
   *
   * @param newPipeline one without policies by default
   * @return this
   */
  public EvenkeelDataSourceBuilder pipeline(Pipeline newPipeline) {
    pipeline = Checks.notNull("pipeline", newPipeline);
    return this;
  }

  /**
   * How many connections the pool has, so that waiting for one of them can be told from waiting for
   * the database.
   *
   * @param size 1 to 1,000,000; by default that of a HikariCP pool, and unknown for all others,
   *     with which a wait for the pool counts as the pipeline takes it
   * @return this
   */
  public EvenkeelDataSourceBuilder poolSize(int size) {
    poolSize = Checks.range("poolSize", size, 1, MAX_SIZE);
    return this;
  }

  /**
   * How long to wait at most for one of the pool's connections to become free. A sooner deadline
   * holds instead, less 5 % or at most 20 ms, so that it is this wait that ends the call and nobody
   * takes it for the database's.
   *
   * @param wait more than zero; by default the {@code connectionTimeout} of a HikariCP pool, else
   *     30 s
   * @return this
   */
  public EvenkeelDataSourceBuilder poolWait(Duration wait) {
    poolWaitNanos = Checks.positiveNanos("poolWait", wait);
    return this;
  }

  /**
   * How long a statement may go on after it was cancelled. Then its connection is aborted, which
   * closes the socket: the last resort if the network is gone, or a driver has no cancel.
   *
   * @param time more than zero; 1 s by default
   * @return this
   */
  public EvenkeelDataSourceBuilder abortAfter(Duration time) {
    abortAfterNanos = Checks.positiveNanos("abortAfter", time);
    return this;
  }

  /**
   * Who gets the spans.
   *
   * @param newTelemetry the global one by default, or none if that is not set
   * @return this
   */
  public EvenkeelDataSourceBuilder openTelemetry(OpenTelemetry newTelemetry) {
    telemetry = Checks.notNull("openTelemetry", newTelemetry);
    return this;
  }

  /**
   * Whether to make spans for statements and transactions.
   *
   * @param mode {@link SpanMode#AUTO} by default
   * @return this
   */
  public EvenkeelDataSourceBuilder spanMode(SpanMode mode) {
    spanMode = Checks.notNull("spanMode", mode);
    return this;
  }

  /** For tests. */
  EvenkeelDataSourceBuilder kernel(Kernel newKernel) {
    kernel = newKernel;
    return this;
  }

  /**
   * Builds the data source. Nothing is connected to.
   *
   * @return a data source
   */
  public EvenkeelDataSource build() {
    OpenTelemetry used = telemetry == null ? GlobalOpenTelemetry.getOrNoop() : telemetry;
    PoolSettings known = KnownPools.of(pool);
    int size = poolSize > 0 ? poolSize : known == null ? 0 : known.size();
    long wait = poolWaitNanos > 0
        ? poolWaitNanos
        : TimeUnit.MILLISECONDS.toNanos(known == null ? DEFAULT_WAIT_MILLIS : known.waitMillis());
    return new EvenkeelDataSource(
        pool,
        new JdbcSettings(
            pipeline,
            new PoolPermits(pipeline.name(), size, wait),
            new DatabaseSpans(used, spanMode),
            abortAfterNanos,
            kernel));
  }
}
