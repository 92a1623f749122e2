package dev.evenkeel.spring;

import dev.evenkeel.settings.SettingKey;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.aot.BeanFactoryInitializationCode;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * Tells a native image which classes of exceptions the properties name: as the image is built with
 * them. What other properties name later is not found there.
 */
final class SettingsHints implements BeanFactoryInitializationAotProcessor {

  SettingsHints() {}

  @Override
  public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
      ConfigurableListableBeanFactory beans) {
    Environment environment = beans.getBeanProvider(Environment.class).getIfAvailable();
    Set<String> names = environment == null ? Set.of() : names(environment);
    return names.isEmpty() ? null : new Contribution(names);
  }

  private static Set<String> names(Environment environment) {
    Set<String> names = new LinkedHashSet<>();
    List<String> keys = SettingKey.all().stream().map(SettingKey::name).toList();
    new EnvironmentKeys(environment, keys)
        .read().stream()
            .filter(entry -> entry.key().endsWith("-exceptions"))
            .forEach(entry -> add(names, entry.value()));
    new Resilience4jEnvironment(environment)
        .read().values().stream()
            .filter(property -> property.key().endsWith("-exceptions"))
            .forEach(property -> add(names, property.value()));
    return names;
  }

  private static void add(Collection<String> names, String list) {
    for (String name : list.split(",", -1)) {
      if (!name.isBlank()) {
        names.add(name.strip());
      }
    }
  }

  private record Contribution(Set<String> names)
      implements BeanFactoryInitializationAotContribution {

    @Override
    public void applyTo(GenerationContext context, BeanFactoryInitializationCode code) {
      ReflectionHints hints = context.getRuntimeHints().reflection();
      names.forEach(name -> hints.registerType(TypeReference.of(name)));
    }
  }
}
