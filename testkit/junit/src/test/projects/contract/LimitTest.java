import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Gate;
import dev.evenkeel.testkit.junit.GateContract;
import dev.evenkeel.testkit.junit.LeakCheck;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user's gate under the contract: 14 rules. Of its own two tests one leaves a timer. */
class LimitTest extends GateContract {

  @RegisterExtension
  final LeakCheck leaks = LeakCheck.create();

  @Override
  protected Gate newGate() {
    return ConcurrencyLimit.of(10);
  }

  @Test
  void leavesNothing() {
    leaks.kernel().advance(Duration.ofSeconds(1));
  }

  @Test
  void leavesATimer() {
    leaks.kernel().schedule(1_000_000, () -> {});
  }
}
