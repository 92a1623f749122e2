package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;

/** Settings, their text, and settings again. */
class RoundTripTest {

  @Provide
  Arbitrary<Map<String, String>> entries() {
    return RandomSettings.entries();
  }

  @Property(tries = 5_000)
  void settings_areEqualToWhatTheirTextGives(@ForAll("entries") Map<String, String> entries) {
    Optional<Settings> settings = settings(entries);
    Statistics.collect(settings.isPresent() ? "valid" : "refused");
    settings.ifPresent(valid -> {
      String text = valid.toPropertiesText();
      Settings again = Texts.file("evenkeel.properties", text);
      assertThat(again).isEqualTo(valid).hasSameHashCodeAs(valid);
      assertThat(again.toPropertiesText()).isEqualTo(text);
      assertThat(again.pipelines()).isEqualTo(valid.pipelines());
      for (String name : valid.pipelines()) {
        assertThat(again.of(name).policies().toString())
            .isEqualTo(valid.of(name).policies().toString());
      }
    });
  }

  private static Optional<Settings> settings(Map<String, String> entries) {
    try {
      return Optional.of(Texts.file("evenkeel.properties", RandomSettings.text(entries)));
    } catch (SettingsException refused) {
      assertThat(refused.problems()).isNotEmpty();
      return Optional.empty();
    }
  }

  @Test
  void names_ofAnyKind_comeBack() {
    Settings settings = Texts.settings(
        "pipelines[my.service].timeout.duration=1s",
        "pipelines[two\\ words\\:\\ and\\ \\u00e4].timeout.duration=1s",
        "pipelines.empty=");
    assertThat(settings.pipelines()).containsExactly("my.service", "two words: and ä", "empty");
    assertThat(Texts.file("evenkeel.properties", settings.toPropertiesText())).isEqualTo(settings);
  }

  @Test
  void text_isOneLineForEachKey() {
    assertThat(Texts.settings(
                "pipelines.a.timeout.duration=90000ms",
                "configs.default.retry.budget.ratio=33.3%",
                "pipelines.a.circuit-breaker.failureRateThreshold=12.50")
            .toPropertiesText())
        .isEqualTo("""
            evenkeel.configs.default.retry.budget.ratio=0.333
            evenkeel.pipelines.a.timeout.duration=90s
            evenkeel.pipelines.a.circuit-breaker.failure-rate-threshold=12.5%
            """);
  }
}
