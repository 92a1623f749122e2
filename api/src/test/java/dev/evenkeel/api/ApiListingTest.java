package dev.evenkeel.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No published artifact's API changes without being written down beside this module's pom. */
class ApiListingTest {

  private static final boolean WRITES = Boolean.getBoolean("evenkeel.api.write");

  static List<Published> jars() throws IOException {
    return Published.all().stream().filter(Published::isJar).toList();
  }

  @ParameterizedTest
  @MethodSource("jars")
  void api_isAsWrittenDown(Published artifact) throws IOException {
    Path classes = artifact.folder().resolve("target/classes");
    List<String> now = Files.isDirectory(classes) ? ApiListing.of(classes) : List.of();
    Path file = Path.of(artifact + ".txt");
    if (now.isEmpty()) {
      assertThat(file).as("%s has no class", artifact).doesNotExist();
      return;
    }
    if (WRITES) {
      Files.write(file, now);
    }
    List<String> written = Files.exists(file) ? Files.readAllLines(file) : List.of();
    if (!now.equals(written)) {
      fail(difference(artifact, written, now));
    }
  }

  private static String difference(Published artifact, List<String> written, List<String> now) {
    List<String> changes = new ArrayList<>();
    changes.addAll(withType("- ", written, now));
    changes.addAll(withType("+ ", now, written));
    return """
        The public API of %s is not as api/%s.txt has it. What is gone (-) breaks those who use it; what is new (+)
        must be kept from the next release on:
        %s
        If that is meant: write it down with
          mvn -q -pl api -am test -Dtest=ApiListingTest -Dsurefire.failIfNoSpecifiedTests=false -Devenkeel.api.write=true
        look at the difference in api/, commit it, and say in CHANGELOG.md what a user has to change. If not: make
        what is new package-private, and bring back what is gone.""".formatted(artifact, artifact, String.join("\n", changes));
  }

  /** The lines of the first that the second does not have, each member with its type. */
  private static List<String> withType(String sign, List<String> first, List<String> second) {
    Set<String> there = new LinkedHashSet<>(qualified(second));
    return qualified(first).stream()
        .filter(line -> !there.contains(line))
        .map(line -> sign + line)
        .toList();
  }

  private static List<String> qualified(List<String> lines) {
    List<String> all = new ArrayList<>();
    String type = "";
    for (String line : lines) {
      if (line.startsWith("  ")) {
        all.add(type + ": " + line.strip());
      } else {
        all.add(line);
        type = line.replaceFirst(".*?(?:class|interface|enum|record) ([^ <]+).*", "$1");
      }
    }
    return all;
  }

  @Test
  void everyListing_isOfAnArtifactThatIsPublished() throws IOException {
    List<String> artifacts = jars().stream().map(jar -> jar + ".txt").toList();
    try (Stream<Path> files = Files.list(Path.of(""))) {
      assertThat(files.map(Path::toString).filter(name -> name.endsWith(".txt")))
          .isSubsetOf(artifacts);
    }
  }

  @Test
  void difference_namesTheTypeOfEachMember_andWhatToDo() {
    String text = difference(
        new Published("evenkeel-x", Path.of("x"), true),
        List.of("public final class a.B<T>", "  public void gone()"),
        List.of("public final class a.B<T>", "  public void come()"));
    assertThat(text)
        .contains("- a.B: public void gone()\n+ a.B: public void come()\n")
        .contains("-Devenkeel.api.write=true");
  }
}
