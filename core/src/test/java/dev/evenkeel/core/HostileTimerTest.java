package dev.evenkeel.core;

import static dev.evenkeel.core.Hostile.assertTimeoutsAreKept;
import static dev.evenkeel.core.Hostile.awaitBlocked;
import static dev.evenkeel.core.Hostile.failureOf;
import static dev.evenkeel.core.Hostile.join;
import static dev.evenkeel.core.Hostile.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Nothing that a call does, nor its executor, its source or its continuations, stops the timeouts.
 */
class HostileTimerTest {

  private final SystemKernel kernel = new SystemKernel("hostile");
  private final CountDownLatch end = new CountDownLatch(1);

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("hostile").kernel(kernel).policies(policies).build();
  }

  @AfterEach
  void release() {
    end.countDown();
    kernel.close();
  }

  /** As java.net's KeepAliveStream: one lock for reading and closing, and deaf to interrupts. */
  private final class LockedStream extends InputStream {
    @Override
    public synchronized int read() {
      Hostile.hangDeaf(end);
      return -1;
    }

    @Override
    public synchronized int read(byte[] bytes, int from, int length) {
      return read();
    }

    @Override
    public synchronized void close() {}
  }

  @Test
  void channelWhoseCloseBlocks() {
    Pipeline download = pipeline(Timeout.ofMillis(20));
    Thread reader = start(() ->
        download.run(() -> Channels.newChannel(new LockedStream()).read(ByteBuffer.allocate(1))));
    awaitBlocked(reader);
    assertTimeoutsAreKept(kernel);
  }

  @Test
  void channelsWhoseCloseBlocks_twentyOfThem() {
    Pipeline download = pipeline(Timeout.ofMillis(20));
    for (int i = 0; i < 20; i++) {
      awaitBlocked(start(() -> download.run(
          () -> Channels.newChannel(new LockedStream()).read(ByteBuffer.allocate(1)))));
    }
    assertTimeoutsAreKept(kernel);
  }

  @Test
  void downloadFromAServerThatStalls() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      start(() -> {
        Socket client = server.accept();
        client
            .getOutputStream()
            .write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello"
                .getBytes(StandardCharsets.US_ASCII));
        Hostile.hangDeaf(end);
        client.close();
      });
      URL url = new URL("http://127.0.0.1:" + server.getLocalPort() + "/");
      CountDownLatch reading = new CountDownLatch(1);
      start(() -> pipeline(Timeout.ofMillis(100)).run(() -> {
        ReadableByteChannel in = Channels.newChannel(url.openStream());
        ByteBuffer buffer = ByteBuffer.allocate(1_000);
        reading.countDown();
        while (buffer.hasRemaining() && in.read(buffer) >= 0) {}
      }));
      assertThat(reading.await(Hostile.BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertTimeoutsAreKept(kernel);
      assertTimeoutsAreKept(kernel); // by now the interrupt hangs in the close
    }
  }

  @Test
  void detachedCall_isBackInTime_evenIfInterruptingItBlocks() {
    Pipeline pipeline =
        pipeline(Timeout.detached(Duration.ofMillis(300), Hostile.thatBegins(Hostile.daemons())));
    long begin = System.nanoTime();
    assertThatThrownBy(() -> pipeline.run(
            () -> Channels.newChannel(new LockedStream()).read(ByteBuffer.allocate(1))))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    assertTimeoutsAreKept(kernel);
  }

  @Test
  void interruptThatThrows() throws InterruptedException {
    Pipeline pipeline = pipeline(Timeout.ofMillis(20));
    Thread caller =
        start(new Thread(() -> Hostile.quietly(() -> pipeline.run(() -> Hostile.busy(80)))) {
          @Override
          public void interrupt() {
            throw new IllegalStateException("as a close() of an unchecked kind");
          }
        });
    join(caller);
    assertTimeoutsAreKept(kernel);
  }

  @Test
  void interruptThatBlocks_keepsItsOwnCallNoLongerThanTheBound() throws InterruptedException {
    Pipeline pipeline = pipeline(Timeout.ofMillis(20));
    Thread caller =
        start(new Thread(() -> Hostile.quietly(() -> pipeline.run(() -> Hostile.busy(80)))) {
          @Override
          public void interrupt() {
            Hostile.hangDeaf(end); // closes a socket first, as in a well-known book
          }
        });
    join(caller); // the interrupt still hangs
    assertThat(end.getCount()).isEqualTo(1);
    assertTimeoutsAreKept(kernel);
  }

  @Test
  void executorThatRunsTasksOnTheCallersThread() {
    ThreadPoolExecutor saturated = new ThreadPoolExecutor(
        1,
        1,
        1,
        TimeUnit.MINUTES,
        new SynchronousQueue<>(),
        new ThreadPoolExecutor.CallerRunsPolicy());
    saturated.execute(() -> Hostile.hangDeaf(end));
    assertBlockingContinuationDoesNotMatter(saturated);
    saturated.shutdown();
  }

  @Test
  void executorThatBlocksWhenItIsFull() {
    assertBlockingContinuationDoesNotMatter(task -> Hostile.hangDeaf(end));
  }

  private void assertBlockingContinuationDoesNotMatter(Executor executor) {
    Pipeline mine = Pipeline.builder("mine")
        .kernel(kernel)
        .executor(executor)
        .policies(Timeout.ofMillis(10))
        .build();
    CompletableFuture<Object> dependent = mine.callAsync(CompletableFuture::new)
        .handle((result, failure) -> {
          Hostile.hangDeaf(end);
          return "";
        });
    assertTimeoutsAreKept(kernel);
    assertTimeoutsAreKept(kernel);
    assertThat(dependent).isNotDone();
  }

  @Test
  void directExecutor_runsAHedgeOnNoThreadThatOthersNeed() {
    Pipeline pipeline = Pipeline.builder("hedged")
        .kernel(kernel)
        .executor(Runnable::run)
        .policies(Timeout.ofMillis(60_000), new StubHedge(1_000_000, 1))
        .build();
    AtomicInteger attempts = new AtomicInteger();
    start(() -> pipeline.run(() -> {
      attempts.incrementAndGet();
      Hostile.hangDeaf(end);
    }));
    Hostile.await("the hedge", () -> attempts.get() == 2);
    assertTimeoutsAreKept(kernel);
  }

  @Test
  void rejectingExecutor_continuationsRunOnAWorker() throws Exception {
    Pipeline mine = Pipeline.builder("mine")
        .kernel(kernel)
        .executor(task -> {
          throw new RejectedExecutionException("full");
        })
        .policies(Timeout.ofMillis(20))
        .build();
    AtomicReference<String> thread = new AtomicReference<>();
    CompletableFuture<Object> source = new CompletableFuture<>();
    mine.callAsync(() -> source)
        .handle((result, failure) -> {
          thread.set(Thread.currentThread().getName());
          return "";
        })
        .get(Hostile.BOUND_SECONDS, TimeUnit.SECONDS);
    assertThat(thread.get()).startsWith("hostile-worker-");
  }

  @Test
  void executorThatDropsTasks_endsTheCallAllTheSame() {
    Pipeline mine = Pipeline.builder("mine")
        .kernel(kernel)
        .executor(task -> {})
        .policies(Timeout.ofMillis(20))
        .build();
    assertThat(failureOf(mine.callAsync(CompletableFuture::new)))
        .isInstanceOf(CallTimeoutException.class);
  }

  @Test
  void continuationsThatWaitForOtherCalls() {
    Pipeline pipeline = pipeline(Timeout.ofMillis(20));
    int more = 3 * Math.max(2, Runtime.getRuntime().availableProcessors());
    for (int i = 0; i < more; i++) {
      CompletableFuture<Throwable> waits = pipeline
          .callAsync(CompletableFuture::new)
          .handle((result, failure) -> failureOf(pipeline.callAsync(CompletableFuture::new)));
      assertThat(waits).isNotNull();
    }
    assertTimeoutsAreKept(kernel);
  }

  @Test
  void continuationsThatBlock_forGood() {
    Pipeline pipeline = pipeline(Timeout.ofMillis(20));
    AtomicInteger blocked = new AtomicInteger();
    for (int i = 0; i < 20; i++) {
      CompletableFuture<String> blocks = pipeline
          .callAsync(CompletableFuture::new)
          .handle((result, failure) -> {
            blocked.incrementAndGet();
            Hostile.hangDeaf(end);
            return "";
          });
      assertThat(blocks).isNotNull();
    }
    Hostile.await("blocked", () -> blocked.get() == 20);
    assertTimeoutsAreKept(kernel);
  }

  @Test
  void sourceWhoseCancelIsSlow_doesNotPutTheTimeoutOff() {
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> dependent = source.whenComplete((r, x) -> Hostile.hangDeaf(end));
    assertThat(failureOf(pipeline(Timeout.ofMillis(20)).callAsync(() -> source)))
        .isInstanceOf(CallTimeoutException.class);
    assertTimeoutsAreKept(kernel);
    assertThat(dependent).isNotDone();
  }

  @Test
  void sourceWhoseCancelThrowsAnError_isGivenUpAllTheSame() {
    ConcurrencyLimit limit = ConcurrencyLimit.of(10);
    Pipeline pipeline = pipeline(Timeout.ofMillis(20), limit);
    assertThat(failureOf(pipeline.callAsync(() -> new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            throw new AssertionError("not from here");
          }
        })))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(limit.inFlight()).isZero();
  }

  @Test
  void tasksOfTheKernelsThatBlock() throws IOException {
    for (int i = 0; i < 3; i++) {
      Cancellable timer = kernel.schedule(kernel.nanoTime(), () -> Hostile.hangDeaf(end));
      assertThat(timer).isNotNull();
    }
    assertTimeoutsAreKept(kernel);
  }
}
