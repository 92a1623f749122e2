package dev.evenkeel.examples.springshop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The scene, over HTTP, as the command runs it. */
class SpringShopTest {

  @Test
  void inventory_diesAndComesBack_asTheUserSeesIt() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SpringShop.run(new Options(0, 0, false), new PrintStream(bytes, true, StandardCharsets.UTF_8));
    String seen = bytes.toString(StandardCharsets.UTF_8);
    assertThat(seen)
        .containsSubsequence(
            "A: 7 pieces",
            "breaker CLOSED",
            "The inventory is killed.",
            "A: unknown, no answer",
            "A: unknown, not asked",
            "breaker OPEN",
            "The health of the shop is UP",
            "The inventory is back.",
            "A: 7 pieces",
            "breaker CLOSED",
            "All of it is back.");
  }

  @Test
  void options_areRead_orRefused() {
    assertThat(Options.of("--stay", "--port", "8080")).isEqualTo(new Options(8080, 0, true));
    assertThatThrownBy(() -> Options.of("--port"))
        .hasMessage("--port: expected a port, 0 to 65535");
    assertThatThrownBy(() -> Options.of("--prot", "1")).hasMessage("Unknown option: --prot");
  }
}
