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
    JsonSchema schema = JsonSchema.resource("health-json.schema.json");
    for (String path : List.of("/health", "/health/live", "/health/ready", "/health/odd")) {
      Map<String, Object> root = answer(path + "?format=health-json");
      assertThat(schema.errors(root)).as(path).isEmpty();
      int status = endpoint.handle(path, null).status();
      assertThat(root.get("status").equals("fail")).as(path).isEqualTo(status == 503);
      ((Map<String, List<Map<String, Object>>>) root.get("checks"))
          .values().stream()
              .flatMap(List::stream)
              .filter(check -> check.get("status").equals("pass"))
              .forEach(
                  check -> assertThat(check).doesNotContainKey("output")); // "SHOULD be omitted"
    }
    Map<String, Object> checks =
        (Map<String, Object>) answer("/health?format=health-json").get("checks");
    assertThat((List<Object>) checks.get("twice")).hasSize(2);
    assertThat(checks).containsKeys("db_main", "inventory:share", "disk:free_bytes");
  }

  @Test
  void page_namesTheRunBookOfABreakerThatIsNotClosed() {
    CircuitBreaker breaker = CircuitBreaker.standard();
    HealthEndpoint page = HealthEndpoint.of(Health.builder()
            .kernel(kernel)
            .executor(kernel::execute)
            .gate("stock", breaker)
            .start())
        .details(Details.always());
    assertThat(page.handle("/health?format=html", null).body()).doesNotContain("Run-book");
    breaker.forceOpen("maintenance");
    kernel.advance(Duration.ofSeconds(60));
    assertThat(page.handle("/health?format=html", null).body())
        .contains("<dt>Run-book</dt><dd>docs/runbooks.md#breaker-held-by-hand</dd>");
  }

  @Test
  void microProfile_isAsItsSchemaHasIt() {
    JsonSchema schema = JsonSchema.resource("microprofile.schema.json");
    for (String path : List.of("/health", "/health/live", "/health/ready", "/health/started")) {
      Map<String, Object> root = answer(path + "?format=microprofile");
      assertThat(schema.errors(root)).as(path).isEmpty();
      int status = endpoint.handle(path, null).status();
      assertThat(root.get("status")).as(path).isEqualTo(status == 200 ? "UP" : "DOWN");
    }
    assertThat((List<Object>) answer("/health?format=microprofile").get("checks"))
        .hasSize(7);
    assertThat(schema.errors(answer("/health")))
        .as("the schema says no to others")
        .isNotEmpty();
  }

  @Test
  void withoutDetails_theFormsAreTheSame() {
    HealthEndpoint closed = HealthEndpoint.of(health);
    for (String form : List.of("health-json", "microprofile")) {
      Object json =
          ParsedJson.parse(closed.handle("/health?format=" + form, null).body());
      assertThat(JsonSchema.resource(form + ".schema.json").errors(json))
          .as(form)
          .isEmpty();
    }
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

  /** As Spring Boot 4 has it: status, groups, and components with a status and details each. */
  @Test
  void actuator_isAsItsReadersExpectIt() {
    for (String path : List.of("/health", "/health/live", "/health/ready", "/health/odd")) {
      Map<String, Object> root = answer(path + "?format=actuator");
      assertThat(Set.of("status", "groups", "components")).containsAll(root.keySet());
      assertThat(root.get("status")).isIn("UP", "DOWN", "OUT_OF_SERVICE", "UNKNOWN");
      int status = endpoint.handle(path, null).status();
      assertThat(root.get("status").equals("DOWN")).as(path).isEqualTo(status == 503);
      ((Map<String, Map<String, Object>>) root.get("components")).forEach((name, component) -> {
        assertThat(component.keySet()).containsExactly("status", "details");
        assertThat(component.get("status")).isIn("UP", "DOWN", "UNKNOWN");
        assertThat(component.get("details")).isInstanceOf(Map.class);
      });
    }
    Map<String, Object> root = answer("/health?format=actuator");
    assertThat((List<Object>) root.get("groups"))
        .containsExactly("live", "odd", "ready", "started");
    Map<String, Map<String, Object>> components =
        (Map<String, Map<String, Object>>) root.get("components");
    assertThat(components).hasSize(6);
    assertThat(components.get("twice")).as("the worse of two").containsEntry("status", "DOWN");
    assertThat(components.get("warm")).containsEntry("status", "UP");
    assertThat((Map<String, Object>) components.get("db:main").get("details"))
        .containsEntry("error", "java.io.IOException");
    assertThat(endpoint
            .handle("/health", "application/vnd.spring-boot.actuator.v3+json")
            .headers())
        .containsEntry("Content-Type", "application/vnd.spring-boot.actuator.v3+json");
    assertThat(HealthEndpoint.of(health)
            .handle("/health/live?format=actuator", null)
            .body())
        .isEqualTo("{\"status\":\"UP\"}\n");
    health.drain();
    assertThat(answer("/health/ready?format=actuator")).containsEntry("status", "OUT_OF_SERVICE");
  }
}
