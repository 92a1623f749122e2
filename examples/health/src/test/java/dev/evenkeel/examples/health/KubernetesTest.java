package dev.evenkeel.examples.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.healthcheck.CheckTiming;
import dev.evenkeel.healthcheck.Group;
import dev.evenkeel.healthcheck.Health;
import dev.evenkeel.healthcheck.http.HealthEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The manifest agrees with the defaults. */
@SuppressWarnings("unchecked") // what YAML gives is a tree of maps and lists
class KubernetesTest {

  private final Map<String, Object> pod = pod();
  private final Map<String, Object> container =
      (Map<String, Object>) ((List<Object>) pod.get("containers")).get(0);

  private static Map<String, Object> pod() {
    try {
      Object root = new Load(LoadSettings.builder().build())
          .loadFromString(Files.readString(Path.of("kubernetes.yaml")));
      return at(at(at((Map<String, Object>) root, "spec"), "template"), "spec");
    } catch (IOException gone) {
      throw new IllegalStateException(gone);
    }
  }

  private static Map<String, Object> at(Map<String, Object> parent, String key) {
    return (Map<String, Object>) parent.get(key);
  }

  private Map<String, Object> probe(String name) {
    return at(container, name);
  }

  private static int figure(Map<String, Object> of, String key) {
    return (Integer) of.get(key);
  }

  @Test
  void paths_areThoseOfTheGroups_onTheHealthPort() {
    Health health = Health.builder().start();
    HealthEndpoint endpoint = HealthEndpoint.of(health);
    Map<String, String> groups = Map.of(
        "startupProbe", Group.STARTED, "livenessProbe", Group.LIVE, "readinessProbe", Group.READY);
    groups.forEach((probe, group) -> {
      Map<String, Object> get = at(probe(probe), "httpGet");
      assertThat(get).containsEntry("path", "/health/" + group).containsEntry("port", "health");
      assertThat(endpoint.handle((String) get.get("path"), null).status()).isEqualTo(200);
    });
    health.close();
    assertThat((List<Map<String, Object>>) container.get("ports"))
        .anySatisfy(port ->
            assertThat(port).containsEntry("name", "health").containsEntry("containerPort", 8081));
  }

  @Test
  void readiness_isQuickerThanLiveness_andNoQuickerThanTheChecks() {
    CheckTiming timing = CheckTiming.standard();
    Map<String, Object> ready = probe("readinessProbe");
    Map<String, Object> live = probe("livenessProbe");
    assertThat(figure(ready, "periodSeconds")).isEqualTo(timing.interval().toSeconds());
    assertThat(figure(ready, "periodSeconds") * figure(ready, "failureThreshold"))
        .isLessThan(figure(live, "periodSeconds") * figure(live, "failureThreshold"));
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(figure(probe(probe), "timeoutSeconds")).isEqualTo(1);
    }
    // A check that hangs is DOWN before liveness is asked for the last time.
    Duration untilDown = timing.interval().plus(timing.timeLimit().multipliedBy(timing.fall()));
    assertThat((long) figure(live, "periodSeconds") * figure(live, "failureThreshold"))
        .isGreaterThan(untilDown.toSeconds());
  }

  @Test
  void theEnd_hasTimeForAllOfIt() throws IOException {
    int sleep = figure(at(at(at(container, "lifecycle"), "preStop"), "sleep"), "seconds");
    String guide = Files.readString(Path.of("../../docs/guide/health.md"));
    assertThat(guide).contains("health.drain(Duration.ofSeconds(10))");
    int notice = 10;
    Map<String, Object> ready = probe("readinessProbe");
    assertThat(notice)
        .isGreaterThanOrEqualTo(
            2 * figure(ready, "periodSeconds") * figure(ready, "failureThreshold"));
    assertThat(sleep + notice + 15)
        .isLessThanOrEqualTo(figure(pod, "terminationGracePeriodSeconds"));
  }
}
