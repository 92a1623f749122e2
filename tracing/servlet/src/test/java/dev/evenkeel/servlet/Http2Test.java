package dev.evenkeel.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineException;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.http.EvenkeelHttpClient;
import dev.evenkeel.tracing.AllowedHosts;
import dev.evenkeel.tracing.server.ServerPolicy;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Over HTTP/2 a container in asynchronous mode hears at once that a client has gone, so the work
 * ends, and the connection goes on for others. With {@code -Devenkeel.measure=true}, on a machine
 * that is left alone, within 50 ms.
 */
class Http2Test {

  private static final long BOUND_MILLIS = Boolean.getBoolean("evenkeel.measure") ? 50 : 30_000;

  @TempDir
  Path folder;

  private final HttpClient client = EvenkeelHttpClient.builder(
          HttpClient.newBuilder().version(Version.HTTP_2).build())
      .allowedHosts(AllowedHosts.of()) // the server must not know the deadline and answer first
      .build();
  private final ConcurrencyLimit limit = ConcurrencyLimit.of(10);
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch clientGone = new CountDownLatch(1);
  private final BlockingQueue<Long> aborted = new LinkedBlockingQueue<>();
  private volatile Thread worker;
  private volatile long returnedNanos;

  /**
   * {@code /jobs/slow} never answers, {@code /jobs/half} begins to, and stops in mid-body; any
   * other path answers with its connection's port.
   */
  private final HttpServlet servlet = new HttpServlet() {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (request.getPathInfo().equals("/slow") || request.getPathInfo().equals("/half")) {
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        CallContext.current().onAbort(() -> aborted.add(System.nanoTime()));
        if (request.getPathInfo().equals("/half")) {
          response.setContentLength(1_000);
          response.getOutputStream().print("the beginning");
          response.flushBuffer();
        }
        started.countDown();
        if ("linger".equals(request.getQueryString())) {
          await(clientGone);
        }
        worker = Thread.currentThread();
        returnedNanos = System.nanoTime();
      } else {
        response.getWriter().print(request.getRemotePort());
      }
    }
  };

  private Containers.Running start(Containers container) throws Exception {
    ServerPolicy policy = ServerPolicy.builder("jobs").limits(limit).build();
    return container.start(EvenkeelServletFilter.with(policy), servlet, folder);
  }

  @ParameterizedTest
  @EnumSource
  void clientThatGivesUp_endsTheWork_andTheConnectionGoesOn(Containers container) throws Exception {
    try (Containers.Running running = start(container)) {
      String connection = quick(running.uri());
      CompletableFuture<HttpResponse<String>> slow =
          client.sendAsync(request(running.uri(), "/jobs/slow"), BodyHandlers.ofString());
      assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(limit.inFlight()).isEqualTo(1);
      awaitTheEndOfTheServlet();

      long begin = System.nanoTime();
      slow.cancel(true);

      assertEndedWithin(begin, BOUND_MILLIS);
      assertThat(quick(running.uri())).as("the same connection").isEqualTo(connection);
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stop) {
      throw new IOException(stop);
    }
  }

  /** Jetty forgets what comes in that moment; there the deadline ends the work. */
  @ParameterizedTest
  @EnumSource(names = "TOMCAT")
  void clientThatGivesUp_beforeTheServletHasReturned_endsTheWork(Containers container)
      throws Exception {
    try (Containers.Running running = start(container)) {
      quick(running.uri());
      CompletableFuture<HttpResponse<String>> slow =
          client.sendAsync(request(running.uri(), "/jobs/slow?linger"), BodyHandlers.ofString());
      assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();

      slow.cancel(true);
      quick(running.uri()); // comes after the reset
      long begin = System.nanoTime();
      clientGone.countDown();

      assertEndedWithin(begin, BOUND_MILLIS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void deadlineOfTheClient_endsItsStreamAlone(Containers container) throws Exception {
    try (Containers.Running running = start(container)) {
      String connection = quick(running.uri());

      long begin = System.nanoTime();
      assertThatThrownBy(() -> Deadline.after(Duration.ofMillis(400))
              .call(
                  () -> client.send(request(running.uri(), "/jobs/slow"), BodyHandlers.ofString())))
          .isInstanceOf(PipelineException.class);

      if (hadReturnedBefore(begin)) {
        assertEndedWithin(begin, 400 + BOUND_MILLIS);
      }
      assertThat(quick(running.uri())).as("the same connection").isEqualTo(connection);
    }
  }

  /** Whoever collects the body is told; the stream ends, and nothing else. */
  @ParameterizedTest
  @EnumSource
  void deadlineInMidBody_endsItsStreamAlone(Containers container) throws Exception {
    try (Containers.Running running = start(container)) {
      String connection = quick(running.uri());

      long begin = System.nanoTime();
      assertThatThrownBy(() -> Deadline.after(Duration.ofMillis(400))
              .call(
                  () -> client.send(request(running.uri(), "/jobs/half"), BodyHandlers.ofString())))
          .isInstanceOf(PipelineException.class);

      if (hadReturnedBefore(begin)) {
        assertEndedWithin(begin, 400 + BOUND_MILLIS);
      }
      assertThat(quick(running.uri())).as("the same connection").isEqualTo(connection);
    }
  }

  /** The same for one whose thread nobody else interrupts, and for one that streams. */
  @ParameterizedTest
  @EnumSource
  void timeoutInMidBody_ofAStream_endsItsStreamAlone(Containers container) throws Exception {
    HttpClient cooperative = EvenkeelHttpClient.builder(
            HttpClient.newBuilder().version(Version.HTTP_2).build())
        .allowedHosts(AllowedHosts.of())
        .pipeline(Pipeline.of("jobs", Timeout.cooperative(Duration.ofMillis(400))))
        .build();
    try (Containers.Running running = start(container)) {
      String connection = quick(cooperative, running.uri());

      long begin = System.nanoTime();
      Throwable failure = catchThrowable(() -> cooperative
          .send(request(running.uri(), "/jobs/half"), BodyHandlers.ofInputStream())
          .body()
          .readAllBytes());

      assertThat(failure).isInstanceOfAny(IOException.class, PipelineException.class);
      if (hadReturnedBefore(begin)) {
        assertEndedWithin(begin, 400 + BOUND_MILLIS);
      }
      assertThat(quick(cooperative, running.uri())).isEqualTo(connection);
    }
  }

  /**
   * Until the thread that ran the servlet is back in its pool, or runs something else: Jetty
   * forgets what comes before.
   */
  private void awaitTheEndOfTheServlet() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (worker == null || isInTheServlet(worker)) {
      assertThat(System.nanoTime() - until).as("time over").isNegative();
      Thread.onSpinWait();
    }
  }

  private static boolean isInTheServlet(Thread thread) {
    StackTraceElement[] frames = thread.getStackTrace();
    return Arrays.stream(frames).noneMatch(frame -> frame.getClassName().contains("Pool"))
        || Arrays.stream(frames)
            .map(StackTraceElement::getClassName)
            .anyMatch(name -> name.contains("jakarta.servlet")
                || name.startsWith("org.eclipse.jetty.server")
                || name.startsWith("org.apache.coyote"));
  }

  /**
   * Whether the servlet had returned long before the client's deadline of 400 ms passed; if not,
   * the machine stood still, and a container may have forgotten what came in that moment.
   */
  private boolean hadReturnedBefore(long begin) {
    return started.getCount() == 0
        && returnedNanos != 0
        && returnedNanos - begin < TimeUnit.MILLISECONDS.toNanos(200);
  }

  private void assertEndedWithin(long begin, long millis) throws InterruptedException {
    Long end = aborted.poll(60, TimeUnit.SECONDS);
    assertThat(end).as("the work has heard of it").isNotNull();
    assertThat(TimeUnit.NANOSECONDS.toMillis(end - begin)).isLessThanOrEqualTo(millis);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (limit.inFlight() > 0 && System.nanoTime() - until < 0) {
      Thread.onSpinWait();
    }
    assertThat(limit.inFlight()).as("its place is free").isZero();
  }

  private String quick(URI server) throws Exception {
    return quick(client, server);
  }

  /** Several, because Tomcat closes a connection of which too large a share is resets. */
  private static String quick(HttpClient asking, URI server) throws Exception {
    Set<String> connections = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      HttpResponse<String> answer = Deadline.after(Duration.ofSeconds(60))
          .call(() -> asking.send(request(server, "/jobs/quick"), BodyHandlers.ofString()));
      assertThat(answer.version()).isEqualTo(Version.HTTP_2);
      connections.add(answer.body());
    }
    assertThat(connections).hasSize(1);
    return connections.iterator().next();
  }

  private static HttpRequest request(URI server, String path) {
    return HttpRequest.newBuilder(server.resolve(path)).build();
  }
}
