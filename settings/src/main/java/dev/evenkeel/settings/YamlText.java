package dev.evenkeel.settings;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The properties of a YAML file, with the line of each key. It is read event by event: no object is
 * made of it, no tag is obeyed and no alias followed, and what is nested too deeply ends the
 * reading. Used once.
 */
final class YamlText {

  private static final int DEEPEST = 20;

  private final String file;
  private final Problems problems;
  private final List<Property> properties = new ArrayList<>();
  private final Deque<Level> levels = new ArrayDeque<>();

  /** A mapping or a list that is being read. */
  private static final class Level {
    final String path;
    final boolean list;
    final Map<String, Integer> lines = new HashMap<>();

    @Nullable String key;

    int line;
    int elements;

    Level(String path, boolean list, int line) {
      this.path = path;
      this.list = list;
      this.line = line;
    }
  }

  /** Ends the reading; the problem is noted. */
  private static final class Ended extends RuntimeException {
    Ended() {
      super(null, null, false, false);
    }
  }

  private YamlText(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** The properties, in their order. Lists have keys with an index: {@code key[0]}. */
  static List<Property> read(String text, String file, Problems problems) {
    YamlText reader = new YamlText(file, problems);
    try {
      reader.read(text);
    } catch (Ended noted) {
      // What was read so far is worth looking at.
    } catch (MarkedYamlEngineException malformed) {
      problems.add(
          "",
          reader.origin(malformed.getProblemMark()),
          "no YAML: " + malformed.getProblem(),
          "YAML");
    } catch (YamlEngineException malformed) {
      problems.add("", file, "no YAML: " + malformed.getMessage(), "YAML");
    }
    return reader.properties;
  }

  private void read(String text) {
    LoadSettings settings = LoadSettings.builder().setLabel(file).build();
    boolean first = true;
    for (Event event : new Parse(settings).parseString(text)) {
      if (event instanceof DocumentStartEvent) {
        if (!first) {
          throw end(event, "a second document", "one; files of several, with ---, are for Spring");
        }
        first = false;
      } else if (event instanceof MappingEndEvent || event instanceof SequenceEndEvent) {
        Level ended = levels.pop();
        if (ended.list && ended.elements == 0) {
          properties.add(new Property(ended.path, "", origin(ended.line)));
        }
      } else if (event instanceof NodeEvent node) {
        take(node);
      }
    }
  }

  private void take(NodeEvent event) {
    if (event instanceof AliasEvent) {
      throw end(event, "an alias", "a config that pipelines inherit from, by base-config");
    }
    Level level = levels.peek();
    boolean isKey = level != null && !level.list && level.key == null;
    if (level != null && isKey) {
      takeKey(level, event);
      return;
    }
    int line = line(event.getStartMark());
    String path = "";
    if (level != null && level.list) {
      path = level.path + "[" + level.elements++ + "]";
    } else if (level != null) {
      path = below(level.path, String.valueOf(level.key));
      line = level.line;
      level.key = null;
    }
    if (event instanceof ScalarEvent scalar) {
      takeValue(scalar, path, line);
    } else {
      boolean list = event instanceof SequenceStartEvent;
      if (levels.size() == DEEPEST) {
        throw end(event, "more than " + DEEPEST + " levels", "fewer");
      }
      if (levels.isEmpty() && list) {
        throw end(event, "a list", "keys and values");
      }
      levels.push(new Level(path, list, line));
    }
  }

  private void takeKey(Level level, NodeEvent event) {
    if (!(event instanceof ScalarEvent scalar)) {
      throw end(event, "a key that is a list or a mapping", "a word");
    }
    level.key = scalar.getValue();
    level.line = line(event.getStartMark());
    Integer before = level.lines.putIfAbsent(scalar.getValue(), level.line);
    if (before != null) {
      problems.add(
          below(level.path, scalar.getValue()),
          origin(level.line),
          "the same key twice",
          "each once; it is at line " + before + " too");
    }
  }

  private void takeValue(ScalarEvent scalar, String path, int line) {
    Optional<String> tag = scalar.getTag();
    if (tag.isPresent()) {
      throw end(scalar, "the tag " + tag.get(), "a value without a tag");
    }
    String value = scalar.getValue();
    boolean nothing = scalar.isPlain() && (value.equals("null") || value.equals("~"));
    if (path.isEmpty()) {
      if (!value.isBlank() && !nothing) {
        throw end(scalar, "\"" + value + "\"", "keys and values");
      }
      return;
    }
    properties.add(new Property(path, nothing ? "" : value, origin(line)));
  }

  private static String below(String path, String key) {
    return path.isEmpty() ? key : key.startsWith("[") ? path + key : path + "." + key;
  }

  private Ended end(Event at, String found, String expected) {
    problems.add("", origin(at.getStartMark()), found, expected);
    return new Ended();
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(Mark::getLine).orElse(-1) + 1;
  }

  private String origin(Optional<Mark> mark) {
    return origin(line(mark));
  }

  private String origin(int line) {
    return line > 0 ? file + ":" + line : file;
  }
}
