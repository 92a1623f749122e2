package dev.evenkeel.settings;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Settings by chance: most of them are valid by themselves, and some go together. */
final class RandomSettings {

  /** What must be set for policies of which any other key is. */
  private static final Map<String, String> GROUND = Map.of(
      "configs.slow.base-config", "default",
      "configs.default.timeout.duration", "1s",
      "configs.default.total-timeout.duration", "1h",
      "configs.default.hedge.calls", "idempotent",
      "configs.default.hedge.quantile", "0.9",
      "configs.default.concurrency-limit.max-concurrent-calls", "20",
      "configs.default.rate-limit.calls", "20");

  private RandomSettings() {}

  /** Keys and values as they are written, without {@code evenkeel.}. */
  static Arbitrary<Map<String, String>> entries() {
    Arbitrary<String> section = Arbitraries.of(
        "configs.default", "configs.slow", "pipelines.a", "pipelines.b", "pipelines[my.service]");
    Arbitrary<String[]> setting = Arbitraries.of(SettingKey.all())
        .flatMap(key -> value(key).map(value -> new String[] {key.name(), value}));
    Arbitrary<Map<String, String>> drawn = Combinators.combine(section, setting)
        .as((where, what) -> Map.entry(where + "." + what[0], what[1]))
        .list()
        .ofMaxSize(10)
        .map(list -> {
          Map<String, String> entries = new LinkedHashMap<>();
          list.forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
          return entries;
        });
    return Combinators.combine(drawn, Arbitraries.of(true, true, false)).as((entries, grounded) -> {
      Map<String, String> all = new LinkedHashMap<>(grounded ? GROUND : Map.of());
      all.putAll(entries);
      return all;
    });
  }

  private static Arbitrary<String> value(SettingKey key) {
    return Arbitraries.frequencyOf(Tuple.of(9, fitting(key)), Tuple.of(1, any(key)));
  }

  /** Within its range. */
  private static Arbitrary<String> fitting(SettingKey key) {
    return switch (key.type()) {
      case DURATION ->
        Combinators.combine(
                Arbitraries.longs().between(10, 1_000), Arbitraries.of("ms", "s", " MS", "000us"))
            .as((count, unit) -> count + unit);
      case COUNT ->
        Arbitraries.integers()
            .between((Integer) key.least, Math.min((Integer) key.most, (Integer) key.least + 100))
            .map(String::valueOf);
      case SHARE, PERCENTAGE, FACTOR ->
        Arbitraries.doubles()
            .between(Math.max((Double) key.least, 0.01), (Double) key.most)
            .ofScale(4)
            .map(number -> plain(number) + (key.type() == SettingKey.Type.PERCENTAGE ? "%" : ""));
      default -> any(key);
    };
  }

  private static Arbitrary<String> any(SettingKey key) {
    return switch (key.type()) {
      case DURATION ->
        Combinators.combine(
                Arbitraries.longs().between(0, 100_000),
                Arbitraries.of("ns", "us", "ms", "s", "m", "h", "d", ""))
            .as((count, unit) -> count + unit);
      case COUNT -> Arbitraries.integers().map(String::valueOf);
      case SHARE, PERCENTAGE, FACTOR ->
        Arbitraries.doubles().between(-1, 110).ofScale(3).map(RandomSettings::plain);
      case DURATIONS -> Arbitraries.of("100ms", "1s, 100ms,PT5S", "1s,", "1s,5");
      case SWITCH -> Arbitraries.of("true", "false", "TRUE");
      case CHOICE -> Arbitraries.of(key.choices());
      case EXCEPTIONS ->
        Arbitraries.of("java.io.IOException", "java.io.IOException, java.lang.Error", "");
      case CONFIG -> Arbitraries.of("default", "slow");
    };
  }

  /** Without an exponent. */
  private static String plain(double number) {
    return BigDecimal.valueOf(number).toPlainString();
  }

  static String text(Map<String, String> entries) {
    List<String> lines = new ArrayList<>();
    entries.forEach((key, value) -> lines.add("evenkeel." + key + "=" + value));
    return String.join("\n", lines);
  }
}
