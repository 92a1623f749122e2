package dev.evenkeel.examples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ScriptedDependency;
import dev.evenkeel.testkit.junit.LeakCheck;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

// guide: leaks
class OrdersTest {

  @RegisterExtension
  final LeakCheck leaks = LeakCheck.create();

  private final ScriptedDependency<String> orders = ScriptedDependency.on(leaks.kernel());
  private final Pipeline pipeline = Pipeline.builder("orders")
      .kernel(leaks.kernel())
      .policies(Timeout.ofMillis(300), leaks.permits())
      .build();

  @Test
  void callerWhoGivesUp_cancelsTheCall() {
    CompletableFuture<String> answer = pipeline.callAsync(orders.hang()::callAsync);
    answer.cancel(true);
    assertThat(orders.cancelled()).isEqualTo(1);
  }

  @Test
  void processThatStoodStill_endsItsCallsLate() {
    CompletableFuture<String> answer = pipeline.callAsync(orders.hang()::callAsync);
    leaks.kernel().freeze(Duration.ofSeconds(20)); // the time passes, and no timer runs meanwhile
    assertThat(answer).isCompletedExceptionally();
  }
}
// end
