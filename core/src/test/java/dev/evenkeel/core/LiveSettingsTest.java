package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Settings that change while a pipeline is used. */
class LiveSettingsTest {

  private static final long MILLI = 1_000_000;

  private final ManualKernel kernel = new ManualKernel(0);

  /** A gate with a setting and a state, which says what is done to it. */
  private static final class Counting implements Gate {

    private final List<String> told = new ArrayList<>();
    private int setting;
    private int permits;
    private boolean faulty;

    Counting(int setting) {
      this.setting = setting;
    }

    @Override
    public Policy changedTo(Policy next) {
      if (faulty) {
        throw new AssertionError("a faulty gate");
      }
      setting = ((Counting) next).setting;
      return this;
    }

    @Override
    public void attach(Attachment attachment) {
      told.add("attach");
    }

    @Override
    public void detach(Attachment attachment) {
      told.add("detach");
    }

    @Override
    public long admit(CallView call, long nowNanos) {
      permits++;
      return 0;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {
      permits--;
    }

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public String toString() {
      return name() + "(" + setting + ")";
    }
  }

  private Pipeline pipeline(Policy... policies) {
    return Pipeline.builder("p").kernel(kernel).policies(policies).build();
  }

  @Test
  void callUnderWay_endsByTheSettingsItBeganWith() {
    Pipeline pipeline = pipeline(Timeout.ofMillis(10));
    CompletableFuture<String> before = pipeline.callAsync(CompletableFuture::new);
    assertThat(pipeline.update(Timeout.ofMillis(2))).isEqualTo(2);
    CompletableFuture<String> after = pipeline.callAsync(CompletableFuture::new);
    kernel.advance(2 * MILLI);
    assertThat(after).isCompletedExceptionally();
    assertThat(before).isNotDone();
    kernel.advance(8 * MILLI);
    assertThat(before).isCompletedExceptionally();
  }

  @Test
  void retriesOfACallUnderWay_areThoseItBeganWith() {
    Pipeline pipeline = pipeline(new StubDriver(4));
    AtomicInteger attempts = new AtomicInteger();
    assertThatThrownBy(() -> pipeline.run(() -> {
          attempts.incrementAndGet();
          long unused = pipeline.update(new StubDriver(1));
          throw new IllegalStateException("down");
        }))
        .hasMessage("down");
    assertThat(attempts).hasValue(4);
    assertThatThrownBy(() -> pipeline.run(() -> {
          attempts.incrementAndGet();
          throw new IllegalStateException("down");
        }))
        .hasMessage("down");
    assertThat(attempts).hasValue(5);
  }

  @Test
  void gateOfTheSameClass_keepsItsStateAndPermits_andIsNeitherAttachedNorDetached() {
    Counting gate = new Counting(1);
    Counting wanted = new Counting(2);
    Pipeline pipeline = pipeline(gate);
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> call = pipeline.callAsync(() -> source);
    long version = pipeline.update(wanted);
    assertThat(version).isEqualTo(2).isEqualTo(pipeline.version());
    assertThat(pipeline.policies()).containsExactly(gate);
    assertThat(gate.setting).isEqualTo(2);
    assertThat(gate.permits).isEqualTo(1);
    source.complete("up");
    assertThat(call).isCompletedWithValue("up");
    assertThat(gate.permits).isZero();
    assertThat(gate.told).containsExactly("attach");
    assertThat(wanted.told).isEmpty();
  }

  @Test
  void gateThatIsGone_isDetached_andItsPermitsComeBackAllTheSame() {
    Counting gate = new Counting(1);
    Pipeline pipeline = pipeline(gate);
    pipeline.run(() -> {
      long unused = pipeline.update(Timeout.ofMillis(5));
      assertThat(gate.told).containsExactly("attach", "detach");
      assertThat(gate.permits).isEqualTo(1);
    });
    assertThat(gate.permits).isZero();
    long unused = pipeline.update(gate, Timeout.ofMillis(5));
    assertThat(gate.told).containsExactly("attach", "detach", "attach");
    pipeline.close();
    assertThat(gate.told).endsWith("detach");
  }

  @Test
  void secondOfAClass_takesTheStateOfTheSecond_andOneThatIsGivenAgainStays() {
    Counting first = new Counting(1);
    Counting second = new Counting(2);
    Pipeline pipeline = pipeline(first, second);
    long unused = pipeline.update(new Counting(3), new Counting(4));
    assertThat(pipeline.policies()).containsExactly(first, second);
    assertThat(List.of(first.setting, second.setting)).containsExactly(3, 4);
    long unusedToo = pipeline.update(new Counting(5), first);
    assertThat(pipeline.policies()).containsExactly(second, first);
    assertThat(List.of(first.setting, second.setting)).containsExactly(3, 5);
  }

  @Test
  void policiesThatContradictEachOther_areRefusedWhole() {
    Counting gate = new Counting(1);
    Pipeline pipeline = pipeline(gate, Timeout.ofMillis(5));
    String before = pipeline.describe();
    assertThatThrownBy(() -> pipeline.update(
            new Counting(2), Timeout.ofMillis(5), Timeout.total(Duration.ofMillis(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most the total timeout");
    assertThatThrownBy(() -> pipeline.update(new Counting(2), null))
        .hasMessageContaining("policies[1]");
    assertThat(pipeline.describe()).isEqualTo(before);
    assertThat(pipeline.version()).isEqualTo(1);
    pipeline.close();
    assertThatThrownBy(() -> pipeline.update(Timeout.ofMillis(5)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void gateThatThrows_givesItsPlaceToTheNewOne() {
    Counting gate = new Counting(1);
    gate.faulty = true;
    Counting wanted = new Counting(2);
    Pipeline pipeline = pipeline(gate);
    long unused = pipeline.update(wanted);
    assertThat(pipeline.policies()).containsExactly(wanted);
    assertThat(gate.told).containsExactly("attach", "detach");
    assertThat(wanted.told).containsExactly("attach");
  }

  @Test
  void gatesPerKey_changeAll_andKeysThatComeLaterToo() {
    PerKey<Counting> gates = PerKey.of(() -> new Counting(1));
    Pipeline pipeline = pipeline(gates);
    pipeline.forKey("a").run(() -> {});
    Counting ofA = gates.gate("a");
    long unused = pipeline.update(PerKey.of(() -> new Counting(2)));
    assertThat(pipeline.policies()).containsExactly(gates);
    assertThat(gates.gate("a")).isSameAs(ofA);
    assertThat(ofA.setting).isEqualTo(2);
    assertThat(gates.gate("b").setting).isEqualTo(2);
    assertThat(gates.gate(null).setting).isEqualTo(2);
  }

  @Test
  void numberOfKeys_cannotChange_andNothingElseDoesThen() {
    PerKey<Counting> gates = PerKey.of(() -> new Counting(1), 10);
    Pipeline pipeline = pipeline(gates);
    assertThatThrownBy(() -> pipeline.update(PerKey.of(() -> new Counting(2), 20)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxKeys 20 (expected: 10");
    assertThat(gates.gate(null).setting).isEqualTo(1);
  }

  @Test
  void view_sharesTheSettings() {
    Pipeline pipeline = pipeline(Timeout.ofMillis(10));
    Pipeline view = pipeline.forKey("a");
    long unused = view.update(Timeout.ofMillis(3));
    assertThat(pipeline.policies()).hasToString("[timeout(3 ms)]");
    assertThat(pipeline.version()).isEqualTo(2);
  }

  @Test
  void orderIsThatOfTheBuild() {
    Counting gate = new Counting(1);
    Pipeline asWritten = Pipeline.builder("p")
        .kernel(kernel)
        .policiesInOrder(Timeout.ofMillis(10), gate)
        .build();
    long unused = asWritten.update(Timeout.ofMillis(3), new Counting(2));
    assertThat(asWritten.policies()).hasToString("[timeout(3 ms), counting(2)]");
    Pipeline canonical = pipeline(gate, Timeout.ofMillis(10));
    long unusedToo = canonical.update(Timeout.ofMillis(3), new Counting(3));
    assertThat(canonical.policies()).hasToString("[counting(3), timeout(3 ms)]");
  }

  @Test
  void concurrencyLimit_isLoweredAndRaised_whileItsPermitsAreOut() {
    Pipeline pipeline = pipeline(ConcurrencyLimit.of(2));
    List<CompletableFuture<String>> sources = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      CompletableFuture<String> source = new CompletableFuture<>();
      sources.add(source);
      CompletableFuture<String> unused = pipeline.callAsync(() -> source);
    }
    long lowered = pipeline.update(ConcurrencyLimit.of(1));
    sources.get(0).complete("up");
    assertThat(pipeline.callOrElse(() -> "in", "refused")).isEqualTo("refused");
    sources.get(1).complete("up");
    assertThat(pipeline.callOrElse(() -> "in", "refused")).isEqualTo("in");
    long raised = pipeline.update(ConcurrencyLimit.of(3));
    assertThat(raised - lowered).isEqualTo(1);
    assertThat(pipeline.policy(ConcurrencyLimit.class).orElseThrow().maxConcurrentCalls())
        .isEqualTo(3);
  }
}
