package dev.evenkeel.tracing;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Headers with several values each. */
final class Headers {

  static final TextMapGetter<Headers> GETTER = new TextMapGetter<>() {
    @Override
    @SuppressWarnings("deprecation") // must be implemented all the same
    public Iterable<String> keys(Headers carrier) {
      return carrier.values.keySet();
    }

    @Override
    public String get(Headers carrier, String key) {
      List<String> all = carrier.values.get(key);
      return all == null ? null : all.get(0);
    }

    @Override
    public Iterator<String> getAll(Headers carrier, String key) {
      return carrier.values.getOrDefault(key, List.of()).iterator();
    }
  };

  final Map<String, List<String>> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  static Headers of(String... namesAndValues) {
    Headers headers = new Headers();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  void add(String name, String value) {
    values.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
  }

  void set(String name, String value) {
    values.put(name, new ArrayList<>(List.of(value)));
  }

  String get(String name) {
    return GETTER.get(this, name);
  }
}
