package dev.evenkeel.spring;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineBuilder;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.RegistryListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * Fills the registry: with the pipelines of {@link PipelineCustomizer}s and of the properties, and
 * with beans that are pipelines. Doing it again adds what is missing.
 */
final class RegistryFiller {

  private static final Logger LOG = LoggerFactory.getLogger(Pipelines.class);

  private final ListableBeanFactory beans;
  private boolean listening; // guarded by this

  private final Environment environment;
  private @Nullable EnvironmentSettings settings; // guarded by this

  RegistryFiller(ListableBeanFactory beans, Environment environment) {
    this.beans = beans;
    this.environment = environment;
  }

  /** The settings of a registry; there is one in a context. */
  synchronized EnvironmentSettings settings(Pipelines registry) {
    EnvironmentSettings found = settings;
    if (found == null) {
      found = new EnvironmentSettings(environment, registry);
      settings = found;
    }
    return found;
  }

  /** What all pipelines that are made here have in common. */
  void common(PipelineBuilder builder) {
    Kernel kernel = beans.getBeanProvider(Kernel.class).getIfAvailable();
    if (kernel != null) {
      builder.kernel(kernel);
    }
  }

  /** Each pipeline that is there, and each that comes, is heard by all listeners of the context. */
  private void listen(Pipelines registry) {
    synchronized (this) {
      if (listening) {
        return;
      }
      listening = true;
    }
    List<PipelineListener> listeners =
        beans.getBeanProvider(PipelineListener.class).orderedStream().toList();
    if (!listeners.isEmpty()) {
      registry.addListener(new RegistryListener() {
        @Override
        public void onPipelineAdded(Pipeline pipeline) {
          listeners.forEach(pipeline::addListener);
        }
      });
    }
  }

  void fill(Pipelines registry) {
    named(registry);
    given(registry);
  }

  /** The pipelines that are made here, by their names. */
  void named(Pipelines registry) {
    listen(registry);
    Map<String, List<PipelineCustomizer>> customizers = new LinkedHashMap<>();
    beans
        .getBeanProvider(PipelineCustomizer.class)
        .orderedStream()
        .forEach(one ->
            customizers.computeIfAbsent(one.name(), name -> new ArrayList<>()).add(one));
    customizers.forEach((name, ofName) -> customized(registry, name, ofName));
    EnvironmentSettings ofEnvironment = settings(registry);
    if (ofEnvironment.current().version() == 0) {
      ofEnvironment.begin();
    }
  }

  private void customized(Pipelines registry, String name, List<PipelineCustomizer> customizers) {
    try {
      registry.getOrCreate(name, builder -> {
        common(builder);
        customizers.forEach(customizer -> customizer.customize(builder));
      });
    } catch (IllegalArgumentException wrong) {
      throw new InvalidResilienceException(
          List.of(new Problem(
              "PipelineCustomizer for '" + name + "'",
              "Found: " + wrong.getMessage() + ".",
              "Mend what the customizer gives to the builder.")),
          wrong);
    }
  }

  /** The pipelines that are beans. */
  private void given(Pipelines registry) {
    beans.getBeansOfType(Pipeline.class).forEach((beanName, pipeline) -> {
      Pipeline present = registry.find(pipeline.name()).orElse(null);
      if (present == null) {
        registry.add(pipeline);
      } else if (present != pipeline) {
        throw new InvalidResilienceException(List.of(new Problem(
            "Pipeline bean '" + beanName + "'",
            "It is named '" + pipeline.name() + "', and there is another pipeline of that name: a"
                + " second bean, a PipelineCustomizer or properties"
                + " evenkeel.pipelines." + pipeline.name() + ".*.",
            "Keep one of them, or give one another name. A bean that the properties are to change is"
                + " made by pipelines.getOrCreate(\"" + pipeline.name() + "\", ...), with the bean"
                + " of type Pipelines.")));
      }
    });
  }

  /** A line for each pipeline, so that the log of a start says what is in force. */
  static void log(Pipelines registry) {
    registry
        .all()
        .forEach(pipeline ->
            LOG.info("pipeline {}", pipeline.describe().replaceAll("\\s*\\n\\s*", " ")));
    List<String> observed = registry.all().stream()
        .filter(Pipeline::isObserveOnly)
        .map(Pipeline::name)
        .toList();
    if (!observed.isEmpty()) {
      LOG.warn(
          "OBSERVE-ONLY, {} of {} pipelines: {} refuse, end and retry nothing; what they would have"
              + " done is in the metric evenkeel.would.have and at the actuator endpoint evenkeel",
          observed.size(),
          registry.all().size(),
          observed);
    }
  }
}
