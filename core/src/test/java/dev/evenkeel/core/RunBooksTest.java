package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunBooksTest {

  @Test
  void withoutTheProperty_itIsAPathInTheRepository() {
    assertThat(RunBooks.section("breaker-open")).isEqualTo("docs/runbooks.md#breaker-open");
    assertThat(RunBooks.address(" ")).isEqualTo("docs/runbooks.md");
  }

  @Test
  void property_isTheAddressOfACopy() {
    assertThat(RunBooks.address(" https://wiki.example/runbooks "))
        .isEqualTo("https://wiki.example/runbooks");
  }
}
