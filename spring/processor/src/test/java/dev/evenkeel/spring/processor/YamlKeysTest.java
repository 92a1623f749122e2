package dev.evenkeel.spring.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class YamlKeysTest {

  private static Set<String> names(String yaml) {
    YamlKeys keys = YamlKeys.of(yaml);
    assertThat(keys.unreadableLine()).isZero();
    return keys.paths().stream()
        .map(PipelineKey::name)
        .filter(Objects::nonNull)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static int unreadable(String yaml) {
    return YamlKeys.of(yaml).unreadableLine();
  }

  @Test
  void keysOfAllForms_areRead() {
    assertThat(names("""
        # Comment: with a colon
        spring.application.name: shop # evenkeel.pipelines.commented
        evenkeel:
          configs:
            default:
              timeout.duration: 1s
          Pipelines:   # relaxed
            inventory:
              timeout:
                duration: 300ms
            "quoted name": {timeout.duration: 1s}
            'it''s': &anchor
              timeout.duration: 1s
            alias: *anchor
            "[dotted.name]":
              timeout.duration: 1s
            stock.retry.max-attempts: 3
          health:
            allow-to-fail: none
        evenkeel.pipelines:
          prices.timeout.duration: 1s
        evenkeel.pipelines.orders.timeout.duration: 1s
        evenkeel.pipelines[a.b].timeout.duration: 1s
        resilience4j:
          circuitbreaker.instances.payment.sliding-window-size: 10
          retry:
            configs:
              default.max-attempts: 3
            instances:
              mail:
                max-attempts: 2
        """))
        .containsExactlyInAnyOrder(
            "inventory",
            "quoted name",
            "it''s",
            "alias",
            "dotted.name",
            "stock",
            "prices",
            "orders",
            "a.b",
            "payment",
            "mail");
  }

  @Test
  void severalDocuments_areRead() {
    assertThat(names("""
        evenkeel.pipelines:
          inventory.timeout.duration: 1s
        ---
        spring.config.activate.on-profile: prod
        evenkeel:
          pipelines:
            prices:
              timeout.duration: 1s
        """)).containsExactly("inventory", "prices");
  }

  @Test
  void values_arePassedOver() {
    assertThat(names("""
        evenkeel:
          pipelines:
            inventory:
              note: |
                wrong: text
              other: >-
                evenkeel: more
              list:
              - wrong: 1
                more: 2
              - deeper
              flow: {wrong: 1,
                more: 2}
              brackets: [
                {wrong: 1}
              ]
              long: "begins here
          wrong: and ends \\" here"
              plain: goes on
                here
              empty:
            prices:
              url: http://host:80/path
              time: 10:30
        other: *evenkeel
        """)).containsExactly("inventory", "prices");
  }

  @Test
  void linesOfWindows_andNothingAtAll_areRead() {
    assertThat(
            names("evenkeel:\r\n  pipelines:\r\n    inventory:\r\n      retry.enabled: true\r\n"))
        .containsExactly("inventory");
    assertThat(names("")).isEmpty();
    assertThat(names("\n\n# nothing\n")).isEmpty();
  }

  @Test
  void namesInAnotherForm_areSaidToBeUnread() {
    assertThat(unreadable("evenkeel: {pipelines: {inventory: {}}}")).isEqualTo(1);
    assertThat(unreadable("evenkeel:\n  pipelines: *others\n")).isEqualTo(2);
    assertThat(unreadable("evenkeel:\n  pipelines:\n    <<: *others\n")).isEqualTo(3);
    assertThat(unreadable("{\"evenkeel\": {}}")).isEqualTo(1);
    assertThat(unreadable("resilience4j.retry: {instances: {a: {}}}")).isEqualTo(1);
    assertThat(unreadable("resilience4j:\n  retry.instances: {a: {}}")).isEqualTo(2);
    assertThat(unreadable("evenkeel:\n  configs: {a: {}}")).isZero();
    assertThat(unreadable("evenkeel:\n  pipelines: {}\n")).isZero();
    assertThat(unreadable("spring: {a: {}}")).isZero();
  }
}
