package dev.evenkeel.spring.processor;

import dev.evenkeel.spring.processor.Reports.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.Messager;
import javax.tools.Diagnostic.Kind;
import org.jspecify.annotations.Nullable;

/** The names of the pipelines that the compiler is told of. Nothing is known without an option. */
final class KnownPipelines {

  static final String NAMES = "evenkeel.pipelines";
  static final String FILES = "evenkeel.settings";

  private final Set<String> names = new LinkedHashSet<>();
  private final Messager messager;
  private boolean isComplete;

  private KnownPipelines(Messager messager) {
    this.messager = messager;
  }

  /** Reads the options; tells what is wrong with them. */
  static KnownPipelines of(Map<String, String> options, Messager messager) {
    KnownPipelines known = new KnownPipelines(messager);
    Set<String> listed = split(options.get(NAMES));
    Set<String> files = split(options.get(FILES));
    known.names.addAll(listed);
    known.isComplete = !listed.isEmpty() || !files.isEmpty();
    files.forEach(known::read);
    return known;
  }

  private static Set<String> split(@Nullable String list) {
    Set<String> parts = new LinkedHashSet<>();
    for (String part : list == null ? new String[0] : list.split(",", -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return parts;
  }

  private void read(String file) {
    try {
      String text = Files.readString(Path.of(file));
      if (file.endsWith(".properties")) {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        add(properties.stringPropertyNames());
      } else if (file.endsWith(".yml") || file.endsWith(".yaml")) {
        YamlKeys keys = YamlKeys.of(text);
        add(keys.paths());
        if (keys.unreadableLine() > 0) {
          isComplete = false;
          messager.printMessage(
              Kind.WARNING,
              "Names of pipelines are not checked. -A" + FILES + ": " + file + ", line "
                  + keys.unreadableLine() + ": names that stand in braces or come from an alias are"
                  + " not read. Write them on lines of their own, or list them in -A" + NAMES
                  + ".");
        }
      } else {
        fail(file, "is not a file that names are read from", "a .properties, .yml or .yaml file");
      }
    } catch (IOException | IllegalArgumentException wrong) {
      fail(
          file,
          "cannot be read: " + wrong,
          "the path of a file, absolute or from the folder that" + " the compiler is started in");
    }
  }

  private void fail(String file, String wrong, String expected) {
    isComplete = false;
    messager.printMessage(
        Kind.ERROR, "-A" + FILES + ": " + file + " " + wrong + " (expected: " + expected + ")");
  }

  private void add(Collection<String> keys) {
    Set<String> found = new TreeSet<>();
    keys.forEach(key -> {
      String name = PipelineKey.name(key);
      if (name != null) {
        found.add(name);
      }
    });
    names.addAll(found);
  }

  /** What is wrong with a name; null if nothing is, or if it cannot be known. */
  @Nullable Problem problem(String name, String where) {
    if (!isComplete || names.contains(name)) {
      return null;
    }
    String wrong = "Looked for a pipeline named '" + name + "'. "
        + (names.isEmpty() ? "There is no pipeline at all." : "There are: " + names + ".");
    String action = NearestName.of(name, names)
        .map(near -> "Write @Resilient(\"" + near + "\") if that is the one you mean, or make '"
            + name + "'")
        .orElse("Make the pipeline '" + name + "'");
    return new Problem(
        where,
        wrong,
        action + ": with properties evenkeel.pipelines." + name + ".* in a file of -A" + FILES
            + ", or with a bean of type PipelineCustomizer or Pipeline and its name in -A" + NAMES
            + ".");
  }
}
