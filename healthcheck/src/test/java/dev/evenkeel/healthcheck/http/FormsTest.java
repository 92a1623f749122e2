package dev.evenkeel.healthcheck.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.healthcheck.Check;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.Group;
import dev.evenkeel.healthcheck.Health;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The forms against what their texts ask for, for checks of every kind and state. */
@SuppressWarnings("unchecked") // JSON is a tree of maps and lists
class FormsTest {

  private static final Set<String> DRAFT_ROOT = Set.of(
      "status",
      "version",
      "releaseId",
      "notes",
      "output",
      "checks",
      "links",
      "serviceId",
      "description");
  private static final Set<String> DRAFT_CHECK = Set.of(
      "componentId",
      "componentType",
      "observedValue",
      "observedUnit",
      "status",
      "affectedEndpoints",
      "time",
      "output",
      "links");

  private final ManualKernel kernel = ManualKernel.create();
  private final Health health = Health.builder()
      .kernel(kernel)
      .executor(kernel::execute)
      .group(new Group("odd", true))
      .gate("inventory", CircuitBreaker.standard())
      .check(Check.local(
          "disk",
          () -> CheckResult.up()
              .with("free:bytes", 1_000_000_000_000L)
              .with("mounted", true)
              .with("nan", Double.NaN)
              .with("path", "C:\\\"data\"")))
      .check(Check.local("twice", CheckResult::up))
      .check(Check.local("twice", () -> CheckResult.down("\u0000odd\ud83d")).groups("odd"))
      .check(Check.local("warm", () -> CheckResult.degraded("slow")))
      .check(Check.shared("db:main", () -> {
        throw new IOException();
      }))
      .check(Check.optional("unsure", () -> CheckResult.unknown("cannot tell")))
      .start();
  private final HealthEndpoint endpoint = HealthEndpoint.of(health).details(Details.always());

  FormsTest() {
    kernel.advance(Duration.ofSeconds(60));
  }

  private Map<String, Object> answer(String target) {
    return (Map<String, Object>) ParsedJson.parse(endpoint.handle(target, null).body());
  }

  @Test
  void healthJson_isAsTheDraftHasIt() {
    for (String path : List.of("/health", "/health/live", "/health/ready", "/health/odd")) {
      Map<String, Object> root = answer(path + "?format=health-json");
      assertThat(DRAFT_ROOT).containsAll(root.keySet());
      assertThat(root.get("status")).isIn("pass", "warn", "fail");
      int status = endpoint.handle(path, null).status();
      assertThat(root.get("status").equals("fail")).as(path).isEqualTo(status == 503);
      ((Map<String, List<Map<String, Object>>>) root.get("checks")).forEach((name, all) -> {
        assertThat(name.chars().filter(c -> c == ':').count()).as(name).isLessThanOrEqualTo(1);
        assertThat(all).as(name).isNotEmpty().allSatisfy(check -> {
          assertThat(DRAFT_CHECK).containsAll(check.keySet());
          assertThat(check.get("status")).isIn("pass", "warn", "fail");
          if (check.get("status").equals("pass")) {
            assertThat(check).doesNotContainKey("output"); // "SHOULD be omitted"
          }
          assertThat(check.getOrDefault("componentType", "component"))
              .isIn("component", "datastore", "system");
          if (check.containsKey("observedUnit")) {
            assertThat(check).containsKey("observedValue"); // "SHOULD be present if"
          }
        });
      });
    }
    Map<String, Object> checks =
        (Map<String, Object>) answer("/health?format=health-json").get("checks");
    assertThat((List<Object>) checks.get("twice")).hasSize(2);
    assertThat(checks).containsKeys("db_main", "inventory:share", "disk:free_bytes");
  }

  @Test
  void microProfile_isAsItsSchemaHasIt() {
    for (String path : List.of("/health", "/health/live", "/health/ready", "/health/started")) {
      Map<String, Object> root = answer(path + "?format=microprofile");
      assertThat(root.keySet()).containsExactlyInAnyOrder("status", "checks");
      int status = endpoint.handle(path, null).status();
      assertThat(root.get("status")).as(path).isEqualTo(status == 200 ? "UP" : "DOWN");
      assertThat((List<Map<String, Object>>) root.get("checks")).allSatisfy(check -> {
        assertThat(check.get("name")).isInstanceOf(String.class);
        assertThat(check.get("status")).isIn("UP", "DOWN");
        assertThat(Set.of("name", "status", "data")).containsAll(check.keySet());
        ((Map<String, Object>) check.getOrDefault("data", Map.of()))
            .values()
            .forEach(value ->
                assertThat(value).isInstanceOfAny(String.class, Double.class, Boolean.class));
      });
    }
    List<Object> checks = (List<Object>) answer("/health?format=microprofile").get("checks");
    assertThat(checks).hasSize(7);
  }

  @Test
  void ours_isJson_withAllOfIt() {
    Map<String, Object> root = answer("/health");
    assertThat(root).containsEntry("status", "DOWN").containsEntry("reason", "twice is DOWN");
    List<Map<String, Object>> checks = (List<Map<String, Object>>) root.get("checks");
    assertThat(checks)
        .extracting(check -> check.get("status"))
        .containsExactly("UP", "UP", "DOWN", "DEGRADED", "DOWN", "UNKNOWN", "UP");
    Map<String, Object> inventory = checks.get(6);
    assertThat((Map<String, Object>) inventory.get("breaker"))
        .containsEntry("state", "CLOSED")
        .containsEntry("share", 1.0);
  }
}
