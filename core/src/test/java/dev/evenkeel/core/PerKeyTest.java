package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Keys of {@link PerKey}: made, listed, looked through, kept while they matter, forgotten. */
class PerKeyTest {

  private final ManualKernel kernel = new ManualKernel(-5);
  private final Map<String, TestGate> made = new ConcurrentHashMap<>();
  private final AtomicInteger making = new AtomicInteger();

  /** A limit of one call, whose state and idleness are set by hand. */
  private static final class TestGate implements StatefulGate {
    final String key;
    final AtomicInteger out = new AtomicInteger();
    final List<String> attached = new ArrayList<>();
    volatile GateState state = GateState.CLOSED;
    int limit = Integer.MAX_VALUE;

    TestGate(String key) {
      this.key = key;
    }

    @Override
    public long admit(CallView call, long nowNanos) {
      if (out.incrementAndGet() > limit) {
        out.decrementAndGet();
        return Refusal.of(RefusalReason.CONCURRENCY_LIMIT, 5);
      }
      return 7;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
      assertThat(permit).isEqualTo(7);
      assertThat(out.getAndDecrement()).as("permits out of %s", key).isPositive();
    }

    @Override
    public boolean isIdle(long nowNanos) {
      return state.kind() == GateState.Kind.CLOSED && out.get() == 0;
    }

    @Override
    public synchronized void attach(Attachment attachment) {
      attached.add(attachment.pipelineName() + "/" + attachment.key());
    }

    @Override
    public synchronized void detach(Attachment attachment) {
      assertThat(attached.remove(attachment.pipelineName() + "/" + attachment.key()))
          .isTrue();
    }

    @Override
    public GateState state() {
      return state;
    }

    @Override
    public String name() {
      return "test-gate";
    }
  }

  private PerKey<TestGate> gates(int maxKeys) {
    return PerKey.of(
        key -> {
          making.incrementAndGet();
          TestGate gate = new TestGate(key);
          made.put(key, gate);
          return gate;
        },
        maxKeys);
  }

  private Pipeline pipeline(String name, Policy... policies) {
    return Pipeline.builder(name).kernel(kernel).policies(policies).build();
  }

  private void advance(Duration time) {
    kernel.advance(time.toNanos());
  }

  /** As much traffic as it takes to look at all keys. */
  private void traffic(Pipeline pipeline) {
    for (int i = 0; i < 3_000; i++) {
      pipeline.run(() -> {});
      advance(Duration.ofSeconds(2));
    }
  }

  @Test
  void keys_areListedFoundAndLookedThrough() {
    PerKey<TestGate> gates = gates(10);
    Pipeline pipeline = pipeline("p", gates);
    assertThat(gates.keys()).isEmpty();
    assertThat(gates.find("b")).isEmpty();
    pipeline.forKey("b").run(() -> {});
    pipeline.forKey("a").run(() -> {});
    assertThat(gates.keys()).containsExactly("a", "b");
    assertThat(gates.find("b")).containsSame(made.get("b"));
    assertThat(pipeline.forKey("a").policy(TestGate.class)).containsSame(made.get("a"));
    assertThat(pipeline.forKey("new").policy(TestGate.class)).containsSame(gates.gate("new"));
    assertThat(pipeline.policy(TestGate.class)).containsSame(gates.gate(null));
    assertThat(pipeline.policy(PerKey.class)).containsSame(gates);
    assertThat(pipeline.policy(Timeout.class)).isEmpty();
    assertThat(made.get("a").attached).containsExactly("p/a");
    assertThat(gates.gate(null).attached).containsExactly("p/null");
  }

  @Test
  void keyThatIsNotUsed_isForgotten_andOneThatIs_isNot() {
    PerKey<TestGate> gates = gates(100);
    Pipeline pipeline = pipeline("p", gates);
    pipeline.forKey("gone").run(() -> {});
    TestGate gone = made.get("gone");
    for (int i = 0; i < 50; i++) {
      traffic(pipeline.forKey("used"));
    }
    assertThat(gates.keys()).containsExactly("used");
    assertThat(gone.attached).as("told that it is in no pipeline").isEmpty();
    assertThat(made.get("used").attached).containsExactly("p/used");
    assertThat(making).as("used: once").hasValue(3);
    pipeline.forKey("gone").run(() -> {});
    assertThat(gates.gate("gone")).isNotSameAs(gone);
  }

  @Test
  void keyThatIsUsedWithinTheHour_isKept() {
    PerKey<TestGate> gates = gates(100);
    Pipeline pipeline = pipeline("p", gates);
    for (int i = 0; i < 100; i++) {
      advance(Duration.ofMinutes(59));
      pipeline.forKey("seldom").run(() -> {});
      pipeline.forKey("one-off-" + i).run(() -> {});
    }
    assertThat(gates.find("seldom")).containsSame(made.get("seldom"));
    assertThat(gates.find("one-off-3")).isEmpty();
  }

  @Test
  void keyWithAPermitOut_isKept_howeverLong() throws Exception {
    PerKey<TestGate> gates = gates(100);
    Pipeline pipeline = pipeline("p", gates);
    pipeline.forKey("long").run(() -> {
      TestGate own = made.get("long");
      for (int day = 0; day < 3; day++) {
        for (int i = 0; i < 200; i++) {
          pipeline.forKey("k" + day + "-" + i).run(() -> {});
        }
        advance(Duration.ofDays(1));
      }
      assertThat(gates.find("long")).containsSame(own);
    });
    assertThat(made.get("long").out).hasValue(0);
  }

  @Test
  void openKey_isKeptForADayWithoutACall_andOneHeldByHandForEver() {
    PerKey<TestGate> gates = gates(1_000);
    Pipeline pipeline = pipeline("p", gates);
    for (GateState state : List.of(
        GateState.OPEN, GateState.ramping(0.3), GateState.FORCED_OPEN, GateState.DISABLED)) {
      gates.gate(state.kind().name()).state = state;
    }
    traffic(pipeline);
    for (int hours = 2; hours < 23; hours += 2) {
      traffic(pipeline);
    }
    assertThat(gates.keys()).containsExactly("DISABLED", "FORCED_OPEN", "OPEN", "RAMPING");
    for (int i = 0; i < 30; i++) {
      traffic(pipeline);
    }
    assertThat(gates.keys()).containsExactly("DISABLED", "FORCED_OPEN");
  }

  @Test
  void whenThereIsNoRoom_unusedKeysMakeSome_butNoneThatIsUsedOrKept() {
    PerKey<TestGate> gates = gates(3);
    Pipeline pipeline = pipeline("p", gates);
    gates.gate("open").state = GateState.OPEN;
    pipeline.forKey("idle").run(() -> {});
    pipeline.forKey("used").run(() -> {});
    TestGate shared = gates.gate(null);
    try (Logs logs = new Logs()) {
      for (int i = 0; i < 20; i++) {
        advance(Duration.ofMillis(100));
        pipeline.forKey("used").run(() -> {});
        pipeline.forKey("new").run(() -> assertThat(shared.out).hasValue(1));
      }
      assertThat(logs.lines())
          .singleElement()
          .asString()
          .contains("maxKeys: more than 3 keys in use", "share one gate");
    }
    assertThat(gates.keys()).containsExactly("idle", "open", "used");
    for (int i = 0; i < 20; i++) {
      advance(Duration.ofSeconds(1));
      pipeline.forKey("used").run(() -> {});
      pipeline.forKey("new").run(() -> {});
    }
    assertThat(gates.keys()).containsExactly("new", "open", "used");
    assertThat(shared.out).hasValue(0);
  }

  @Test
  void removedKey_beginsAnew_andCallsUnderWayEndAsTheyWould() {
    PerKey<TestGate> gates = gates(10);
    Pipeline pipeline = pipeline("p", gates);
    assertThat(gates.remove("a")).isFalse();
    String result = pipeline.forKey("a").call(() -> {
      TestGate old = made.get("a");
      assertThat(gates.remove("a")).isTrue();
      assertThat(gates.remove("a")).isFalse();
      assertThat(gates.keys()).isEmpty();
      assertThat(old.attached).isEmpty();
      pipeline.forKey("a").run(() -> assertThat(made.get("a").out).hasValue(1));
      assertThat(made.get("a")).isNotSameAs(old);
      return "ended";
    });
    assertThat(result).isEqualTo("ended");
    assertThat(made.get("a").out).as("settled by its own call only").hasValue(0);
  }

  @Test
  void refusalOfAKeyThatIsForgottenMeanwhile_isARefusal() {
    PerKey<TestGate> gates = gates(10);
    AtomicBoolean remove = new AtomicBoolean();
    Pipeline pipeline = Pipeline.builder("p")
        .kernel(kernel)
        .policies(gates)
        .listener(new PipelineListener() {
          @Override
          public void onRefused(CallView call, String policy, RefusalReason reason) {
            if (remove.get()) {
              gates.remove("a");
            }
          }
        })
        .build();
    gates.gate("a").limit = 0;
    for (boolean forgotten : new boolean[] {false, true}) {
      remove.set(forgotten);
      assertThatThrownBy(() -> pipeline.forKey("a").run(() -> {}))
          .isInstanceOfSatisfying(CallRefusedException.class, refused -> {
            assertThat(refused.reason()).isEqualTo(RefusalReason.CONCURRENCY_LIMIT);
            assertThat(refused.policyName()).isEqualTo("test-gate");
          });
    }
  }

  @Test
  void factoryThatThrowsOrAsksForItself_costsTheGate_notTheCall() {
    List<PerKey<RecordingGate>> self = new ArrayList<>();
    PerKey<RecordingGate> gates = PerKey.of(key -> {
      if (key.equals("bad")) {
        throw new IllegalStateException("bad");
      }
      if (key.equals("self")) {
        return self.get(0).gate("self");
      }
      return new RecordingGate();
    });
    self.add(gates);
    Pipeline pipeline = pipeline("p", gates);
    try (Logs logs = new Logs()) {
      assertThat(pipeline.forKey("bad").<String, RuntimeException>call(() -> "made"))
          .isEqualTo("made");
      assertThat(pipeline.forKey("self").<String, RuntimeException>call(() -> "made"))
          .isEqualTo("made");
      assertThat(logs.lines()).singleElement().asString().contains("without this gate");
    }
    assertThatThrownBy(() -> gates.gate("self"))
        .hasMessageContaining("\"self\" needs itself to be made (expected: ");
    assertThat(gates.keys()).isEmpty();
    assertThatThrownBy(() -> gates.forgetAfter(Duration.ZERO))
        .hasMessageStartingWith("forgetAfter: 0 s (expected: ");
  }

  @Test
  void gateThatDoesNotSayThatItIsIdle_isKept() {
    PerKey<RecordingGate> gates = PerKey.of(RecordingGate::new, 5);
    Pipeline pipeline = pipeline("p", gates);
    for (int i = 0; i < 20; i++) {
      pipeline.forKey("k" + i).run(() -> {});
      advance(Duration.ofDays(2));
    }
    assertThat(gates.keys()).containsExactly("k0", "k1", "k2", "k3", "k4");
    assertThat(gates.gate(null).verdicts).hasSize(15);
  }

  @Test
  void pipelinesThatShareTheGates_areAttachedAndDetachedOnceEach() {
    PerKey<TestGate> gates = gates(10);
    Pipeline one = pipeline("one", gates);
    one.forKey("a").run(() -> {});
    Pipeline two = pipeline("two", gates);
    two.forKey("b").run(() -> {});
    assertThat(made.get("a").attached).containsExactlyInAnyOrder("one/a", "two/a");
    assertThat(made.get("b").attached).containsExactlyInAnyOrder("one/b", "two/b");
    one.close();
    one.close();
    assertThat(made.get("a").attached).containsExactly("two/a");
    two.close();
    assertThat(made.get("b").attached).isEmpty();
    assertThat(gates.gate(null).attached).isEmpty();
    one.forKey("c").run(() -> {});
    assertThat(made.get("c").attached).as("in no pipeline").isEmpty();
  }

  @Test
  void manyThreads_settleEveryPermitWithTheGateThatGaveIt_whileKeysAreForgotten() throws Exception {
    List<TestGate> all = new ArrayList<>();
    PerKey<TestGate> gates = PerKey.of(
        key -> {
          TestGate gate = new TestGate(key);
          synchronized (all) {
            all.add(gate);
          }
          return gate;
        },
        20);
    gates.forgetAfter(Duration.ofNanos(1));
    Pipeline pipeline = Pipeline.of("many-threads", gates);
    CountDownLatch end = new CountDownLatch(3);
    AtomicInteger broken = new AtomicInteger();
    for (int t = 0; t < 3; t++) {
      int thread = t;
      Hostile.start(() -> {
        try {
          for (int i = 0; i < 30_000; i++) {
            String key = "k" + (i * 7 + thread) % 60;
            pipeline.forKey(key).run(() -> {});
            if (i % 100 == 0 && thread == 0) {
              gates.remove(key);
            }
          }
        } catch (Throwable failed) {
          broken.incrementAndGet();
        } finally {
          end.countDown();
        }
      });
    }
    Hostile.await("the threads", () -> end.getCount() == 0);
    assertThat(broken).hasValue(0);
    assertThat(gates.keys()).hasSizeLessThanOrEqualTo(20);
    assertThat(all.size()).as("keys went and came back").isGreaterThan(100);
    for (TestGate gate : all) {
      assertThat(gate.out.get()).as("permits out of %s", gate.key).isBetween(0, 1);
    }
  }

  /** Each thread has its own keys: a call is at its key's gate, or at the shared one. */
  @Test
  void keyIsNotForgottenUnderACall_whateverOtherThreadsForget() {
    PerKey<TestGate> gates = PerKey.of(TestGate::new, 20);
    gates.forgetAfter(Duration.ofNanos(1));
    TestGate shared = gates.gate(null);
    Pipeline pipeline = Pipeline.of("forgetting", gates);
    CountDownLatch end = new CountDownLatch(3);
    AtomicInteger wrong = new AtomicInteger();
    AtomicInteger own = new AtomicInteger();
    for (int t = 0; t < 3; t++) {
      int thread = t;
      Hostile.start(() -> {
        for (int i = 0; i < 30_000; i++) {
          String key = "t" + thread + "-" + i % 30;
          pipeline.forKey(key).run(() -> {
            TestGate gate = gates.find(key).orElse(shared);
            if (gate != shared) {
              own.incrementAndGet();
            }
            if (gate.out.get() < 1) {
              wrong.incrementAndGet();
            }
          });
        }
        end.countDown();
      });
    }
    Hostile.await("the threads", () -> end.getCount() == 0);
    assertThat(wrong).hasValue(0);
    assertThat(own.get()).isPositive();
    assertThat(shared.out).hasValue(0);
  }

  @Property(tries = 200)
  void whateverKeysCome_thereAreNeverTooMany_andNoneThatIsKeptIsForgotten(
      @ForAll @Size(max = 300) List<@IntRange(max = 40) Integer> keys,
      @ForAll @IntRange(min = 1, max = 20) int maxKeys,
      @ForAll @IntRange(max = 7_200) int secondsBetween) {
    Assume.that(!keys.isEmpty());
    ManualKernel time = new ManualKernel(Long.MAX_VALUE - 5);
    Map<String, TestGate> known = new HashMap<>();
    PerKey<TestGate> gates = PerKey.of(TestGate::new, maxKeys);
    Pipeline pipeline = Pipeline.builder("p").kernel(time).policies(gates).build();
    String forced = "k" + keys.get(0);
    gates.gate(forced).state = GateState.FORCED_OPEN;
    TestGate kept = gates.gate(forced);
    for (int key : keys) {
      String name = "k" + key;
      TestGate[] at = new TestGate[1];
      pipeline.forKey(name).run(() -> {
        at[0] = gates.find(name).orElse(gates.gate(null));
        assertThat(at[0].out).as("the one that gave the permit").hasValue(1);
      });
      assertThat(at[0].out).hasValue(0);
      assertThat(gates.keys()).hasSizeLessThanOrEqualTo(maxKeys).contains(forced);
      TestGate before = known.put(name, at[0]);
      boolean usedWithinTheHour = before != null && (long) secondsBetween * keys.size() < 3_600;
      if (usedWithinTheHour && keys.stream().distinct().count() < maxKeys) {
        assertThat(at[0]).isSameAs(before);
      }
      time.advance(Duration.ofSeconds(secondsBetween).toNanos());
    }
    assertThat(gates.gate(forced)).isSameAs(kept);
  }
}
