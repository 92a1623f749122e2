package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a call wants to be done when it is ended from outside. */
class OnAbortTest {

  private final AtomicInteger ran = new AtomicInteger();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ExecutorService executor = Hostile.daemons();

  @AfterEach
  void nothingIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
    executor.shutdownNow();
  }

  /** As a query on a plain socket, which its statement's cancel ends. */
  private void query() throws IOException {
    CallContext.current().onAbort(() -> {
      ran.incrementAndGet();
      ended.countDown();
    });
    Hostile.hangDeaf(ended);
    throw new IOException("canceled by user");
  }

  private Timeout timeout(Timeout.Mode mode) {
    return switch (mode) {
      case INTERRUPT -> Timeout.ofMillis(20);
      case DETACHED -> Timeout.detached(Duration.ofMillis(300), Hostile.thatBegins(executor));
      case COOPERATIVE -> Timeout.cooperative(Duration.ofMillis(20));
      case OBSERVED -> throw new AssertionError("ends nothing");
    };
  }

  @ParameterizedTest
  @EnumSource(value = Timeout.Mode.class, mode = EnumSource.Mode.EXCLUDE, names = "OBSERVED")
  void endsACallThatIgnoresInterrupts_inTime_withThePipelinesException(Timeout.Mode mode) {
    RecordingGate gate = new RecordingGate();
    Pipeline pipeline = Pipeline.of("p", gate, timeout(mode));
    long begin = System.nanoTime();
    assertThatThrownBy(() -> pipeline.run(this::query)).isInstanceOf(CallTimeoutException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    Hostile.await("ran", () -> ran.get() == 1);
    Hostile.assertTimeouts(gate, 1, Kernel.system(), begin);
  }

  @Test
  void isForgotten_whenTheAttemptEndsByItself() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(20), new StubDriver(2));
    CallContext[] context = new CallContext[1];
    Pipeline.of("patient", Timeout.ofMillis(60_000)).run(() -> {
      context[0] = CallContext.current();
      context[0].onAbort(ran::incrementAndGet);
    });
    assertThat(context[0].onAbort(ran::incrementAndGet).cancel()).isFalse();
    assertThatThrownBy(() -> pipeline.run(Hostile::hang)).isInstanceOf(CallTimeoutException.class);
    assertThat(ran).hasValue(0);
  }

  @Test
  void contextSaysWhetherAnAttemptRunsIt() {
    assertThat(CallContext.current().isAttempt()).isFalse();
    Pipeline.of("p").run(() -> assertThat(CallContext.current().isAttempt()).isTrue());
    assertThat(CallContext.current().isAttempt()).isFalse();
  }

  @Test
  void canBeTakenBack() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(500));
    assertThatThrownBy(() -> pipeline.run(() -> {
          assertThat(CallContext.current().onAbort(ran::incrementAndGet).cancel())
              .isTrue();
          Hostile.hang();
        }))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(ran).hasValue(0);
  }

  @Test
  void attemptThatEndsWhileItRuns_waitsForIt() {
    AtomicBoolean done = new AtomicBoolean();
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(20));
    assertThatThrownBy(() -> pipeline.run(() -> {
          CallContext.current().onAbort(() -> {
            ended.countDown();
            Hostile.busy(50);
            done.set(true);
          });
          Hostile.hangDeaf(ended);
        }))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(done).as("it cannot hit the next query").isTrue();
  }

  @Test
  void hookThatComesWhenTheTimeIsOver_isWaitedForToo() {
    AtomicBoolean done = new AtomicBoolean();
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(20));
    assertThatThrownBy(() -> pipeline.run(() -> {
          try {
            Hostile.hang();
          } catch (InterruptedException over) {
            CallContext.current().onAbort(() -> {
              Hostile.busy(50);
              done.set(true);
            });
          }
        }))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(done).as("it cannot hit the next query").isTrue();
  }

  @Test
  void hookThatHangs_isFollowedByTheInterrupt() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(20));
    assertThatThrownBy(() -> pipeline.run(() -> {
          CallContext.current().onAbort(() -> Hostile.hangDeaf(ended));
          Hostile.hang();
        }))
        .isInstanceOf(CallTimeoutException.class);
    ended.countDown();
  }

  @Test
  void hookThatThrows_isToldOnce() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(20));
    try (Logs logs = new Logs()) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> pipeline.run(() -> {
              CallContext.current().onAbort(() -> {
                throw new AssertionError("a faulty hook");
              });
              Hostile.hang();
            }))
            .isInstanceOf(CallTimeoutException.class);
      }
      assertThat(logs.lines())
          .filteredOn(line -> line.contains("onAbort threw"))
          .hasSize(1);
    }
  }

  @Test
  void runsForAsynchronousCalls_thatTimeOutOrAreCancelled() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(20));
    assertThat(Hostile.failureOf(pipeline.callAsync(() -> {
          CallContext.current().onAbort(ran::incrementAndGet);
          return new CompletableFuture<>();
        })))
        .isInstanceOf(CallTimeoutException.class);
    Hostile.await("timed out", () -> ran.get() == 1);
    Pipeline patient = Pipeline.of("p", Timeout.ofMillis(60_000));
    patient
        .callAsync(() -> {
          CallContext.current().onAbort(ran::incrementAndGet);
          return new CompletableFuture<>();
        })
        .cancel(true);
    Hostile.await("cancelled", () -> ran.get() == 2);
  }

  @Test
  void runsAtOnce_whenTheTimeIsOverAlready() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(20));
    assertThatThrownBy(() -> pipeline.run(() -> {
          Hostile.await("the timeout", Thread.currentThread()::isInterrupted);
          query();
        }))
        .isInstanceOf(CallTimeoutException.class);
    assertThat(ran).hasValue(1);
  }

  @Test
  void runsAtOnce_whenTheRaceIsLostAlready() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(60_000), new StubHedge(1_000_000, 1));
    AtomicBoolean first = new AtomicBoolean(true);
    String answer = pipeline.call(
        () -> {
          if (first.getAndSet(false)) { // has not asked for its context yet
            Hostile.await("the other one has won", Thread.currentThread()::isInterrupted);
            query();
          }
          return "other";
        },
        failure -> "none");
    assertThat(answer).isEqualTo("other");
    Hostile.await("ran", () -> ran.get() == 1);
  }

  @Test
  void runsForTheLoserOfARace() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(60_000), new StubHedge(1_000_000, 1));
    String answer = pipeline.call(
        () -> {
          if (CallContext.current().hedge() == 0) {
            query();
          }
          return "hedge";
        },
        failure -> "none");
    assertThat(answer).isEqualTo("hedge");
    assertThat(ran).hasValue(1);
  }

  @Test
  void withoutACall_doesNothing() {
    assertThat(CallContext.current().onAbort(ran::incrementAndGet).cancel()).isFalse();
    assertThat(ran).hasValue(0);
  }

  @Test
  void plainSocket_isClosedByTheHook_andTheCallEndsInTime() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(50));
      long begin = System.nanoTime();
      assertThatThrownBy(() -> pipeline.run(() -> {
            try (Socket socket = new Socket(silent.getInetAddress(), silent.getLocalPort())) {
              socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Hostile.BOUND_SECONDS));
              CallContext.current().onAbort(socket::close);
              InputStream in = socket.getInputStream();
              assertThat(in.read()).isEqualTo(-1);
            }
          }))
          .isInstanceOf(CallTimeoutException.class)
          .hasCauseInstanceOf(IOException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }
  }
}
