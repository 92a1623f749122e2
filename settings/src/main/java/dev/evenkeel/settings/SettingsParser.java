package dev.evenkeel.settings;

import dev.evenkeel.settings.Names.Part;
import dev.evenkeel.settings.Values.Unfit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes sections of properties: each key is known, each value is of its type and within its range,
 * and nothing is set twice. What does not hold is a problem, and the others are looked at all the
 * same. Used once.
 */
final class SettingsParser {

  /** What others call a policy, and what it is called here. */
  private static final Map<String, String> ELSEWHERE = Map.of(
      "bulkhead", "concurrency-limit",
      "thread-pool-bulkhead", "concurrency-limit",
      "ratelimiter", "rate-limit",
      "rate-limiter", "rate-limit",
      "timelimiter", "timeout",
      "time-limiter", "timeout");

  private static final String ROOTS =
      Names.PREFIX + ".pipelines.<name>.<key> or " + Names.PREFIX + ".configs.<config>.<key>";

  final Section root = Section.root();
  final Map<String, Section> configs = new LinkedHashMap<>();
  final Map<String, Section> pipelines = new LinkedHashMap<>();
  private final ClassLoader loader;
  private final Problems problems;
  private final Map<String, String> origins = new HashMap<>();
  private final Map<String, Elements> lists = new LinkedHashMap<>();

  /** What was written as {@code key[0]}, {@code key[1]}. */
  private record Elements(
      Section section, SettingKey key, Property first, TreeMap<Integer, String> values) {}

  SettingsParser(ClassLoader loader, Problems problems) {
    this.loader = loader;
    this.problems = problems;
  }

  void parse(Collection<Property> properties) {
    for (Property property : properties) {
      if (problems.isFull()) {
        return;
      }
      take(property);
    }
    lists.values().forEach(this::join);
  }

  private void take(Property property) {
    List<Part> parts = Names.split(property.key());
    if (parts == null) {
      problems.add(
          property,
          "a key that is not well formed",
          ROOTS + "; a name with dots stands in brackets, as in pipelines[my.service]");
      return;
    }
    boolean blank = property.value().isBlank();
    if (parts.size() == 2 && isForAll(parts)) {
      if (isFirst(property, root.key(SettingKeys.OBSERVE_ONLY))) {
        put(property, root, SettingKeys.get(SettingKeys.OBSERVE_ONLY), property.value());
      }
      return;
    }
    if (parts.size() < 3) {
      if (!blank || !isRoot(parts)) {
        problems.add(property, "no key of the settings", ROOTS + nearestRoot(parts));
      }
      return;
    }
    String kind = Names.kebab(parts.get(1).text());
    if (!parts.get(0).text().equals(Names.PREFIX)
        || !(kind.equals(Names.PIPELINES) || kind.equals(Names.CONFIGS))) {
      problems.add(property, "no key of the settings", ROOTS + nearestRoot(parts));
      return;
    }
    String name = parts.get(2).text();
    String unfit = Names.unfit(name);
    if (unfit != null) {
      problems.add(property, "the name \"" + name + "\"", unfit);
      return;
    }
    Section section = (kind.equals(Names.PIPELINES) ? pipelines : configs)
        .computeIfAbsent(name, added -> new Section(kind, name, property.origin()));
    int before = problems.size();
    if (parts.size() > 3) {
      take(property, section, parts.subList(3, parts.size()));
    } else if (!blank) {
      problems.add(
          property,
          quoted(property),
          "a key below it, such as " + property.key() + ".timeout.duration");
    }
    section.faulty |= problems.size() > before;
  }

  private static boolean isForAll(List<Part> parts) {
    return parts.get(0).text().equals(Names.PREFIX)
        && Names.kebab(parts.get(1).text()).equals(SettingKeys.OBSERVE_ONLY);
  }

  /** An empty file with headings is no mistake. */
  private static boolean isRoot(List<Part> parts) {
    return parts.isEmpty()
        || (parts.get(0).text().equals(Names.PREFIX)
            && (parts.size() == 1 || isSection(parts.get(1).text())));
  }

  private static boolean isSection(String part) {
    return part.equals(Names.PIPELINES) || part.equals(Names.CONFIGS);
  }

  private static String nearestRoot(List<Part> parts) {
    String written = parts.stream().limit(2).map(Part::text).collect(Collectors.joining("."));
    return Names.didYouMean(
        written,
        List.of(
            Names.PREFIX + "." + Names.PIPELINES,
            Names.PREFIX + "." + Names.CONFIGS,
            Names.PREFIX + "." + SettingKeys.OBSERVE_ONLY));
  }

  private void take(Property property, Section section, List<Part> parts) {
    Part last = parts.get(parts.size() - 1);
    boolean element = last.bracketed() && parts.size() > 1;
    String name = parts.subList(0, element ? parts.size() - 1 : parts.size()).stream()
        .map(part -> Names.kebab(part.text()))
        .collect(Collectors.joining("."));
    SettingKey key = SettingKeys.find(name);
    if (key == null) {
      unknown(property, name);
    } else if (element) {
      takeElement(property, section, key, last.text());
    } else if (isFirst(property, section.key(name))) {
      put(property, section, key, property.value());
    }
  }

  private void unknown(Property property, String name) {
    if (SettingKeys.isGroup(name)) {
      problems.add(
          property, quoted(property), "a key below it, such as " + SettingKeys.exampleBelow(name));
      return;
    }
    String ours = ELSEWHERE.get(name.split("\\.", 2)[0]);
    String nearest = ours == null
        ? Names.didYouMean(name, SettingKeys.names())
        : "; what Resilience4j calls so is " + ours + " here";
    problems.add(
        property,
        "an unknown key",
        "one of those in docs/settings.md"
            + (nearest.isEmpty() ? "; a name with dots stands in brackets" : nearest));
  }

  private void takeElement(Property property, Section section, SettingKey key, String index) {
    if (key.type() != SettingKey.Type.EXCEPTIONS && key.type() != SettingKey.Type.DURATIONS) {
      problems.add(property, "a list", key.expected());
      return;
    }
    if (!index.matches("[0-9]{1,4}")) {
      problems.add(property, "the index [" + index + "]", "0 to 999");
      return;
    }
    String whole = section.key(key.name());
    Elements elements = lists.get(whole);
    if (elements == null) {
      if (!isFirst(property, whole)) {
        return;
      }
      elements = new Elements(section, key, property, new TreeMap<>());
      lists.put(whole, elements);
    }
    if (elements.values.put(Integer.valueOf(index), property.value()) != null) {
      problems.add(property, "the same index twice", "each once");
    }
  }

  private void join(Elements elements) {
    List<String> written = new ArrayList<>(elements.values.values());
    if (elements.values.lastKey() != written.size() - 1) {
      elements.section.faulty = true;
      problems.add(elements.first, "a list with gaps", "the indexes 0 to " + (written.size() - 1));
      return;
    }
    put(elements.first, elements.section, elements.key, String.join(",", written));
  }

  private boolean isFirst(Property property, String whole) {
    String before = origins.putIfAbsent(whole, property.origin());
    if (before != null) {
      problems.add(property, "the same key twice", "each once; it is set at " + before + " too");
    }
    return before == null;
  }

  private void put(Property property, Section section, SettingKey key, String text) {
    try {
      section.put(new Setting(key, Values.parse(key, text, loader), property.origin()));
    } catch (Unfit unfit) {
      section.faulty = true;
      problems.add(property, text.isBlank() ? "nothing" : "\"" + text + "\"", unfit.expected());
    }
  }

  private static String quoted(Property property) {
    return property.value().isBlank() ? "nothing" : "\"" + property.value() + "\"";
  }
}
