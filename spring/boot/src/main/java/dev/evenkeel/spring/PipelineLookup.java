package dev.evenkeel.spring;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.env.Environment;

/**
 * Finds the pipelines of annotated methods. Beans are processed before all pipelines are there, so
 * names are collected first and looked up at the end of the start; those of beans that come later,
 * and of calls that come before, at once. Thread-safe.
 */
final class PipelineLookup {

  static final String OBSERVE_ONLY = "evenkeel.observe-only";

  private final BeanFactory beans;
  private final List<PipelineHandle> waiting = new ArrayList<>(); // guarded by itself
  private final List<Problem> problems = new ArrayList<>(); // guarded by waiting
  private boolean started; // guarded by waiting
  private volatile @Nullable Kernel kernel;
  private volatile BooleanSupplier observeOnly;

  PipelineLookup(BeanFactory beans, Environment environment) {
    this.beans = beans;
    observeOnly = () -> "true".equalsIgnoreCase(environment.getProperty(OBSERVE_ONLY));
  }

  /** From now on the settings say whether all pipelines are observe-only. */
  void follow(EnvironmentSettings settings) {
    observeOnly = () -> settings.current().settings().isObserveOnly();
  }

  /** Whether no deadline is set either. */
  boolean isObserveOnly() {
    return observeOnly.getAsBoolean();
  }

  /** A handle that is resolved at the start, or now if that is over. */
  PipelineHandle handle(String name, String where) {
    PipelineHandle handle = new PipelineHandle(name, where, this);
    synchronized (waiting) {
      if (!started) {
        waiting.add(handle);
        return handle;
      }
    }
    handle.resolve();
    return handle;
  }

  /** Keeps what is wrong until the end of the start, so that all of it is told at once. */
  void report(List<Problem> found) {
    synchronized (waiting) {
      if (!started) {
        problems.addAll(found);
        return;
      }
    }
    throw new InvalidResilienceException(found);
  }

  /** All beans are there: resolves what waits. */
  void start() {
    List<PipelineHandle> handles;
    List<Problem> found;
    synchronized (waiting) {
      started = true;
      handles = List.copyOf(waiting);
      found = new ArrayList<>(problems);
      waiting.clear();
      problems.clear();
    }
    for (PipelineHandle handle : handles) {
      try {
        handle.resolve();
      } catch (InvalidResilienceException unknown) {
        found.addAll(unknown.problems());
      }
    }
    if (!found.isEmpty()) {
      throw new InvalidResilienceException(found.stream().distinct().toList());
    }
  }

  Pipeline find(String name, String where) {
    Pipelines registry = beans.getBean(Pipelines.class);
    Optional<Pipeline> present = registry.find(name);
    if (present.isPresent()) {
      return present.get();
    }
    beans.getBean(RegistryFiller.class).fill(registry); // a call before the end of the start
    return registry.find(name).orElseThrow(() -> unknown(name, where, registry));
  }

  private static InvalidResilienceException unknown(String name, String where, Pipelines registry) {
    List<String> known = registry.all().stream().map(Pipeline::name).toList();
    Optional<String> nearest = NearestName.of(name, known);
    String wrong = "Looked for a pipeline named '" + name + "'. "
        + (known.isEmpty() ? "There is no pipeline at all." : "There are: " + known + ".");
    String action = nearest
        .map(near -> "Write @Resilient(\"" + near + "\") if that is the one you mean, or make '"
            + name + "'")
        .orElse("Make the pipeline '" + name + "'");
    return new InvalidResilienceException(List.of(new Problem(
        "@Resilient(\"" + name + "\") on " + where,
        wrong,
        action + ": with properties evenkeel.pipelines." + name + ".*, or with a bean of type"
            + " PipelineCustomizer or Pipeline.")));
  }

  Kernel kernel() {
    Kernel found = kernel;
    if (found == null) {
      found = beans.getBeanProvider(Kernel.class).getIfAvailable(Kernel::system);
      kernel = found;
    }
    return found;
  }
}
