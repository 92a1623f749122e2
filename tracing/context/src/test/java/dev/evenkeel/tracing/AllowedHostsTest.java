package dev.evenkeel.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {

  private final AllowedHosts hosts = AllowedHosts.of("stock.example", ".svc.local", "[::1]");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stock.example",
        "STOCK.example",
        "stock.example.",
        "a.svc.local",
        "a.b.svc.local",
        "[::1]"
      })
  void allows_whatIsListed(String host) {
    assertThat(hosts.allows(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example",
        "xstock.example",
        "stock.example.evil",
        "svc.local",
        "evilsvc.local",
        "a.svc.local.evil",
        "stock.example@evil",
        "127.0.0.1"
      })
  void refuses_everythingElse(String host) {
    assertThat(hosts.allows(host)).isFalse();
    assertThat(hosts.allows(null)).isFalse();
  }

  @Test
  void all_andNone() {
    assertThat(AllowedHosts.all().allows(null)).isTrue();
    assertThat(AllowedHosts.all().isRestricted()).isFalse();
    assertThat(AllowedHosts.of().allows("stock.example")).isFalse();
    assertThat(AllowedHosts.of().isRestricted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ".", "*.example", "http://stock.example", "a/b", "a b", "u@h"})
  void of_whatIsNoHost_isAnError(String pattern) {
    assertThatThrownBy(() -> AllowedHosts.of(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowedHosts:");
  }
}
