package dev.evenkeel.spring.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.Diagnostic.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of pipelines, as the compiler is told of them. */
class NamesTest {

  private static final String STOCKS = """
      public class Stocks {
        @Resilient("inventroy")
        public void stock() {}
      }
      """;

  @TempDir
  private Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private List<String> errors(String... options) {
    Compiled compiled = Compiled.of(folder, List.of(options), STOCKS);
    assertThat(compiled.texts(Kind.WARNING)).isEmpty();
    return compiled.texts(Kind.ERROR);
  }

  @Test
  void withoutAList_namesAreNotChecked() {
    assertThat(errors()).isEmpty();
    assertThat(errors("-Aevenkeel.pipelines=", "-Aevenkeel.settings")).isEmpty();
  }

  @Test
  void unknownName_isToldAsAtTheStart_withTheNearestOne() {
    String told = "@Resilient(\"inventroy\") on shop.Stocks.stock(): Looked for a pipeline named"
        + " 'inventroy'. There are: [inventory].";
    String action = " Write @Resilient(\"inventory\") if that is the one you mean, or make"
        + " 'inventroy': with properties evenkeel.pipelines.inventroy.*";
    assertThat(errors("-Aevenkeel.pipelines=inventory"))
        .singleElement()
        .asString()
        .startsWith(told + action)
        .endsWith(" in a file of -Aevenkeel.settings, or with a bean of type PipelineCustomizer or"
            + " Pipeline and its name in -Aevenkeel.pipelines.");
    assertThat(Application.failure(Compiled.unchecked(folder, STOCKS).load("Stocks")))
        .startsWith(told + action);
  }

  @Test
  void knownNames_areOfTheListAndOfAllFiles() throws IOException {
    Path yaml = file("application.yml", "evenkeel:\n  pipelines:\n    inventory.timeout: 1s\n");
    Path properties = file("more.properties", "evenkeel.pipelines.inventroy.timeout.duration=1s\n");
    assertThat(errors("-Aevenkeel.settings=" + yaml)).hasSize(1);
    assertThat(errors("-Aevenkeel.settings=" + yaml + ", " + properties)).isEmpty();
    assertThat(errors("-Aevenkeel.settings=" + yaml, "-Aevenkeel.pipelines=prices, inventroy"))
        .isEmpty();
  }

  @Test
  void fileWithoutPipelines_saysThatThereIsNone() throws IOException {
    Path file = file("application.properties", "server.port=0\n");
    assertThat(errors("-Aevenkeel.settings=" + file))
        .singleElement()
        .asString()
        .contains("There is no pipeline at all. Make the pipeline 'inventroy': with properties");
  }

  @Test
  void unknownNameOfAClass_isToldOnce() {
    assertThat(Compiled.of(folder, List.of("-Aevenkeel.pipelines=prices"), """
        @Resilient("inventory")
        public class Stocks {
          public void one() {}

          public void other() {}
        }
        """).texts(Kind.ERROR))
        .singleElement()
        .asString()
        .startsWith("@Resilient(\"inventory\") on shop.Stocks: Looked for a pipeline named");
  }

  @Test
  void filesThatCannotBeRead_areErrors() throws IOException {
    assertThat(errors("-Aevenkeel.settings=" + folder.resolve("none.yml")))
        .singleElement()
        .asString()
        .contains("none.yml cannot be read: java.nio.file.NoSuchFileException")
        .contains("(expected: the path of a file, absolute or from the folder that the compiler is"
            + " started in)");
    assertThat(errors("-Aevenkeel.settings=" + file("settings.toml", "")))
        .singleElement()
        .asString()
        .contains("(expected: a .properties, .yml or .yaml file)");
    assertThat(errors("-Aevenkeel.settings=" + file("broken.properties", "a=\\u12")))
        .singleElement()
        .asString()
        .contains("broken.properties cannot be read: ");
  }

  @Test
  void namesThatAreNotRead_areWarnedOf_andNotChecked() throws IOException {
    Path file = file("application.yml", "evenkeel:\n  pipelines: {inventory: {}}\n");
    Compiled compiled = Compiled.of(folder, List.of("-Aevenkeel.settings=" + file), STOCKS);
    assertThat(compiled.messages()).singleElement().satisfies(message -> {
      assertThat(message.kind()).isEqualTo(Kind.WARNING);
      assertThat(message.text())
          .startsWith("Names of pipelines are not checked. -Aevenkeel.settings: ")
          .contains("application.yml, line 2: names that stand in braces");
    });
  }
}
