package dev.evenkeel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScriptedDependencyTest {

  private record Stock(int pieces) {}

  private final ManualKernel kernel = ManualKernel.create();
  private final ScriptedDependency<Stock> stock = ScriptedDependency.on(kernel, new Stock(7));

  @Test
  void withoutAType_itAnswersOk() throws Exception {
    assertThat(ScriptedDependency.on(kernel).call()).isEqualTo("ok");
  }

  @Test
  void answer_isOfAnyType_andMayBeNull() throws Exception {
    assertThat(stock.call().pieces()).isEqualTo(7);
    assertThat(stock.answer(new Stock(3)).call()).isEqualTo(new Stock(3));
    assertThat(stock.answer(null).call()).isNull();
    assertThat(stock.callAsync()).isCompletedWithValue(null);
  }

  @Test
  void answerWith_isAskedForEachCall_whenItIsDue() throws Exception {
    AtomicInteger left = new AtomicInteger(7);
    stock.answerWith(() -> new Stock(left.getAndDecrement())).slow(Duration.ofMillis(40));
    CompletableFuture<Stock> first = stock.callAsync();
    assertThat(left).hasValue(7);
    assertThat(stock.call()).isEqualTo(new Stock(6));
    assertThat(first).isCompletedWithValue(new Stock(7));
    assertThat(kernel.nanoTime()).isEqualTo(40_000_000);
  }

  @Test
  void answer_outlivesFailureAndDeath() throws Exception {
    stock.fail(new IllegalStateException("full"));
    assertThatThrownBy(stock::call).isInstanceOf(IllegalStateException.class);
    stock.die();
    assertThatThrownBy(stock::call).isInstanceOf(IOException.class);
    assertThat(stock.comeBack().call()).isEqualTo(new Stock(7));
    assertThat(stock.calls()).isEqualTo(3);
  }

  @Test
  void supplierThatThrows_failsTheCall_alsoWhenItIsSlow() {
    Error full = new AssertionError("full");
    stock.answerWith(() -> {
      throw full;
    });
    assertThatThrownBy(stock::call).isSameAs(full);
    stock.slow(Duration.ofMillis(1));
    assertThatThrownBy(stock::call).isSameAs(full);
  }

  @Test
  void cancelled_isCounted() {
    var unusedCancelled = stock.hang().callAsync().cancel(false);
    var unusedRunning = stock.callAsync();
    assertThat(stock.cancelled()).isEqualTo(1);
  }

  @Test
  void badInput_isRefused() {
    assertThatThrownBy(() -> ScriptedDependency.on(null)).hasMessageContaining("kernel: null");
    assertThatThrownBy(() -> stock.answerWith(null)).hasMessageContaining("answer: null");
    assertThatThrownBy(() -> stock.fail(null)).hasMessageContaining("failure: null");
    assertThatThrownBy(() -> stock.slow(Duration.ZERO)).hasMessageContaining("time: 0 s");
  }
}
