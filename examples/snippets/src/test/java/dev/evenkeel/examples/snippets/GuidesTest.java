package dev.evenkeel.examples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages show is code of this module, and what they link to is there. */
class GuidesTest {

  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final String PACKAGE = "java/dev/evenkeel/examples/snippets/";
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- snippet: (\\w+)#(\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern COMMENT_OR_TEXT = Pattern.compile("//.*|\"[^\"\n]*\"");
  private static final Pattern TYPE = Pattern.compile("(?<![.\\w])[A-Z]\\w*");
  private static final Pattern LISTED = Pattern.compile(
      "(?m)^public .*?(?:class|interface|enum|record) (dev\\.evenkeel[.a-z0-9]*)\\.([A-Z]\\w*)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)\\s]*)?\\)");

  /** README, what lies beside it, and all pages of docs. */
  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      Stream.concat(top, docs).filter(path -> path.toString().endsWith(".md")).forEach(pages::add);
    }
    pages.add(ROOT.resolve("examples/snippets/README.md"));
    return pages;
  }

  @Test
  void code_isAsCompiled() throws IOException {
    int found = 0;
    for (Path page : pages()) {
      Matcher shown = SNIPPET.matcher(Files.readString(page));
      while (shown.find()) {
        found++;
        assertThat(shown.group(3))
            .as("%s: %s#%s", ROOT.relativize(page), shown.group(1), shown.group(2))
            .isEqualTo(compiled(shown.group(1), shown.group(2)));
      }
    }
    assertThat(found).isGreaterThanOrEqualTo(12);
  }

  private static String compiled(String type, String mark) throws IOException {
    Path main = Path.of("src/main", PACKAGE, type + ".java");
    Path test = Path.of("src/test", PACKAGE, type + ".java");
    String source = Files.readString(Files.exists(main) ? main : test);
    int begin = source.indexOf("// guide: " + mark + "\n");
    assertThat(begin).as("%s has the mark %s", type, mark).isPositive();
    begin = source.indexOf('\n', begin) + 1;
    int end = source.lastIndexOf('\n', source.indexOf("// end\n", begin));
    return source.substring(begin, end).stripIndent() + "\n";
  }

  /** Whoever copies the code needs to know what to import, and from which artifact. */
  @Test
  void guides_nameThePackagesOfTheirCode() throws IOException {
    Map<String, Set<String>> packages = packages();
    List<String> missing = new ArrayList<>();
    for (Path page : pages()) {
      if (!page.startsWith(ROOT.resolve("docs/guide"))) {
        continue;
      }
      String text = Files.readString(page);
      Set<String> asked = new TreeSet<>();
      Matcher code = CODE.matcher(text);
      while (code.find()) {
        Matcher type = TYPE.matcher(COMMENT_OR_TEXT.matcher(code.group(1)).replaceAll(""));
        while (type.find()) {
          Set<String> homes = packages.getOrDefault(type.group(), Set.of());
          if (homes.stream().noneMatch(home -> text.contains("`" + home + ".*`"))) {
            homes.forEach(home -> asked.add("`" + home + ".*`"));
          }
        }
      }
      if (!asked.isEmpty()) {
        missing.add(ROOT.relativize(page) + " (expected: \"Imports: " + String.join(", ", asked)
            + " (`the artifact`).\" below its title)");
      }
    }
    assertThat(missing).isEmpty();
  }

  /** Of each public type of ours, from the listing of the API; two modules may have the name. */
  private static Map<String, Set<String>> packages() throws IOException {
    Map<String, Set<String>> packages = new HashMap<>();
    try (Stream<Path> listings = Files.list(ROOT.resolve("api"))) {
      for (Path listing :
          listings.filter(path -> path.toString().endsWith(".txt")).toList()) {
        Matcher type = LISTED.matcher(Files.readString(listing));
        while (type.find()) {
          packages.computeIfAbsent(type.group(2), none -> new TreeSet<>()).add(type.group(1));
        }
      }
    }
    assertThat(packages).containsEntry("Pipeline", Set.of("dev.evenkeel.core"));
    return packages;
  }

  @Test
  void links_leadSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains("://") && !Files.exists(page.resolveSibling(target))) {
          broken.add(ROOT.relativize(page) + " -> " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void index_namesEveryPage() throws IOException {
    Path docs = ROOT.resolve("docs");
    String index = Files.readString(docs.resolve("README.md"));
    List<String> missing = new ArrayList<>();
    for (Path page : pages()) {
      if (page.startsWith(docs) && !page.equals(docs.resolve("README.md"))) {
        String name = docs.relativize(page).toString().replace('\\', '/');
        if (!index.contains("(" + name + ")")) {
          missing.add(name);
        }
      }
    }
    assertThat(missing).isEmpty();
  }
}
