package dev.evenkeel.examples.comeback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What the processes tell each other survives the way. */
class LinesTest {

  @Test
  void clientBin_isReadAsWritten() {
    LatencyHistogram latency = new LatencyHistogram();
    latency.record(0);
    latency.record(50);
    latency.record(50);
    latency.record(900);
    ClientBin bin = new ClientBin(7, 40, 61, 4, 5, 2, latency);

    ClientBin read = ClientBin.parse(bin.toLine());

    assertThat(read).usingRecursiveComparison().isEqualTo(bin);
  }

  @Test
  void clientBinWithoutAnswers_isReadAsWritten() {
    ClientBin bin = new ClientBin(0, 0, 0, 0, 0, 0, new LatencyHistogram());

    assertThat(ClientBin.parse(bin.toLine())).usingRecursiveComparison().isEqualTo(bin);
  }

  @Test
  void serviceBin_isReadAsWritten() {
    ServiceBin bin = new ServiceBin(3, 61.25, 15, 2, 1, 999);

    assertThat(ServiceBin.parse(bin.toLine())).isEqualTo(bin);
  }

  @Test
  void commandLines_areReadAsWritten() {
    Settings settings = Settings.full(42);
    ServiceSpec service = ServiceSpec.of(settings, 8080, 0.3);
    ClientSpec client = ClientSpec.of(settings, Contestant.RESILIENCE4J, 8080);

    assertThat(ServiceSpec.parse(service.toArguments())).isEqualTo(service);
    assertThat(ClientSpec.parse(client.toArguments())).isEqualTo(client);
  }

  @Test
  void unknownProtection_isRefused() {
    assertThatThrownBy(() -> Contestant.of("hope"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("protection: hope (expected: attempts, resilience4j or evenkeel)");
  }

  @Test
  void quantile_isTheUpperEdgeOfItsBucket() {
    LatencyHistogram latency = new LatencyHistogram();
    for (int millis = 1; millis <= 1000; millis++) {
      latency.record(millis);
    }

    assertThat(latency.quantileMillis(0.99).orElseThrow()).isCloseTo(990, within(50.0));
    assertThat(latency.quantileMillis(0.5).orElseThrow()).isCloseTo(500, within(25.0));
    assertThat(new LatencyHistogram().quantileMillis(0.99)).isEmpty();
  }
}
