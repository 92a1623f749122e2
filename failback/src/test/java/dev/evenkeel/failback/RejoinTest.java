package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Readiness;
import dev.evenkeel.core.Readiness.Kind;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A node that starts, in time that is moved by hand. */
class RejoinTest {

  private static final long SECOND = 1_000_000_000L;

  private final ManualKernel kernel = ManualKernel.create();
  private final List<Long> calls = new ArrayList<>();
  private final List<Long> turns = new ArrayList<>(); // that the store gives; the last one stays
  private int asked;

  private final class Store implements FleetDependency {
    @Override
    public FleetMembership join(FleetMember member, Attachment attachment) {
      throw new AssertionError("nobody joins here");
    }

    @Override
    public long turn(long lengthNanos, long longestNanos, long random) throws IOException {
      asked++;
      long turn = turns.size() > 1 ? turns.remove(0) : turns.get(0);
      if (turn == Long.MIN_VALUE) {
        throw new IOException("down");
      }
      return turn;
    }
  }

  private Rejoin.Builder builder() {
    return Rejoin.builder("catalog").startCalls(200).headroom(400).kernel(kernel);
  }

  private Rejoin inTurn(long... nanos) {
    for (long turn : nanos) {
      turns.add(turn);
    }
    return builder().sharedBy(new Store()).nodes(1_000).start();
  }

  private CompletableFuture<String> call(Rejoin rejoin) {
    return rejoin.callAsync(() -> {
      calls.add(kernel.nanoTime());
      return CompletableFuture.completedFuture("page");
    });
  }

  private void calls(Rejoin rejoin, int count) {
    for (int i = 0; i < count; i++) {
      var unused = call(rejoin);
    }
  }

  private void pass(double seconds) {
    kernel.advance(Duration.ofNanos((long) (seconds * 1e9)));
  }

  private void isPaced(long fromNanos, long gapNanos) {
    for (int i = 0; i < calls.size(); i++) {
      assertThat(calls.get(i)).isEqualTo(fromNanos + i * gapNanos);
    }
  }

  @Test
  void alone_waitsForNobody_andKeepsToTheHeadroom() {
    Rejoin rejoin = builder().start();
    assertThat(rejoin.readiness().kind()).isEqualTo(Kind.WARMING);
    calls(rejoin, 200);
    assertThat(calls).containsExactly(0L);
    pass(0.5);
    assertThat(calls).hasSize(200);
    isPaced(0, 2_500_000);
    rejoin.ready();
    assertThat(rejoin.readiness()).isEqualTo(Readiness.READY);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void turnComes_callsGoOutOneByOne() {
    Rejoin rejoin = inTurn(30 * SECOND);
    calls(rejoin, 200);
    Readiness readiness = rejoin.readiness();
    assertThat(readiness.kind()).isEqualTo(Kind.WAITING);
    assertThat(readiness.left()).isEqualTo(Duration.ofSeconds(30));
    assertThat(readiness.toString()).isEqualTo("WAITING(30.0 s)");
    pass(29.999);
    assertThat(calls).isEmpty();
    pass(0.751);
    assertThat(calls).hasSize(101);
    assertThat(rejoin.readiness().reason()).isEqualTo("makes its start-up calls: 101 of 200");
    pass(0.75);
    assertThat(calls).hasSize(200);
    isPaced(30 * SECOND, 7_500_000);
  }

  @Test
  void otherMemberIsQuicker_asksAgainSoon() {
    Rejoin rejoin = inTurn(-1, -1, -1, 0);
    calls(rejoin, 1);
    pass(8);
    assertThat(asked).isEqualTo(4);
    assertThat(calls).hasSize(1);
  }

  @Test
  void moreCallsThanPlanned_needAnotherTurn() {
    Rejoin rejoin = inTurn(0, 10 * SECOND);
    calls(rejoin, 300);
    pass(1);
    assertThat(calls).hasSize(200);
    assertThat(rejoin.readiness().kind()).isEqualTo(Kind.WAITING);
    pass(11);
    assertThat(calls).hasSize(300);
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void storeIsDown_goesOnAsWithout() {
    try (Logs logs = new Logs()) {
      Rejoin rejoin = inTurn(Long.MIN_VALUE);
      calls(rejoin, 200);
      pass(8);
      assertThat(asked).isEqualTo(5);
      assertThat(logs.lines())
          .anyMatch(line -> line.startsWith("WARN catalog: rejoin: goes on without the store:"));
      assertThat(rejoin.readiness().kind()).isEqualTo(Kind.WAITING);
      pass(600);
      assertThat(calls).hasSize(200);
    }
  }

  @Test
  void queueIsLongerThanTheLongestWait_goesOnAsWithout() {
    Rejoin rejoin = inTurn(601 * SECOND);
    calls(rejoin, 200);
    assertThat(rejoin.readiness().left()).isLessThan(Duration.ofMinutes(9));
    pass(600);
    assertThat(calls).hasSize(200);
  }

  @Test
  void withoutStore_beginsInTheWindowOfAll_andSpreadsItsCalls() {
    for (int seed = 1; seed < 20; seed++) {
      calls.clear();
      ManualKernel time = ManualKernel.withSeed(seed);
      Rejoin rejoin = Rejoin.builder("catalog")
          .startCalls(200)
          .headroom(400)
          .nodes(100)
          .kernel(time)
          .start();
      for (int i = 0; i < 200; i++) {
        var unused = rejoin.callAsync(() -> {
          calls.add(time.nanoTime());
          return CompletableFuture.completedFuture("page");
        });
      }
      time.advance(Duration.ofSeconds(57)); // a window of 50 s, and an eighth of it
      assertThat(calls).hasSize(200);
      assertThat(calls.get(0)).isLessThan(50 * SECOND);
      assertThat(calls.get(199) - calls.get(0)).isBetween(6 * SECOND, 7 * SECOND);
      rejoin.ready();
      assertThat(time.armedTimers()).isZero();
    }
  }

  @Test
  void longestWaitIsOver_holdsNothingBack() {
    try (Logs logs = new Logs()) {
      turns.add(-1L);
      Rejoin rejoin =
          builder().sharedBy(new Store()).maxWait(Duration.ofSeconds(20)).start();
      calls(rejoin, 300);
      pass(20);
      assertThat(calls).hasSize(300);
      assertThat(rejoin.readiness()).isEqualTo(Readiness.READY);
      assertThat(logs.lines())
          .contains("WARN catalog: rejoin: maxWait, 20 s, is over with 0 of 200 start-up calls let"
              + " through and ready() not called; holds nothing back any more");
    }
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void windowIsLongerThanTheLongestWait_isSaid() {
    try (Logs logs = new Logs()) {
      builder().nodes(2_000).start().close();
      assertThat(logs.lines())
          .contains("WARN catalog: rejoin: 2000 nodes x 200 calls at 400.0/s need 1000.0 s, longer"
              + " than maxWait, 600 s: start-up calls may reach 1.7 times the headroom");
    }
  }

  @Test
  void processStoodStillInItsTurn_asksForAnother() {
    Rejoin rejoin = inTurn(10 * SECOND, 5 * SECOND);
    calls(rejoin, 200);
    kernel.freeze(Duration.ofSeconds(60));
    assertThat(calls).isEmpty();
    assertThat(asked).isEqualTo(2);
    pass(7);
    assertThat(calls).hasSize(200);
  }

  @Test
  void processStoodStillWithinItsTurn_makesUpForLittle() {
    Rejoin rejoin = inTurn(0);
    calls(rejoin, 200);
    pass(0.1);
    assertThat(calls).hasSize(41);
    kernel.freeze(Duration.ofSeconds(60));
    assertThat(calls).hasSizeBetween(42, 46);
  }

  @Test
  void closedWhileCallsWait_theyAreNotMade() {
    Rejoin rejoin = inTurn(30 * SECOND);
    CompletableFuture<String> waiting = call(rejoin);
    rejoin.close();
    assertThat(waiting).isCompletedExceptionally();
    assertThatThrownBy(() -> rejoin.call(() -> "page"))
        .isInstanceOf(CancellationException.class)
        .hasMessage("rejoin catalog: closed before it was ready");
    assertThat(call(rejoin)).isCompletedExceptionally();
    assertThat(rejoin.readiness().kind()).isEqualTo(Kind.WAITING);
    assertThat(rejoin.readiness().reason()).isEqualTo("was closed before it was ready");
    assertThat(calls).isEmpty();
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void closedWhenReady_changesNothing() throws Exception {
    Rejoin rejoin = inTurn(30 * SECOND);
    rejoin.ready();
    rejoin.close();
    assertThat(rejoin.readiness()).isEqualTo(Readiness.READY);
    assertThat(rejoin.call(() -> "page")).isEqualTo("page");
  }

  @Test
  void blockingCall_waitsForItsTurn() throws Exception {
    Rejoin rejoin = inTurn(30 * SECOND);
    assertThat(rejoin.call(() -> "page")).isEqualTo("page");
    assertThat(kernel.nanoTime()).isEqualTo(30 * SECOND);
  }

  @Test
  void interruptedWhileItWaits_callIsNotMade_andNoPlaceIsLost() throws Exception {
    Rejoin rejoin = inTurn(30 * SECOND);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> rejoin.call(() -> calls.add(0L)))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    calls(rejoin, 200);
    pass(31.5);
    assertThat(calls).hasSize(200);
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void cancelledBeforeItBegan_callIsNotMade() {
    Rejoin rejoin = inTurn(30 * SECOND);
    CompletableFuture<String> waiting = call(rejoin);
    calls(rejoin, 1);
    waiting.cancel(false);
    pass(31);
    assertThat(calls).hasSize(1);
  }

  @Test
  void callThatThrows_isItsOwnOutcome() {
    Rejoin rejoin = builder().start();
    assertThatThrownBy(() -> rejoin.call(() -> {
          throw new IOException("no page");
        }))
        .isInstanceOf(IOException.class);
    CompletableFuture<String> second = rejoin.callAsync(() -> {
      throw new IllegalStateException("no page");
    });
    CompletableFuture<String> third =
        rejoin.callAsync(() -> CompletableFuture.failedFuture(new IOException("no page")));
    pass(1);
    assertThat(second).isCompletedExceptionally();
    assertThat(third).isCompletedExceptionally();
  }

  @Test
  void inboundShare_growsAfterReady() {
    turns.add(10 * SECOND);
    Rejoin rejoin =
        builder().sharedBy(new Store()).warmUp(Duration.ofSeconds(20)).start();
    CallView call = CallView.ofNobody("orders", kernel);
    long refused = rejoin.inbound().admit(call, kernel.nanoTime());
    assertThat(Refusal.reason(refused)).isEqualTo(RefusalReason.OTHER);
    assertThat(Refusal.retryAfterNanos(refused)).isEqualTo(10 * SECOND);
    pass(10);
    rejoin.ready();
    assertThat(rejoin.readiness().kind()).isEqualTo(Kind.WARMING);
    assertThat(rejoin.readiness().share()).isEqualTo(0.1);
    pass(10);
    assertThat(rejoin.readiness().share()).isEqualTo(0.5);
    int passed = 0;
    for (int i = 0; i < 1_000; i++) {
      passed += rejoin.inbound().admit(call, kernel.nanoTime()) >= 0 ? 1 : 0;
    }
    assertThat(passed).isBetween(400, 600);
    pass(10);
    assertThat(rejoin.readiness()).isEqualTo(Readiness.READY);
    assertThat(rejoin.inbound().admit(call, kernel.nanoTime())).isNotNegative();
  }

  @Test
  void badSettings_areRefused() {
    assertThatThrownBy(() -> Rejoin.builder("catalog").headroom(1).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("startCalls: not set (expected: 1 to 1000000)");
    assertThatThrownBy(() -> Rejoin.builder("catalog").startCalls(1).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("headroom: not set (expected: calls a second)");
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> builder().headroom(bad))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> builder().nodes(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder().maxWait(Duration.ofDays(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder().warmUp(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void extremeSettings_areReadyWhenTheLongestWaitIsOver() {
    Rejoin rejoin = Rejoin.builder("catalog")
        .startCalls(1_000_000)
        .headroom(0.001)
        .nodes(1_000_000)
        .kernel(kernel)
        .start();
    calls(rejoin, 10);
    assertThat(rejoin.readiness().left()).isLessThanOrEqualTo(Duration.ofMinutes(10));
    pass(600);
    assertThat(calls).hasSize(10);
  }

  @Test
  void clockBelowItsEnd_doesNotMatter() {
    ManualKernel time = ManualKernel.startingAt(Long.MAX_VALUE - 5 * SECOND);
    turns.add(10 * SECOND);
    Rejoin rejoin = Rejoin.builder("catalog")
        .startCalls(200)
        .headroom(400)
        .kernel(time)
        .sharedBy(new Store())
        .start();
    CompletableFuture<String> call =
        rejoin.callAsync(() -> CompletableFuture.completedFuture("page"));
    time.advance(Duration.ofSeconds(9));
    assertThat(call).isNotDone();
    time.advance(Duration.ofSeconds(1));
    assertThat(call).isCompletedWithValue("page");
  }
}
