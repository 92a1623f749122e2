package dev.evenkeel.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * A driver that does what its test says: a statement called {@code hang} goes on until it is
 * cancelled or its connection is aborted, {@code fail} fails, all others succeed at once. It writes
 * down what it was asked.
 */
final class StandInDriver {

  /** A statement that is deaf to so many cancels is as one that was not there yet. */
  volatile int deafTo;

  /** Whether a cancel hangs itself until the connection is aborted. */
  volatile boolean cancelHangs;

  volatile SQLException noConnection;
  volatile SQLException commitFails;
  volatile boolean inTransaction;
  final List<String> asked = new CopyOnWriteArrayList<>();
  final AtomicInteger cancels = new AtomicInteger();
  final AtomicInteger open = new AtomicInteger();

  /** Run on another thread when a statement hangs. */
  volatile Runnable onHang = () -> {};

  private final CountDownLatch aborted = new CountDownLatch(1);
  private volatile CountDownLatch end = new CountDownLatch(1);

  DataSource pool() {
    return proxy(DataSource.class, (proxy, method, args) -> switch (method.getName()) {
      case "getConnection" -> connection();
      case "isWrapperFor" -> false;
      case "toString" -> "stand-in";
      default -> throw new UnsupportedOperationException(method.getName());
    });
  }

  private Connection connection() throws SQLException {
    if (noConnection != null) {
      throw noConnection;
    }
    open.incrementAndGet();
    boolean[] closed = new boolean[1];
    return proxy(Connection.class, (proxy, method, args) -> switch (method.getName()) {
      case "createStatement" -> statement(Statement.class, null);
      case "prepareStatement" -> statement(PreparedStatement.class, (String) args[0]);
      case "getAutoCommit" -> !inTransaction;
      case "setAutoCommit" -> {
        asked.add("autoCommit " + args[0]);
        inTransaction = !(Boolean) args[0];
        yield null;
      }
      case "commit" -> {
        asked.add("commit");
        if (commitFails != null) {
          throw commitFails;
        }
        yield null;
      }
      case "rollback" -> {
        asked.add("rollback");
        yield null;
      }
      case "close" -> {
        if (!closed[0]) {
          closed[0] = true;
          open.decrementAndGet();
          asked.add("close");
        }
        yield null;
      }
      case "abort" -> {
        asked.add("abort");
        ((Executor) args[0]).execute(() -> {
          aborted.countDown();
          end.countDown();
        });
        yield null;
      }
      case "getMetaData" ->
        proxy(
            DatabaseMetaData.class,
            (data, getter, none) -> "jdbc:postgresql://db.example:5433/shop?user=u&password=p");
      case "unwrap" -> throw new SQLException("not a wrapper");
      case "isWrapperFor" -> false;
      case "hashCode" -> 1;
      case "toString" -> "stand-in connection";
      default -> throw new UnsupportedOperationException(method.getName());
    });
  }

  private <S extends Statement> S statement(Class<S> type, String prepared) {
    return proxy(type, (proxy, method, args) -> switch (method.getName()) {
      case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" ->
        execute(args == null ? prepared : (String) args[0], method);
      case "executeBatch", "executeLargeBatch" -> execute(prepared, method);
      case "addBatch", "clearBatch", "setString", "close" -> null;
      case "cancel" -> cancel();
      case "toString" -> "stand-in statement";
      default -> throw new UnsupportedOperationException(method.getName());
    });
  }

  private Object execute(String sql, Method method) throws Exception {
    asked.add(sql);
    if (sql.startsWith("fail")) {
      throw new SQLException("as told", "42P01", 7);
    }
    if (sql.startsWith("hang")) {
      onAnotherThread(onHang);
      awaitDeaf(end);
      end = new CountDownLatch(1);
      throw new SQLException("canceled", "57014");
    }
    return switch (method.getName()) {
      case "execute" -> false;
      case "executeUpdate" -> 1;
      case "executeLargeUpdate" -> 1L;
      case "executeBatch" -> new int[0];
      default -> null;
    };
  }

  /** A thread of its own: the common pool has one thread on two processors. */
  static void onAnotherThread(Runnable task) {
    Thread thread = new Thread(task, "another");
    thread.setDaemon(true);
    thread.start();
  }

  /** As a plain socket, which an interrupt does not reach. */
  private static void awaitDeaf(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException ignored) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Object cancel() throws Exception {
    if (cancelHangs) {
      cancels.incrementAndGet();
      aborted.await();
      throw new SQLException("aborted", "08006");
    }
    if (cancels.getAndIncrement() >= deafTo) {
      end.countDown();
    }
    return null;
  }

  @SuppressWarnings("unchecked") // a proxy for the type
  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return (T) Proxy.newProxyInstance(
        type.getClassLoader() == null
            ? StandInDriver.class.getClassLoader()
            : type.getClassLoader(),
        new Class<?>[] {type},
        handler);
  }
}
