package dev.evenkeel.spring;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** When all beans are there: fills the registry and resolves the names of annotations. */
final class ResilienceStart implements SmartInitializingSingleton {

  private static final String ALLOWED = "evenkeel.health.allow-to-fail";
  private static final String LIVENESS = "management.endpoint.health.group.liveness.include";

  private final Pipelines registry;
  private final RegistryFiller filler;
  private final PipelineLookup lookup;
  private final EvenkeelProperties properties;
  private final Environment environment;

  ResilienceStart(
      Pipelines registry,
      RegistryFiller filler,
      PipelineLookup lookup,
      EvenkeelProperties properties,
      Environment environment) {
    this.registry = registry;
    this.filler = filler;
    this.lookup = lookup;
    this.properties = properties;
    this.environment = environment;
  }

  @Override
  public void afterSingletonsInstantiated() {
    filler.fill(registry);
    lookup.follow(filler.settings(registry));
    checkHealth();
    checkHttp("evenkeel.http.hosts", properties.getHttp().getHosts());
    checkHttp("evenkeel.http.groups", properties.getHttp().getGroups());
    lookup.start();
    RegistryFiller.log(registry);
  }

  private void checkHttp(String key, Map<String, String> pipelines) {
    List<String> known = registry.all().stream().map(Pipeline::name).toList();
    pipelines.forEach((of, name) -> {
      if (!known.contains(name)) {
        lookup.report(List.of(new Problem(
            key + "[" + of + "]",
            "Found '" + name + "'. The pipelines are: " + known + ".",
            "Write "
                + NearestName.of(name, known)
                    .map(near -> "'" + near + "' if that is the one you mean, or ")
                    .orElse("")
                + "the name of a pipeline that there is.")));
      }
    });
  }

  private void checkHealth() {
    List<String> allowed = properties.getHealth().getAllowToFail();
    List<String> known = registry.all().stream().map(Pipeline::name).toList();
    for (String name : allowed) {
      if (!known.contains(name)) {
        lookup.report(List.of(new Problem(
            ALLOWED,
            "Found '" + name + "'. The pipelines are: " + known + ".",
            "Write "
                + NearestName.of(name, known)
                    .map(near -> "'" + near + "' if that is the one you mean, or ")
                    .orElse("")
                + "the name of a pipeline that there is.")));
      }
    }
    List<String> liveness =
        Binder.get(environment).bind(LIVENESS, Bindable.listOf(String.class)).orElse(List.of());
    if (!allowed.isEmpty() && (liveness.contains("evenkeel") || liveness.contains("*"))) {
      lookup.report(List.of(new Problem(
          LIVENESS,
          "Found " + liveness + ", and " + ALLOWED + " is " + allowed + ": an outage of a"
              + " dependency would restart the pod, which helps nobody.",
          "Take 'evenkeel' out of the liveness group, or leave " + ALLOWED + " empty.")));
    }
  }
}
