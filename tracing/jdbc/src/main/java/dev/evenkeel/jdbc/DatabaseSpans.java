package dev.evenkeel.jdbc;

import dev.evenkeel.tracing.SpanMode;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A CLIENT span for each statement, an INTERNAL one for each transaction. Thread-safe. */
final class DatabaseSpans {

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseSpans.class);

  static final String SCOPE = "dev.evenkeel.jdbc";

  /** Services have some hundred statements; those that build their texts are not kept. */
  private static final int MAX_KEPT = 1_000;

  private final Tracer tracer;
  private final boolean enabled;
  private final ConcurrentMap<String, SqlText> texts = new ConcurrentHashMap<>();

  DatabaseSpans(OpenTelemetry telemetry, SpanMode mode) {
    tracer = telemetry
        .tracerBuilder(SCOPE)
        .setInstrumentationVersion(version())
        .setSchemaUrl(Semconv.SCHEMA)
        .build();
    enabled = mode.makesSpans();
  }

  private static String version() {
    String version = DatabaseSpans.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  boolean isEnabled() {
    return enabled && tracer.isEnabled();
  }

  /**
   * Starts a statement's span.
   *
   * @param batchSize how many statements, or sets of parameters; 0 if it is no batch
   */
  Span statement(Context parent, DatabaseAddress database, String sql, int batchSize) {
    try {
      SqlText text = text(database, sql);
      boolean batch = batchSize > 1; // one of one is none, by the conventions
      String summary = batch ? Semconv.BATCH + text.summary() : text.summary();
      SpanBuilder span = builder(parent, database, summary.isEmpty() ? database.system() : summary)
          .setSpanKind(SpanKind.CLIENT)
          .setAttribute(Semconv.TEXT, text.redacted())
          .setAttribute(Semconv.SUMMARY, summary);
      if (text.operation() != null) {
        span.setAttribute(
            Semconv.OPERATION, batch ? Semconv.BATCH + text.operation() : text.operation());
      }
      if (text.collection() != null) {
        span.setAttribute(Semconv.COLLECTION, text.collection());
      }
      if (batch) {
        span.setAttribute(Semconv.BATCH_SIZE, (long) batchSize);
      }
      return span.startSpan();
    } catch (RuntimeException fault) { // of a span processor: the statement goes on without a span
      LOG.debug("a span was not started", fault);
      return Span.getInvalid();
    }
  }

  Span transaction(Context parent, DatabaseAddress database) {
    try {
      return builder(parent, database, Semconv.TRANSACTION)
          .setSpanKind(SpanKind.INTERNAL)
          .startSpan();
    } catch (RuntimeException fault) { // as above
      LOG.debug("a span was not started", fault);
      return Span.getInvalid();
    }
  }

  private SpanBuilder builder(Context parent, DatabaseAddress database, String name) {
    SpanBuilder span =
        tracer.spanBuilder(name).setParent(parent).setAttribute(Semconv.SYSTEM, database.system());
    if (database.namespace() != null) {
      span.setAttribute(Semconv.NAMESPACE, database.namespace());
    }
    if (database.host() != null) {
      span.setAttribute(Semconv.ADDRESS, database.host());
    }
    if (database.port() > 0) {
      span.setAttribute(Semconv.PORT, (long) database.port());
    }
    return span;
  }

  private SqlText text(DatabaseAddress database, String sql) {
    SqlText known = texts.get(sql);
    if (known != null) {
      return known;
    }
    SqlText text = SqlText.of(sql, database.isOfMySqlsFamily());
    if (texts.size() < MAX_KEPT && sql.length() <= SqlLexer.MAX_LENGTH) {
      texts.put(sql, text);
    }
    return text;
  }

  /** Ends the span of something that failed by itself. */
  static void failed(Span span, DatabaseAddress database, Throwable failure) {
    String code = failure instanceof SQLException sql ? code(database, sql) : null;
    if (code != null) {
      span.setAttribute(Semconv.STATUS, code);
    }
    span.setAttribute(Semconv.ERROR, code == null ? failure.getClass().getName() : code)
        .setStatus(StatusCode.ERROR);
    end(span);
  }

  /** Ends the span of something that its deadline has ended. */
  static void timedOut(Span span) {
    span.setAttribute(Semconv.ERROR, Semconv.TIMEOUT).setStatus(StatusCode.ERROR);
    end(span);
  }

  /** Ends the span of something that is as it should be, or was wanted by its caller. */
  static void end(Span span) {
    try {
      span.end();
    } catch (RuntimeException fault) { // of a span processor
      LOG.debug("a span was not ended", fault);
    }
  }

  /** What the conventions ask for: the product's own number where that is what people look up. */
  private static @Nullable String code(DatabaseAddress database, SQLException failure) {
    boolean numbered = database.isOfMySqlsFamily()
        || database.system().equals("oracle.db")
        || database.system().equals("microsoft.sql_server");
    return numbered && failure.getErrorCode() != 0
        ? Integer.toString(failure.getErrorCode())
        : failure.getSQLState();
  }
}
