package dev.evenkeel.healthcheck.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.healthcheck.Check;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.CheckSnapshot;
import dev.evenkeel.healthcheck.CheckTiming;
import dev.evenkeel.healthcheck.Group;
import dev.evenkeel.healthcheck.Health;
import dev.evenkeel.healthcheck.Status;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 10,000 probes with every core busy, one check that hangs for ever, one that throws Errors, and
 * one that blocks in native code. {@code -Devenkeel.measure=true} also holds the 99th percentile to
 * 20 ms, which only a machine that is left alone can show.
 */
class UnderLoadTest {

  private static final int PROBES = 10_000;

  @Test
  void everyProbeIsAnswered_andAHungCheckCostsOneThread(@TempDir Path folder) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    AtomicBoolean stop = new AtomicBoolean();
    Path pipe = folder.resolve("pipe");
    List<Thread> burners = new ArrayList<>();
    CheckTiming quick = CheckTiming.standard()
        .every(Duration.ofMillis(100))
        .within(Duration.ofMillis(100))
        .backOffTo(Duration.ofMillis(100));
    boolean hasPipe = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0;
    assertThat(hasPipe).as("mkfifo makes what blocks in native code").isTrue();
    try (Health health = Health.builder()
            .check(Check.local("well", CheckResult::up))
            .check(Check.local("loop", CheckResult::up).groups(Group.LIVE))
            .check(Check.optional("hangs", () -> awaitDeaf(never)).timing(quick))
            .check(Check.optional("errors", () -> {
                  throw new OutOfMemoryError("not really");
                })
                .timing(quick))
            .check(Check.optional(
                    "native", () -> CheckResult.up().with("read", Files.readString(pipe)))
                .timing(quick))
            .start();
        HealthServer server = HealthServer.start(
            HealthEndpoint.of(health),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      await(() -> health.snapshot(Group.READY).orElseThrow().isServing()
          && hung(health, "hangs")
          && hung(health, "native"));
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        Thread burner = new Thread(() -> burn(stop), "burner-" + i);
        burner.start();
        burners.add(burner);
      }
      long[] nanos = probe(server.port());
      Arrays.sort(nanos);
      if (Boolean.getBoolean("evenkeel.measure")) {
        System.out.printf(
            "p50 %.2f ms, p99 %.2f ms, most %.2f ms%n",
            nanos[PROBES / 2] / 1e6, nanos[PROBES * 99 / 100] / 1e6, nanos[PROBES - 1] / 1e6);
        assertThat(nanos[PROBES * 99 / 100]).as("p99 in ns").isLessThan(20_000_000L);
      }
      for (String name : List.of("hangs", "native")) {
        CheckSnapshot check = check(health, name);
        assertThat(check.status()).isEqualTo(Status.DOWN);
        assertThat(check.hung().threadName()).isEqualTo("evenkeel-health-" + name);
        assertThat(Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("evenkeel-health-" + name)))
            .as("threads lost to " + name)
            .hasSize(1);
      }
      assertThat(check(health, "errors").cause().errorClass())
          .isEqualTo("java.lang.OutOfMemoryError");
    } finally {
      stop.set(true);
      never.countDown();
      Files.writeString(pipe, "over"); // lets the reader go
      for (Thread burner : burners) {
        burner.join();
      }
    }
  }

  /** Over one connection that is kept, as the kubelet does not, and a new one for every tenth. */
  private static long[] probe(int port) throws IOException {
    long[] nanos = new long[PROBES];
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    try {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int i = 0; i < PROBES; i++) {
        long start = System.nanoTime();
        if (i % 10 == 0) {
          socket.close();
          socket = new Socket(InetAddress.getLoopbackAddress(), port);
          in = new BufferedInputStream(socket.getInputStream());
        }
        String group = i % 2 == 0 ? Group.READY : Group.LIVE;
        socket
            .getOutputStream()
            .write(("GET /health/" + group + " HTTP/1.1\r\nHost: x\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        assertThat(answer(in)).as("probe " + i).startsWith("HTTP/1.1 200 OK\r\n");
        nanos[i] = System.nanoTime() - start;
      }
    } finally {
      socket.close();
    }
    return nanos;
  }

  /** One whole answer. */
  private static String answer(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as("after " + head).isNotNegative();
      head.append((char) next);
    }
    int at = head.indexOf("Content-Length: ") + "Content-Length: ".length();
    int length = Integer.parseInt(head.substring(at, head.indexOf("\r\n", at)));
    return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static boolean hung(Health health, String name) {
    CheckSnapshot check = check(health, name);
    return check.status() == Status.DOWN && check.hung() != null;
  }

  private static CheckSnapshot check(Health health, String name) {
    return health.snapshot().checks().stream()
        .filter(check -> check.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitDeaf(CountDownLatch latch) {
    boolean over = false;
    while (!over) {
      try {
        latch.await();
        over = true;
      } catch (InterruptedException deaf) {
        // goes on
      }
    }
  }

  private static void burn(AtomicBoolean stop) {
    long sum = 0;
    while (!stop.get()) {
      sum = sum * 31 + 7;
    }
    assertThat(sum).isNotEqualTo(1);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Kernel kernel = Kernel.system();
    long end = kernel.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(kernel.nanoTime() - end).as("60 s are over").isNegative();
      kernel.sleepUntil(kernel.nanoTime() + 5_000_000);
    }
  }
}
