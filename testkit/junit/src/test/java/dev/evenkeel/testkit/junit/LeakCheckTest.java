package dev.evenkeel.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.Gate;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.testkit.ScriptedCall;
import dev.evenkeel.testkit.ScriptedDependency;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

class LeakCheckTest {

  private static final ExtensionContext GREEN = context(Optional.empty());

  private final LeakCheck leaks = LeakCheck.create();
  private final ScriptedDependency<String> dependency = ScriptedDependency.on(leaks.kernel());
  private final Pipeline pipeline = Pipeline.builder("orders")
      .kernel(leaks.kernel())
      .policies(Timeout.ofMillis(300), leaks.permits())
      .build();

  /** As JUnit's, as far as it is asked. */
  private static ExtensionContext context(Optional<Throwable> thrown) {
    return (ExtensionContext) Proxy.newProxyInstance(
        LeakCheckTest.class.getClassLoader(),
        new Class<?>[] {ExtensionContext.class},
        (proxy, method, arguments) -> {
          assertThat(method.getName()).isEqualTo("getExecutionException");
          return thrown;
        });
  }

  @AfterEach
  void takeTheInterrupt() {
    assertThat(Thread.interrupted()).as("left by the check").isFalse();
  }

  @Test
  void testThatLeavesNothing_passes() throws Exception {
    leaks.beforeEach(GREEN);
    assertThat(pipeline.call(dependency::call)).isEqualTo("ok");
    dependency.die();
    assertThat(pipeline.callOrElse(dependency::call, "gone")).isEqualTo("gone");
    dependency.hang();
    CompletableFuture<String> cancelled = pipeline.callAsync(dependency::callAsync);
    cancelled.cancel(true);
    assertThatCode(() -> leaks.afterEach(GREEN)).doesNotThrowAnyException();
  }

  @Test
  void callThatStillRuns_leavesItsTimerAndItsPermit() {
    leaks.beforeEach(GREEN);
    dependency.hang();
    CompletableFuture<String> running = pipeline.callAsync(dependency::callAsync);
    assertThatThrownBy(() -> leaks.afterEach(GREEN))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("timers: 1 armed (expected: none)")
        .hasMessageContaining("permits: 1 of 1 not settled (expected: none)");
    leaks.kernel().advance(Duration.ofSeconds(1));
    assertThat(running).isCompletedExceptionally();
    assertThatCode(() -> leaks.afterEach(GREEN)).doesNotThrowAnyException();
  }

  @Test
  void permitSettledTwice_isSeen() {
    Gate permits = leaks.permits();
    ScriptedCall call = new ScriptedCall(1);
    long permit = permits.admit(call, 0);
    permits.settle(call, permit, Verdict.SUCCESS, 0);
    permits.settle(call, permit, Verdict.CANCELLED, 0);
    assertThatThrownBy(() -> leaks.afterEach(GREEN))
        .hasMessageContaining("permits: settled again with [CANCELLED] (expected: once each)");
  }

  @Test
  void interruptThatNobodyTook_isTaken_andSeen() {
    leaks.beforeEach(GREEN);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> leaks.afterEach(GREEN)).hasMessageContaining("interrupt: set");
  }

  @Test
  void warning_isSeen_unlessItIsExpected() {
    leaks.beforeEach(GREEN);
    LoggerFactory.getLogger("dev.evenkeel.somewhere").warn("orders: {} of it", "the worst");
    LoggerFactory.getLogger("dev.evenkeel.somewhere").info("orders: nothing bad");
    LoggerFactory.getLogger("com.acme").warn("not ours");
    assertThatThrownBy(() -> leaks.afterEach(GREEN))
        .hasMessage("left behind by the test:\n"
            + "  log: WARN orders: the worst of it (expected: no warning)");
    leaks.expectWarnings("the worst");
    assertThatCode(() -> leaks.afterEach(GREEN)).doesNotThrowAnyException();
  }

  @Test
  void warningAfterTheTest_isNotHeard() {
    leaks.beforeEach(GREEN);
    leaks.afterEach(GREEN);
    LoggerFactory.getLogger("dev.evenkeel").warn("too late");
    assertThatCode(() -> leaks.afterEach(GREEN)).doesNotThrowAnyException();
  }

  @Test
  void testThatFailedItself_keepsItsFailure_andItsInterruptGoes() {
    leaks.beforeEach(GREEN);
    Thread.currentThread().interrupt();
    ExtensionContext red = context(Optional.of(new IOException("the test's own")));
    assertThatCode(() -> leaks.afterEach(red)).doesNotThrowAnyException();
  }

  @Test
  void badInput_isRefused() {
    assertThatThrownBy(() -> LeakCheck.on(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("kernel: null");
    assertThatThrownBy(() -> leaks.expectWarnings(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("text: null");
  }
}
