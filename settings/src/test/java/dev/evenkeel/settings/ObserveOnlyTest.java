package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code observe-only}, for all pipelines and for one. */
class ObserveOnlyTest {

  private final Pipelines pipelines = Pipelines.create();
  private final LiveSettings live = LiveSettings.of(pipelines);

  @AfterEach
  void close() {
    pipelines.close();
  }

  private boolean isObserveOnly(String name) {
    return pipelines.find(name).orElseThrow().isObserveOnly();
  }

  private void apply(String... lines) {
    LiveSettings.Current unused = live.apply(Texts.settings(lines));
  }

  @Test
  void nearestWins() {
    Settings settings = Texts.settings(
        "observe-only=true",
        "configs.safe.observe-only=false",
        "pipelines.a.timeout.duration=1s",
        "pipelines.b.base-config=safe",
        "pipelines.c.base-config=safe",
        "pipelines.c.observeOnly=true");

    assertThat(settings.of("a").observeOnly()).isTrue();
    assertThat(settings.of("b").observeOnly()).isFalse();
    assertThat(settings.of("c").observeOnly()).isTrue();
    assertThat(settings.of("not-named").observeOnly()).isTrue();
    assertThat(Texts.settings("pipelines.a.timeout.duration=1s").of("a").observeOnly())
        .isNull();
    assertThat(settings.of("a").effective())
        .contains(new Property("observe-only", "true", "test.properties:1"));
    assertThat(Texts.file("again.properties", settings.toPropertiesText())).isEqualTo(settings);
    assertThat(settings).isNotEqualTo(Texts.settings("observe-only=false"));
  }

  @Test
  void wrongValue_andTheSameKeyTwice_areNamed() {
    assertThat(Texts.problems("observe-only=maybe"))
        .singleElement()
        .asString()
        .contains("evenkeel.observe-only", "\"maybe\"", "true or false");
    assertThat(Texts.problems("observe-only=true", "observeOnly=false"))
        .singleElement()
        .asString()
        .contains("the same key twice");
    assertThat(Texts.problems("observe-onyl=true"))
        .singleElement()
        .asString()
        .contains("did you mean evenkeel.observe-only?");
    assertThat(Texts.problems("pipelines.a.observe-only=2"))
        .singleElement()
        .asString()
        .contains("true or false");
  }

  @Test
  void pipelines_followTheSettings_whoeverMadeThem() {
    Pipeline own = pipelines.add(Pipeline.of("own", Timeout.ofMillis(100)));
    apply("observe-only=true", "pipelines.a.timeout.duration=1s");
    pipelines.add(Pipeline.of("later", Timeout.ofMillis(100)));

    assertThat(isObserveOnly("own")).isTrue();
    assertThat(isObserveOnly("a")).isTrue();
    assertThat(isObserveOnly("later")).isTrue();

    apply("observe-only=true", "pipelines.a.timeout.duration=1s", "pipelines.a.observe-only=false");
    assertThat(isObserveOnly("own")).isTrue();
    assertThat(isObserveOnly("a")).isFalse();

    apply("pipelines.a.timeout.duration=1s", "pipelines.a.observe-only=true");
    assertThat(own.isObserveOnly()).isFalse();
    assertThat(isObserveOnly("later")).isFalse();
    assertThat(isObserveOnly("a")).isTrue();

    apply("pipelines.a.timeout.duration=1s");
    assertThat(isObserveOnly("a")).isFalse();
  }

  @Test
  void whatCodeHasSet_stays_whereTheSettingsSayNothing() {
    Pipeline own = Pipeline.builder("own").observeOnly(true).build();
    pipelines.add(own);
    apply("pipelines.own.timeout.duration=1s");
    assertThat(own.isObserveOnly()).isTrue();
    apply("pipelines.own.timeout.duration=1s", "pipelines.own.observe-only=false");
    assertThat(own.isObserveOnly()).isFalse();
  }

  @Test
  void sameSettingsAgain_changeNothing() {
    apply("observe-only=true", "pipelines.a.timeout.duration=1s");
    long version = pipelines.find("a").orElseThrow().version();
    apply("observe-only=true", "pipelines.a.timeout.duration=1s");
    assertThat(pipelines.find("a").orElseThrow().version()).isEqualTo(version);
    assertThat(live.current().version()).isEqualTo(1);
  }

  @Test
  void properties_areWhatIsSet() {
    assertThat(Texts.settings("pipelines.a.timeout.duration=1000ms", "observe-only=true")
            .properties())
        .containsExactly(
            new Property("evenkeel.observe-only", "true", "test.properties:2"),
            new Property("evenkeel.pipelines.a.timeout.duration", "1s", "test.properties:1"));
  }
}
