package dev.evenkeel.jdbc;

import io.opentelemetry.api.common.AttributeKey;

/**
 * The names of OpenTelemetry's conventions for databases, which are stable: all of them are here.
 */
final class Semconv {

  static final String SCHEMA = "https://opentelemetry.io/schemas/1.40.0";

  /** The conventions know no span for a transaction; this name is ours. */
  static final String TRANSACTION = "transaction";

  static final String BATCH = "BATCH ";
  static final String TIMEOUT = "timeout";
  static final String OTHER_SQL = "other_sql";

  static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
  static final AttributeKey<String> NAMESPACE = AttributeKey.stringKey("db.namespace");
  static final AttributeKey<String> COLLECTION = AttributeKey.stringKey("db.collection.name");
  static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
  static final AttributeKey<Long> BATCH_SIZE = AttributeKey.longKey("db.operation.batch.size");
  static final AttributeKey<String> TEXT = AttributeKey.stringKey("db.query.text");
  static final AttributeKey<String> SUMMARY = AttributeKey.stringKey("db.query.summary");
  static final AttributeKey<String> STATUS = AttributeKey.stringKey("db.response.status_code");
  static final AttributeKey<String> ADDRESS = AttributeKey.stringKey("server.address");
  static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
  static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private Semconv() {}
}
