package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A registry of pipelines by name: each is made once, and found, watched and closed in one place.
 *
 * <pre>{@code
 * Pipelines pipelines = Pipelines.create();
 * Pipeline inventory = pipelines.getOrCreate("inventory", builder -> builder.policies(
 *     Timeout.ofMillis(300), Retry.jittered(3), CircuitBreaker.standard()));
 * pipelines.close();                                  // when the application ends
 * }</pre>
 *
 * <p>A plain object: an application makes one and hands it on. A pipeline that is closed by itself
 * leaves its registry; one that is removed, or whose registry is closed, is closed. Thread-safe;
 * finding a pipeline takes no lock, and users' code runs under none.
 */
public final class Pipelines implements AutoCloseable {

  private final Consumer<PipelineBuilder> defaults;
  private final Map<String, Pipeline> byName = new ConcurrentHashMap<>();
  private final OnePerName<Pipeline> making = new OnePerName<>("pipeline", byName::get);
  private final RegistryEvents events = new RegistryEvents();
  private final Consumer<Pipeline> whenClosed = this::takeOut;
  private final Object lock = new Object();
  private volatile boolean closed; // written under the lock

  private Pipelines(Consumer<PipelineBuilder> defaults) {
    this.defaults = defaults;
  }

  /**
   * An empty registry.
   *
   * @return a new registry
   */
  public static Pipelines create() {
    return new Pipelines(builder -> {});
  }

  /**
   * An empty registry whose pipelines have something in common: a listener, an executor, a kernel.
   *
   * @param defaults is given the builder of each pipeline that is made here, before the function
   *     that {@link #getOrCreate} is given
   * @return a new registry
   */
  public static Pipelines create(Consumer<PipelineBuilder> defaults) {
    return new Pipelines(Checks.notNull("defaults", defaults));
  }

  /**
   * The pipeline of a name; made and added if there is none. However many threads ask for it at
   * once, one makes it, and the others wait until it has.
   *
   * @param name the dependency's name
   * @param setup gives the builder its policies; called only if there is no pipeline of that name.
   *     What it throws is thrown here, and the next one who asks tries again.
   * @return the pipeline
   * @throws IllegalArgumentException if the name is blank, or policies contradict each other
   * @throws IllegalStateException if the registry is closed, or the function asks for the pipeline
   *     it is to make
   */
  public Pipeline getOrCreate(String name, Consumer<PipelineBuilder> setup) {
    Checks.notNull("setup", setup);
    Pipeline present = byName.get(Checks.name("pipeline name", name));
    return present != null ? present : making.get(name, () -> create(name, setup));
  }

  private Pipeline create(String name, Consumer<PipelineBuilder> setup) {
    checkOpen();
    PipelineBuilder builder = Pipeline.builder(name);
    defaults.accept(builder);
    setup.accept(builder);
    Pipeline made = builder.build();
    boolean kept = false;
    try {
      Pipeline first = put(made);
      kept = first == made;
      return first;
    } finally {
      if (!kept) {
        made.close(); // another one was added meanwhile, or the registry was closed
      }
    }
  }

  /**
   * Adds a pipeline that was made elsewhere. Adding it again does nothing.
   *
   * @param pipeline the pipeline; from now on the registry closes it
   * @return the pipeline
   * @throws IllegalArgumentException if there is another one of its name, it is closed, or it is a
   *     view for a key
   * @throws IllegalStateException if the registry is closed
   */
  public Pipeline add(Pipeline pipeline) {
    Checks.notNull("pipeline", pipeline);
    if (pipeline.key() != null) {
      throw new IllegalArgumentException(
          "pipeline: " + pipeline + " (expected: the pipeline itself, not its view for a key)");
    }
    if (pipeline.isClosed()) {
      throw new IllegalArgumentException(
          "pipeline: " + pipeline + ", which is closed (expected: an open one)");
    }
    if (put(pipeline) != pipeline) {
      throw new IllegalArgumentException("pipeline: \"" + pipeline.name()
          + "\" twice (expected: a name of its own for each; or remove the other one first)");
    }
    return pipeline;
  }

  /** The one that has its name then. */
  private Pipeline put(Pipeline pipeline) {
    synchronized (lock) {
      checkOpen();
      Pipeline present = byName.putIfAbsent(pipeline.name(), pipeline);
      if (present != null) {
        return present;
      }
      events.added(pipeline);
    }
    pipeline.life().whenClosed(whenClosed);
    events.deliver();
    return pipeline;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("pipelines: closed (expected: an open registry)");
    }
  }

  /**
   * The pipeline of a name.
   *
   * @param name the name
   * @return empty if there is none
   */
  public Optional<Pipeline> find(String name) {
    return Optional.ofNullable(byName.get(Checks.notNull("name", name)));
  }

  /**
   * All pipelines.
   *
   * @return a copy, in alphabetical order of their names
   */
  public List<Pipeline> all() {
    return List.copyOf(new TreeMap<>(byName).values());
  }

  /**
   * Takes a pipeline out and closes it, see {@link Pipeline#close}. The next {@link #getOrCreate}
   * of its name makes a new one.
   *
   * @param name its name
   * @return the pipeline, which is closed; empty if there was none
   */
  public Optional<Pipeline> remove(String name) {
    Optional<Pipeline> found = find(name);
    found.ifPresent(this::end);
    return found;
  }

  private void end(Pipeline pipeline) {
    pipeline.close();
    takeOut(pipeline); // also if another thread is just closing it
  }

  private void takeOut(Pipeline pipeline) {
    synchronized (lock) {
      if (byName.remove(pipeline.name(), pipeline)) {
        events.removed(pipeline);
      }
    }
    pipeline.life().noMore(whenClosed);
    events.deliver();
  }

  /**
   * Adds a listener. It hears of the pipelines that are there first, then of each that comes or
   * goes, and misses none in between. Of a registry that is closed it hears nothing.
   *
   * @param listener the listener
   */
  public void addListener(RegistryListener listener) {
    Checks.notNull("listener", listener);
    synchronized (lock) {
      if (closed) {
        return;
      }
      events.add(listener);
      new ArrayList<>(byName.values()).forEach(pipeline -> events.present(listener, pipeline));
    }
    events.deliver();
  }

  /**
   * Takes a listener out. It may still hear of what is told by another thread at this moment.
   *
   * @param listener the listener
   * @return false if it was not there
   */
  public boolean removeListener(RegistryListener listener) {
    return events.remove(Checks.notNull("listener", listener));
  }

  /**
   * Closes all pipelines, tells the listeners of each, and lets go of them. After that nothing can
   * be added. Closing it again does nothing.
   */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
    }
    all().forEach(this::end);
    events.end();
    events.deliver();
  }

  /**
   * Whether it was closed.
   *
   * @return true from the beginning of {@link #close} on
   */
  public boolean isClosed() {
    return closed;
  }

  @Override
  public String toString() {
    return "Pipelines" + new TreeMap<>(byName).keySet();
  }
}
