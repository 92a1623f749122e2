package dev.evenkeel.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the next messages for one relay, by locks that end with its transaction, so that a relay
 * that dies loses nothing and blocks nobody.
 *
 * <p>Messages are first listed, without locks, in the order of their ids, and then locked as far as
 * no other relay has them. Of a key only those are taken before which no listed one is missing: a
 * missing one is with another relay, or was sent by it a moment ago, and what comes after it must
 * wait. So a key is with one relay at a time, and in order.
 */
final class Claim {

  /** So many times the batch are looked at, for what other relays do not have. */
  private static final int WINDOW = 10;

  private final Connection connection;
  private final SqlDialect dialect;

  /**
   * A message in the table.
   *
   * @param headers as they are stored
   * @param nowMillis the server's time when it was taken
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Row(
      long id,
      String messageId,
      String topic,
      @Nullable String key,
      String headers,
      byte[] body,
      long createdMillis,
      int failures,
      long nowMillis) {

    long ageMillis() {
      return nowMillis - createdMillis;
    }
  }

  private record Listed(long id, @Nullable String key) {}

  Claim(Connection connection, SqlDialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  /** At most so many, in the order of their ids. */
  List<Row> take(int most) throws SQLException {
    List<Row> taken = new ArrayList<>();
    Set<String> lost = new HashSet<>();
    List<Listed> window = list(most * WINDOW);
    int at = 0;
    while (at < window.size() && taken.size() < most) {
      List<Listed> chunk = new ArrayList<>();
      for (; at < window.size() && chunk.size() < most - taken.size(); at++) {
        Listed next = window.get(at);
        if (next.key() == null || !lost.contains(next.key())) {
          chunk.add(next);
        }
      }
      if (!chunk.isEmpty()) {
        keepInOrder(chunk, lock(chunk), lost, taken);
      }
    }
    return taken;
  }

  private static void keepInOrder(
      List<Listed> chunk, Map<Long, Row> locked, Set<String> lost, List<Row> taken) {
    for (Listed listed : chunk) {
      Row row = locked.get(listed.id());
      String key = listed.key();
      if (key == null) {
        if (row != null) {
          taken.add(row);
        }
      } else if (row == null) {
        lost.add(key);
      } else if (!lost.contains(key)) {
        taken.add(row);
      }
    }
  }

  private List<Listed> list(int most) throws SQLException {
    List<Listed> listed = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(dialect.list())) {
      query.setInt(1, most);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          listed.add(new Listed(rows.getLong(1), rows.getString(2)));
        }
      }
    }
    return listed;
  }

  private Map<Long, Row> lock(List<Listed> chunk) throws SQLException {
    Map<Long, Row> locked = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement(dialect.lock(chunk.size()))) {
      for (int i = 0; i < chunk.size(); i++) {
        query.setLong(i + 1, chunk.get(i).id());
      }
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          Row row = new Row(
              rows.getLong(1),
              rows.getString(2),
              rows.getString(3),
              rows.getString(4),
              rows.getString(5),
              rows.getBytes(6),
              rows.getLong(7),
              rows.getInt(8),
              rows.getLong(9));
          locked.put(row.id(), row);
        }
      }
    }
    return locked;
  }

  /** One by one: a list of ids may make MariaDB read, and so wait for, rows of other relays. */
  void delete(List<Long> ids) throws SQLException {
    if (ids.isEmpty()) {
      return;
    }
    try (PreparedStatement delete = connection.prepareStatement(SqlDialect.DELETE)) {
      for (long id : ids) {
        delete.setLong(1, id);
        delete.addBatch();
      }
      int[] unusedCounts = delete.executeBatch();
    }
  }

  void postpone(long id, long nextMillis, int failures, boolean setAside) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(SqlDialect.POSTPONE)) {
      update.setLong(1, nextMillis);
      update.setInt(2, failures);
      update.setBoolean(3, setAside);
      update.setLong(4, id);
      update.executeUpdate();
    }
  }
}
