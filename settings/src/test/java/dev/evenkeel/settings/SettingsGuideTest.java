package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/guide/settings.md shows is what the build compiles, reads and runs. */
class SettingsGuideTest {

  private static final Path GUIDE = Path.of("../docs/guide/settings.md");

  record Stock(int pieces) {}

  interface Client {
    Stock stock(String sku);
  }

  static SettingsWatch start(Pipelines pipelines, Path file) {
    return SettingsFile.watch(file, LiveSettings.of(pipelines)); // read now, and when it changes
  }

  static Stock stock(Pipelines pipelines, Client client, String sku) {
    Pipeline inventory = pipelines.find("inventory").orElseThrow();
    return inventory.call(() -> client.stock(sku));
  }

  static String inForce(LiveSettings live) {
    StringBuilder text = new StringBuilder("version " + live.current().version());
    Settings settings = live.current().settings();
    for (String name : settings.pipelines()) {
      settings.of(name).effective().forEach(value -> text.append("\n" + name + ": " + value));
    }
    return text.toString();
  }

  static void migrate(Path application, Path evenkeel) throws java.io.IOException {
    Resilience4jSettings read = Resilience4jSettings.read(application);
    System.out.print(read.report()); // each key without effect, and what takes its place
    Files.writeString(evenkeel, read.settings().toPropertiesText());
  }

  @TempDir
  Path folder;

  private static List<String> blocks(String language) throws Exception {
    Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(GUIDE));
    List<String> blocks = new ArrayList<>();
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }

  @Test
  void codeOfTheGuide_isCodeOfThisClass() throws Exception {
    String source = squeezed(
        Files.readString(Path.of("src/test/java/dev/evenkeel/settings/SettingsGuideTest.java")));
    assertThat(blocks("java"))
        .hasSize(3)
        .allSatisfy(block -> assertThat(source).contains(squeezed(block)));
  }

  /** Lines are broken where the page wants it. */
  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void filesOfTheGuide_areTheSameSettings() throws Exception {
    Settings yaml = Texts.file("evenkeel.yaml", blocks("yaml").get(0));
    Settings properties = Texts.file("evenkeel.properties", blocks("properties").get(0));
    assertThat(yaml).isEqualTo(properties);
    assertThat(yaml.pipelines()).containsExactly("inventory", "prices");
  }

  @Test
  void errorsOfTheGuide_areTheErrors() throws Exception {
    Settings valid = Texts.file("evenkeel.yaml", blocks("yaml").get(0));
    assertThat(valid).isNotNull();
    assertThat("2 problems:\n- "
            + String.join(
                "\n- ", Texts.problemsIn("evenkeel.yaml", blocks("yaml").get(1))) + "\n")
        .isEqualTo(blocks("text").get(0));
  }

  @Test
  void whatTheGuideShows_works() throws Exception {
    Path file =
        Files.writeString(folder.resolve("evenkeel.yaml"), blocks("yaml").get(0));
    try (Pipelines pipelines = Pipelines.create();
        SettingsWatch watch = start(pipelines, file)) {
      assertThat(stock(pipelines, sku -> new Stock(sku.length()), "four").pieces())
          .isEqualTo(4);
      assertThat(watch.problem()).isEmpty();
    }
    try (Pipelines pipelines = Pipelines.create()) {
      LiveSettings live = LiveSettings.of(pipelines);
      live.apply(SettingsFile.load(file));
      assertThat(inForce(live)).startsWith("version 1\ninventory: ").contains("evenkeel.yaml:");
    }
    Path theirs = Files.writeString(
        folder.resolve("application.yaml"),
        "resilience4j.retry.instances.inventory.maxAttempts: 4");
    Path ours = folder.resolve("evenkeel.properties");
    migrate(theirs, ours);
    assertThat(SettingsFile.load(ours).pipelines()).containsExactly("inventory");
  }
}
