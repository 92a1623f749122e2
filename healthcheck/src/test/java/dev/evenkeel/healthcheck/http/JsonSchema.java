package dev.evenkeel.healthcheck.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A JSON Schema in a resource, with the few keywords that ours use; another one is an error. */
@SuppressWarnings("unchecked") // JSON is a tree of maps and lists
final class JsonSchema {

  private final Map<String, Object> schema;
  private final List<String> errors = new ArrayList<>();

  private JsonSchema(Map<String, Object> schema) {
    this.schema = schema;
  }

  static JsonSchema resource(String name) {
    try (InputStream stream = JsonSchema.class.getResourceAsStream(name)) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return new JsonSchema((Map<String, Object>) ParsedJson.parse(text));
    } catch (IOException broken) {
      throw new IllegalStateException(name, broken);
    }
  }

  /** What is wrong, each with its place; empty if nothing is. */
  List<String> errors(Object json) {
    errors.clear();
    check("$", schema, json);
    return List.copyOf(errors);
  }

  private void expect(boolean holds, String place, String what) {
    if (!holds) {
      errors.add(place + ": " + what);
    }
  }

  private void check(String place, Map<String, Object> rules, Object json) {
    rules.forEach((keyword, rule) -> {
      switch (keyword) {
        case "$comment" -> {}
        case "type" -> {
          List<Object> types = rule instanceof List<?> all ? (List<Object>) all : List.of(rule);
          expect(types.contains(type(json)), place, type(json) + " is none of " + types);
        }
        case "enum" -> expect(((List<Object>) rule).contains(json), place, json + " not " + rule);
        case "pattern" -> expect(((String) json).matches((String) rule), place, json + " odd");
        case "minItems" ->
          expect(((List<Object>) json).size() >= (Double) rule, place, "too few items");
        case "items" -> {
          int number = 0;
          for (Object item : (List<Object>) json) {
            check(place + "[" + number++ + "]", (Map<String, Object>) rule, item);
          }
        }
        case "required" ->
          expect(
              ((Map<String, Object>) json).keySet().containsAll((List<String>) rule),
              place,
              "not all of " + rule);
        case "dependentRequired" ->
          ((Map<String, List<String>>) rule)
              .forEach((name, others) -> expect(
                  !has(json, name) || others.stream().allMatch(other -> has(json, other)),
                  place,
                  name + " without " + others));
        case "propertyNames" ->
          ((Map<String, Object>) json)
              .keySet()
              .forEach(name -> check(place + "." + name, (Map<String, Object>) rule, name));
        case "properties" ->
          ((Map<String, Map<String, Object>>) rule).forEach((name, inner) -> {
            if (has(json, name)) {
              check(place + "." + name, inner, ((Map<String, Object>) json).get(name));
            }
          });
        case "additionalProperties" -> additional(place, rules, rule, (Map<String, Object>) json);
        default -> throw new IllegalStateException(keyword + ": not a keyword known here");
      }
    });
  }

  private void additional(
      String place, Map<String, Object> rules, Object rule, Map<String, Object> json) {
    Map<String, Object> named = (Map<String, Object>) rules.getOrDefault("properties", Map.of());
    json.forEach((name, value) -> {
      if (named.containsKey(name)) {
        return;
      }
      expect(!Boolean.FALSE.equals(rule), place + "." + name, "not in the schema");
      if (rule instanceof Map<?, ?> inner) {
        check(place + "." + name, (Map<String, Object>) inner, value);
      }
    });
  }

  private static boolean has(Object json, String name) {
    return ((Map<String, Object>) json).containsKey(name);
  }

  private static String type(Object json) {
    if (json instanceof Map) {
      return "object";
    } else if (json instanceof List) {
      return "array";
    } else if (json instanceof String) {
      return "string";
    } else if (json instanceof Number) {
      return "number";
    }
    return json instanceof Boolean ? "boolean" : "null";
  }
}
