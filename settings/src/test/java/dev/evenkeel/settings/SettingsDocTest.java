package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/settings.md is made from the table: {@code mvn ... -Devenkeel.docs=write} writes it. */
class SettingsDocTest {

  private static final Path PAGE = Path.of("../docs/settings.md");

  @Test
  void page_isMadeFromTheTable() throws IOException {
    if ("write".equals(System.getProperty("evenkeel.docs"))) {
      Files.writeString(PAGE, page());
    }
    assertThat(PAGE).hasContent(page());
  }

  private static String page() {
    StringBuilder text = new StringBuilder("""
        # All keys of the settings

        Made from the table in the code (`SettingKey.all()`); a test compares it. How files are read, inherited and changed: [guide/settings.md](guide/settings.md).

        A key stands below `evenkeel.pipelines.<name>.` or `evenkeel.configs.<config>.`. A policy is there if one of its keys is set, or inherited. "Must be set" holds for a policy that is there.
        """);
    String before = "";
    for (SettingKey key : SettingKey.all()) {
      int dot = key.name().indexOf('.');
      String heading = dot < 0 ? "The whole pipeline" : key.name().substring(0, dot);
      if (!heading.equals(before)) {
        text.append("\n## ").append(heading).append("\n\n");
        text.append("| key | values | default | what for |\n|---|---|---|---|\n");
        before = heading;
      }
      text.append("| `")
          .append(key.name())
          .append("` | ")
          .append(key.range())
          .append(" | ")
          .append(preset(key))
          .append(" | ")
          .append(key.description())
          .append(key.onlyWith() == null ? "" : " Only with `" + key.onlyWith() + "`.")
          .append(" |\n");
    }
    return text.toString();
  }

  private static String preset(SettingKey key) {
    String preset = key.defaultValue();
    return preset != null
        ? preset
        : key.name().equals("hedge.delay") || key.name().equals("hedge.quantile")
            ? "one of delay and quantile must be set"
            : "must be set";
  }

  @Test
  void table_isWhole() {
    assertThat(SettingKey.all())
        .extracting(SettingKey::name)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.equals(Names.kebab(name)));
    assertThat(SettingKey.all()).allSatisfy(key -> {
      assertThat(key.description()).isNotBlank().endsWith(".");
      assertThat(key.range()).isNotBlank();
      assertThat(key.toString()).isEqualTo(key.name());
      assertThat(key.choices().isEmpty()).isEqualTo(key.type() != SettingKey.Type.CHOICE);
    });
  }

  /** Each key that a policy reads is in the table, and each in the table is read by a policy. */
  @Test
  void everyKey_isReadByAPolicy() {
    List<String> everything = List.of(
        "pipelines.a.observe-only=true",
        "pipelines.a.timeout.duration=1s",
        "pipelines.a.total-timeout.duration=5s",
        "pipelines.a.retry.retry-exceptions=java.io.IOException",
        "pipelines.a.retry.ignore-exceptions=java.io.IOException",
        "pipelines.a.retry.budget.ratio=0.1",
        "pipelines.a.hedge.calls=idempotent",
        "pipelines.a.hedge.delay=10ms",
        "pipelines.a.circuit-breaker.record-exceptions=java.io.IOException",
        "pipelines.a.circuit-breaker.ignore-exceptions=java.io.IOException",
        "pipelines.a.circuit-breaker.per-key=true",
        "pipelines.a.concurrency-limit.max-concurrent-calls=5",
        "pipelines.a.concurrency-limit.max-queued=5",
        "pipelines.a.concurrency-limit.per-key=true",
        "pipelines.a.adaptive-limit.per-key=true",
        "pipelines.a.rate-limit.calls=5",
        "pipelines.a.rate-limit.per-key=true",
        "pipelines.b.hedge.calls=idempotent",
        "pipelines.b.hedge.quantile=0.9",
        "pipelines.b.circuit-breaker.failback.enabled=false",
        "pipelines.b.retry.backoff.type=exponential",
        "pipelines.c.retry.backoff.type=linear",
        "pipelines.c.retry.backoff.step=10ms",
        "pipelines.d.retry.backoff.type=list",
        "pipelines.d.retry.backoff.waits=10ms");
    Settings settings = Texts.settings(everything.toArray(new String[0]));
    List<String> read = settings.pipelines().stream()
        .flatMap(name -> settings.of(name).effective().stream())
        .map(Property::key)
        .distinct()
        .collect(Collectors.toList());
    List<String> all = SettingKey.all().stream()
        .map(SettingKey::name)
        .filter(name -> !name.equals("base-config"))
        .filter(name ->
            !name.endsWith(".enabled") || name.chars().filter(c -> c == '.').count() > 1)
        .toList();
    assertThat(read).containsExactlyInAnyOrderElementsOf(all);
  }

  /** The defaults that the table says are those of the policies' own builders. */
  @Test
  void defaults_areThoseOfThePolicies() {
    Settings settings = Texts.settings(
        "pipelines.a.circuit-breaker.enabled=true", "pipelines.a.retry.enabled=true");
    assertThat(settings.of("a").policies().toString())
        .isEqualTo(List.of(
                dev.evenkeel.retry.Retry.jittered(3),
                dev.evenkeel.circuitbreaker.CircuitBreaker.standard())
            .toString());
  }
}
