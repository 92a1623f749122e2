package dev.evenkeel.tracing.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Kernel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerPolicyTest {

  private static final Duration FLOOR = Duration.ofMillis(10);

  private final Kernel kernel = Kernel.system();

  private static CallContext admitted(EdgeTrust trust, Duration said) {
    return ServerPolicy.builder("edge")
        .edgeTrust(trust)
        .build()
        .admitted(CallContext.current().withDeadline(Deadline.after(said)));
  }

  /** A stranger's deadline of nothing would make work of every call and an answer of none. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 9})
  void clamp_aDeadlineBelowTheFloor_isTheFloor(long millis) {
    long begin = kernel.nanoTime();
    Duration left =
        admitted(EdgeTrust.CLAMP, Duration.ofMillis(millis)).deadline().remaining();
    Duration passed = Duration.ofNanos(kernel.nanoTime() - begin);

    assertThat(left).isBetween(FLOOR.minus(passed), FLOOR);
  }

  @Test
  void clamp_aDeadlineAboveTheFloor_isTheCallers() {
    long begin = kernel.nanoTime();
    Duration left = admitted(EdgeTrust.CLAMP, Duration.ofHours(1)).deadline().remaining();
    Duration passed = Duration.ofNanos(kernel.nanoTime() - begin);

    assertThat(left).isBetween(Duration.ofHours(1).minus(passed), Duration.ofHours(1));
  }

  @Test
  void accept_hasNoFloor() {
    assertThat(admitted(EdgeTrust.ACCEPT, Duration.ZERO).deadline().isExpired()).isTrue();
  }

  @Test
  void ignore_takesNeither() {
    CallContext said = CallContext.current()
        .withDeadline(Deadline.after(Duration.ZERO))
        .withCriticality(Criticality.SHEDDABLE);

    CallContext admitted =
        ServerPolicy.builder("edge").edgeTrust(EdgeTrust.IGNORE).build().admitted(said);

    assertThat(admitted.deadline()).isNull();
    assertThat(admitted.criticality()).isEqualTo(Criticality.CRITICAL);
  }
}
