package dev.evenkeel.circuitbreaker.stopped;

import dev.evenkeel.core.Pipeline;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** One of the callers: calls again and again, on a connection of its own. */
abstract class Caller {

  final Pipeline pipeline;
  final SocketAddress server;
  final AtomicLong answered = new AtomicLong();
  final AtomicLong failed = new AtomicLong();

  Caller(Pipeline pipeline, int port) {
    this.pipeline = pipeline;
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  abstract void start();

  long calls() {
    return answered.get() + failed.get();
  }

  private static void inThread(Runnable loop) {
    Thread thread = new Thread(loop, "caller");
    thread.setDaemon(true);
    thread.start();
  }

  private interface Exchange {
    void run() throws IOException;
  }

  final void callForEver(Exchange exchange) {
    for (; ; ) {
      try {
        pipeline.run(exchange::run);
        answered.incrementAndGet();
      } catch (IOException | RuntimeException e) {
        failed.incrementAndGet();
      }
    }
  }

  /** A channel, which the pipeline's timeout interrupts. */
  static Caller blocking(Pipeline pipeline, int port) {
    return new Caller(pipeline, port) {
      private SocketChannel channel = null;

      @Override
      void start() {
        inThread(() -> callForEver(this::exchange));
      }

      private void exchange() throws IOException {
        if (channel == null || !channel.isOpen()) {
          channel = SocketChannel.open(server);
        }
        channel.write(ByteBuffer.allocate(1));
        if (channel.read(ByteBuffer.allocate(1)) < 0) {
          channel.close();
          throw new EOFException();
        }
      }
    };
  }

  /** A socket, which gives up by itself. */
  static Caller withTimeoutOfItsOwn(Pipeline pipeline, int port, int timeoutMillis) {
    return new Caller(pipeline, port) {
      private Socket socket = new Socket();

      @Override
      void start() {
        inThread(() -> callForEver(this::exchange));
      }

      private void exchange() throws IOException {
        if (!socket.isConnected() || socket.isClosed()) {
          socket = new Socket();
          socket.setSoTimeout(timeoutMillis);
          socket.connect(server, timeoutMillis);
        }
        boolean answered = false;
        try {
          socket.getOutputStream().write(0);
          answered = socket.getInputStream().read() >= 0;
        } finally {
          if (!answered) {
            socket.close();
          }
        }
      }
    };
  }

  static Caller asynchronous(Pipeline pipeline, int port) {
    return new Caller(pipeline, port) {
      private AsynchronousSocketChannel channel = null;

      @Override
      void start() {
        inThread(this::callForEver);
      }

      private void callForEver() {
        for (; ; ) {
          CompletableFuture<Integer> call = pipeline.callAsync(this::exchange);
          try {
            call.join();
            answered.incrementAndGet();
          } catch (RuntimeException e) {
            failed.incrementAndGet();
            closeQuietly();
          }
        }
      }

      private void closeQuietly() {
        try {
          channel.close();
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }

      private CompletableFuture<Integer> exchange() {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        try {
          if (channel == null || !channel.isOpen()) {
            channel = AsynchronousSocketChannel.open();
            channel.connect(server).get();
          }
        } catch (Exception e) {
          answer.completeExceptionally(e);
          return answer;
        }
        channel.write(ByteBuffer.allocate(1), answer, new CompletionHandler<>() {
          @Override
          public void completed(Integer written, CompletableFuture<Integer> call) {
            channel.read(ByteBuffer.allocate(1), call, new CompletionHandler<>() {
              @Override
              public void completed(Integer read, CompletableFuture<Integer> done) {
                done.complete(read);
              }

              @Override
              public void failed(Throwable failure, CompletableFuture<Integer> done) {
                done.completeExceptionally(failure);
              }
            });
          }

          @Override
          public void failed(Throwable failure, CompletableFuture<Integer> call) {
            call.completeExceptionally(failure);
          }
        });
        return answer;
      }
    };
  }
}
