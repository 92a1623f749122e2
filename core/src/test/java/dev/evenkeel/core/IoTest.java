package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of {@code docs/guide/timeouts.md}: which calls a {@link Timeout} ends in time, on
 * platform threads and, where the JDK has them, on virtual ones.
 */
class IoTest {

  /** Other sides give up after this; a call that is not ended in time is back by then. */
  private static final long GIVES_UP_MILLIS = 3_000;

  /** What counts as in time on a machine that may be busy. */
  private static final long IN_TIME_MILLIS = 1_500;

  private static ServerSocket silent;
  private static InetSocketAddress address;

  /** Whether an interrupt ends it, on platform and on virtual threads. */
  record Row(String name, boolean onPlatform, boolean onVirtual, CheckedRunnable<Exception> call) {
    @Override
    public String toString() {
      return name;
    }
  }

  record Case(Row row, String threads, ThreadFactory factory, boolean ends) {
    @Override
    public String toString() {
      return row + ", " + threads + (ends ? ": in time" : ": late");
    }
  }

  /** Answers nothing, and gives every connection up after a while. */
  @BeforeAll
  static void listen() throws IOException {
    silent = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    address = new InetSocketAddress(silent.getInetAddress(), silent.getLocalPort());
    Hostile.start(() -> {
      while (!silent.isClosed()) {
        Socket client = silent.accept();
        Cancellable close = Kernel.system()
            .schedule(
                System.nanoTime() + GIVES_UP_MILLIS * 1_000_000,
                () -> Hostile.quietly(client::close));
        assertThat(close).isNotNull();
      }
    });
  }

  @AfterAll
  static void close() throws IOException {
    silent.close();
  }

  private static Socket connect() throws IOException {
    return new Socket(address.getAddress(), address.getPort());
  }

  private static List<Row> rows() {
    Lock taken = new ReentrantLock();
    Hostile.start(() -> {
      taken.lock();
      Hostile.hang();
    });
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + address.getPort() + "/"))
        .build();
    return List.of(
        new Row("BlockingQueue.take", true, true, () -> new ArrayBlockingQueue<>(1).take()),
        new Row("CompletableFuture.get", true, true, () -> new CompletableFuture<>().get()),
        new Row("CountDownLatch.await", true, true, () -> new CountDownLatch(1).await()),
        new Row("Lock.lockInterruptibly", true, true, taken::lockInterruptibly),
        new Row("Pipe", true, true, () -> Pipe.open().source().read(ByteBuffer.allocate(1))),
        new Row("Selector.select", true, true, () -> Selector.open().select()),
        new Row(
            "PipedInputStream",
            true,
            true,
            () -> new PipedInputStream(new PipedOutputStream()).read()),
        new Row("SocketChannel.read", true, true, () -> {
          try (SocketChannel channel = SocketChannel.open(address)) {
            channel.read(ByteBuffer.allocate(1));
          }
        }),
        new Row(
            "HttpClient.send",
            true,
            true,
            () -> http.send(request, HttpResponse.BodyHandlers.ofString())),
        new Row("Socket.read", false, true, () -> {
          try (Socket socket = connect()) {
            socket.getInputStream().read();
          }
        }),
        new Row(
            "HttpURLConnection",
            false,
            true,
            () -> ((HttpURLConnection) request.uri().toURL().openConnection()).getResponseCode()));
  }

  private static ThreadFactory virtualThreads() {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      return (ThreadFactory)
          Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
    } catch (ReflectiveOperationException beforeJava21) {
      return null;
    }
  }

  static Stream<Case> cases() {
    List<Case> all = new ArrayList<>();
    ThreadFactory virtual = virtualThreads();
    for (Row row : rows()) {
      all.add(new Case(row, "platform threads", Thread::new, row.onPlatform()));
      if (virtual != null) {
        all.add(new Case(row, "virtual threads", virtual, row.onVirtual()));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void timeoutOf200Millis(Case one) throws InterruptedException {
    RecordingGate gate = new RecordingGate();
    Pipeline pipeline = Pipeline.of("io", gate, Timeout.ofMillis(200));
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    AtomicReference<Duration> took = new AtomicReference<>();
    Thread caller = one.factory().newThread(() -> {
      long begin = System.nanoTime();
      failure.set(catchThrowable(() -> pipeline.run(one.row().call())));
      took.set(Duration.ofNanos(System.nanoTime() - begin));
      flag.set(Thread.currentThread().isInterrupted());
    });
    caller.start();
    Hostile.join(caller);
    assertThat(failure.get()).isInstanceOf(CallTimeoutException.class);
    assertThat(flag.get()).as("interrupt left behind").isFalse();
    Hostile.assertTimeouts(
        gate, 1, Kernel.system(), System.nanoTime() - took.get().toNanos());
    if (one.ends()) {
      assertThat(took.get()).isLessThan(Duration.ofMillis(IN_TIME_MILLIS));
    } else {
      assertThat(took.get()).isGreaterThan(Duration.ofMillis(IN_TIME_MILLIS));
      assertThat(failure.get()).hasMessageContaining("because the call ignored its interrupt");
    }
  }

  static Stream<Case> plainSockets() {
    return cases().filter(one -> one.row().name().equals("Socket.read"));
  }

  @ParameterizedTest
  @MethodSource("plainSockets")
  void closedByItsHook_aPlainSocketEndsInTime(Case one) throws InterruptedException {
    endsInTime(one, () -> {
      try (Socket socket = connect()) {
        CallContext.current().onAbort(socket::close);
        socket.getInputStream().read();
      }
    });
  }

  @ParameterizedTest
  @MethodSource("plainSockets")
  void disconnectedByItsHook_anHttpUrlConnectionEndsInTime(Case one) throws InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + address.getPort() + "/");
    endsInTime(one, () -> {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      CallContext.current().onAbort(connection::disconnect);
      connection.getResponseCode();
    });
  }

  private static void endsInTime(Case one, CheckedRunnable<?> call) throws InterruptedException {
    Pipeline pipeline = Pipeline.of("io", Timeout.ofMillis(200));
    AtomicReference<Duration> took = new AtomicReference<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread caller = one.factory().newThread(() -> {
      long begin = System.nanoTime();
      failure.set(catchThrowable(() -> pipeline.run(call)));
      took.set(Duration.ofNanos(System.nanoTime() - begin));
    });
    caller.start();
    Hostile.join(caller);
    assertThat(failure.get()).isInstanceOf(CallTimeoutException.class);
    assertThat(took.get()).isLessThan(Duration.ofMillis(IN_TIME_MILLIS));
  }
}
