package dev.evenkeel.healthcheck.http;

import dev.evenkeel.healthcheck.Cause;
import dev.evenkeel.healthcheck.CheckSnapshot;
import dev.evenkeel.healthcheck.GateSnapshot;
import dev.evenkeel.healthcheck.Group;
import dev.evenkeel.healthcheck.HealthSnapshot;
import dev.evenkeel.healthcheck.Phase;
import dev.evenkeel.healthcheck.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The JSON forms of a snapshot. */
final class JsonForms {

  private JsonForms() {}

  /** Everything there is to know. */
  static String evenkeel(HealthSnapshot health, boolean details) {
    Json json = new Json().open('{').member("status", health.status());
    json.member("group", health.group().name()).member("phase", health.phase());
    if (details) {
      json.member("reason", health.reason()).member("guard", health.guard());
      json.name("checks").open('[');
      health.checks().forEach(check -> check(json, check));
      json.close(']');
    }
    return json.close('}').toString();
  }

  private static void check(Json json, CheckSnapshot check) {
    json.open('{').member("name", check.name()).member("kind", check.kind());
    json.member("status", check.status()).seconds("sinceSeconds", check.since());
    json.seconds("ageSeconds", check.age()).member("message", check.message());
    json.seconds("lastSuccessSeconds", check.lastSuccess());
    if (check.failuresInARow() > 0) {
      json.member("failuresInARow", check.failuresInARow());
    }
    if (!check.data().isEmpty()) {
      json.name("data").open('{').members(check.data()).close('}');
    }
    Cause cause = check.cause();
    if (cause != null) {
      json.name("lastFailure").open('{').member("errorClass", cause.errorClass());
      json.member("message", cause.message()).member("traceId", cause.traceId());
      json.seconds("agoSeconds", check.causeAge()).close('}');
    }
    CheckSnapshot.Hung hung = check.hung();
    if (hung != null) {
      json.name("hung").open('{').member("thread", hung.threadName());
      json.seconds("runningSeconds", hung.running()).close('}');
    }
    GateSnapshot gate = check.gate();
    if (gate != null) {
      json.name("breaker").open('{').member("state", gate.state().kind());
      json.member("share", gate.state().share()).seconds("sinceSeconds", gate.since());
      json.seconds("timeLeftSeconds", gate.timeLeft()).member("refused", gate.refused());
      json.member("reason", gate.reason()).close('}');
    }
    json.close('}');
  }

  /** draft-inadarei-api-health-check-06. */
  static String healthJson(HealthSnapshot health, boolean details) {
    Json json = new Json().open('{');
    json.member("status", word(health.status(), health.isServing()));
    if (details) {
      if (health.status() != Status.UP) {
        json.member("output", health.reason());
      }
      json.name("checks").open('{');
      observations(health).forEach((key, all) -> {
        json.name(key).open('[');
        all.forEach(one -> json.open('{').members(one).close('}'));
        json.close(']');
      });
      json.close('}');
    }
    return json.close('}').toString();
  }

  /** What was observed, by name: two checks may have the same one. */
  private static Map<String, List<Map<String, Object>>> observations(HealthSnapshot health) {
    Map<String, List<Map<String, Object>>> all = new LinkedHashMap<>();
    for (CheckSnapshot check : health.checks()) {
      String name = check.name().replace(':', '_'); // the colon separates the measurement
      String status = word(check.status(), false);
      Map<String, Object> component = new LinkedHashMap<>();
      component.put("componentType", "component");
      component.put("status", status);
      if (check.status() != Status.UP && check.message() != null) {
        component.put("output", check.message());
      }
      all.computeIfAbsent(name, key -> new ArrayList<>()).add(component);
      Map<String, Object> values = new LinkedHashMap<>();
      if (check.age() != null) {
        values.put("age", check.age().toMillis() / 1e3);
      }
      if (check.gate() != null) {
        values.put("share", check.gate().state().share());
      }
      values.putAll(check.data());
      values.forEach((measurement, value) -> {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("observedValue", value);
        if (measurement.equals("age")) {
          one.put("observedUnit", "s");
        }
        one.put("status", status);
        String key = name + ":" + measurement.replace(':', '_');
        all.computeIfAbsent(key, unused -> new ArrayList<>()).add(one);
      });
    }
    return all;
  }

  private static String word(Status status, boolean servesWhenUnknown) {
    return switch (status) {
      case UP -> "pass";
      case DEGRADED -> "warn";
      case UNKNOWN -> servesWhenUnknown ? "warn" : "fail";
      case DOWN -> "fail";
    };
  }

  /** MicroProfile Health 4, which knows UP and DOWN only. */
  static String microProfile(HealthSnapshot health, boolean details) {
    Json json = new Json().open('{').member("status", health.isServing() ? "UP" : "DOWN");
    json.name("checks").open('[');
    if (details) {
      for (CheckSnapshot check : health.checks()) {
        json.open('{').member("name", check.name());
        json.member("status", check.status().isServing() ? "UP" : "DOWN");
        if (!check.data().isEmpty()) {
          json.name("data").open('{').members(check.data()).close('}');
        }
        json.close('}');
      }
    }
    return json.close(']').close('}').toString();
  }

  /** Spring Boot's Actuator, which has no DEGRADED, and a name for what drains. */
  static String actuator(HealthSnapshot health, Set<String> groups, boolean details) {
    Json json = new Json().open('{');
    boolean leaving = health.status() == Status.DOWN
        && (health.phase() == Phase.DRAINING || health.phase() == Phase.STOPPED);
    json.member("status", leaving ? "OUT_OF_SERVICE" : actuatorWord(health.status()));
    if (health.group().name().equals(Group.ALL)) {
      json.name("groups").open('[');
      groups.forEach(json::value);
      json.close(']');
    }
    if (details) {
      json.name("components").open('{');
      components(health).forEach((name, check) -> {
        json.name(name).open('{').member("status", actuatorWord(check.status()));
        json.name("details").open('{').member("kind", check.kind());
        if (check.status() != Status.UP) {
          json.member(check.status() == Status.DOWN ? "error" : "message", check.message());
        }
        json.members(check.data()).close('}').close('}');
      });
      json.close('}');
    }
    return json.close('}').toString();
  }

  /** By name: of two with the same one, which have no group in common, the worse. */
  private static Map<String, CheckSnapshot> components(HealthSnapshot health) {
    Map<String, CheckSnapshot> all = new LinkedHashMap<>();
    health
        .checks()
        .forEach(check -> all.merge(
            check.name(),
            check,
            (one, other) -> one.status().worst(other.status()) == one.status() ? one : other));
    return all;
  }

  private static String actuatorWord(Status status) {
    return status == Status.DEGRADED ? "UP" : status.name();
  }
}
