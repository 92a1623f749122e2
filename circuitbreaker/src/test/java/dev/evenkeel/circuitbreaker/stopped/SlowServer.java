package dev.evenkeel.circuitbreaker.stopped;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.Channel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Answers each byte by the same one a little later, on as many connections as one likes. */
final class SlowServer implements AutoCloseable {

  private static final long ANSWER_MILLIS = 200;

  private final AsynchronousServerSocketChannel server;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  SlowServer() throws IOException {
    server = AsynchronousServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
    accept();
  }

  int port() {
    try {
      return ((InetSocketAddress) server.getLocalAddress()).getPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    server.accept(server, then(connection -> {
      accept();
      serve(connection);
    }));
  }

  private void serve(AsynchronousSocketChannel connection) {
    ByteBuffer one = ByteBuffer.allocate(1);
    connection.read(one, connection, then(read -> {
      if (read < 0) {
        close(connection);
        return;
      }
      var unused = timer.schedule(
          () -> connection.write(one.flip(), connection, then(written -> serve(connection))),
          ANSWER_MILLIS,
          TimeUnit.MILLISECONDS);
    }));
  }

  private interface Next<T> {
    void with(T value);
  }

  /** What breaks is closed: the client sees to it that there is another one. */
  private static <T, C extends Channel> CompletionHandler<T, C> then(Next<T> next) {
    return new CompletionHandler<>() {
      @Override
      public void completed(T value, C channel) {
        next.with(value);
      }

      @Override
      public void failed(Throwable failure, C channel) {
        close(channel);
      }
    };
  }

  private static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    timer.shutdownNow();
    server.close();
  }
}
