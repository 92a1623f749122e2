package dev.evenkeel.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every artifact that is published is in the bom and in the listing's dependencies, and has a name
 * as a module.
 */
class PublishedTest {

  private static List<String> managed(String pom) throws IOException {
    String text = Files.readString(Published.ROOT.resolve(pom));
    Matcher artifact = Pattern.compile(
            "<groupId>dev.evenkeel</groupId>\\s*<artifactId>([^<]+)</artifactId>")
        .matcher(text.substring(text.indexOf("<dependencies>")));
    List<String> all = new ArrayList<>();
    while (artifact.find()) {
      all.add(artifact.group(1));
    }
    return all;
  }

  @Test
  void bom_namesEveryPublishedArtifact_andNoOther() throws IOException {
    assertThat(managed("bom/pom.xml"))
        .containsExactlyInAnyOrderElementsOf(Published.all().stream()
            .map(Published::artifactId)
            .filter(name -> !name.equals("evenkeel-bom"))
            .toList());
  }

  @Test
  void bomsSlf4j_isTheOneThatIsTested() throws IOException {
    Matcher tested = Pattern.compile("<slf4j.version>([^<]+)</slf4j.version>")
        .matcher(Files.readString(Published.ROOT.resolve("pom.xml")));
    assertThat(tested.find()).isTrue();
    assertThat(Files.readString(Published.ROOT.resolve("bom/pom.xml")).replaceAll("\\s+", ""))
        .contains("<artifactId>slf4j-api</artifactId><version>" + tested.group(1) + "</version>");
  }

  /** A jar without a name of its own gets one from its file's, which nobody can rely on. */
  @Test
  void everyPublishedJar_hasAModuleNameOfItsOwn() throws IOException {
    List<String> names = new ArrayList<>();
    for (Published published : Published.all()) {
      if (!published.isJar()) {
        continue;
      }
      Matcher name = Pattern.compile("<module.name>(dev\\.evenkeel[.a-z]*)</module.name>")
          .matcher(Files.readString(published.folder().resolve("pom.xml")));
      assertThat(name.find()).as("%s: <module.name> in its pom.xml", published).isTrue();
      names.add(name.group(1));
      Path explicit = published.folder().resolve("src/main/java/module-info.java");
      if (Files.exists(explicit)) {
        assertThat(Files.readString(explicit)).contains("module " + name.group(1) + " {");
      }
    }
    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void listing_dependsOnEveryPublishedJar_soThatItIsBuiltBefore() throws IOException {
    assertThat(managed("api/pom.xml"))
        .containsAll(Published.all().stream()
            .filter(Published::isJar)
            .map(Published::artifactId)
            .toList());
  }
}
