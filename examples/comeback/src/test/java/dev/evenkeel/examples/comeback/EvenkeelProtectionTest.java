package dev.evenkeel.examples.comeback;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EvenkeelProtectionTest {

  @Test
  void pipelineThatIsShown_warnsOfNothing() {
    assertThat(new EvenkeelProtection().pipeline.warnings()).isEmpty();
  }
}
