package dev.evenkeel.core;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Tells a registry's listeners what happens. It is noted under the registry's lock, and told after
 * that is released. Thread-safe.
 */
final class RegistryEvents {

  private final List<RegistryListener> listeners = new CopyOnWriteArrayList<>();
  private final InOrder notes = new InOrder();
  private final Faults faults = new Faults("pipelines");

  void add(RegistryListener listener) {
    listeners.add(listener);
  }

  boolean remove(RegistryListener listener) {
    return listeners.remove(listener);
  }

  /** Notes that a pipeline was there when a listener came. */
  void present(RegistryListener listener, Pipeline pipeline) {
    notes.note(() -> tell(listener, "onPipelineAdded", one -> one.onPipelineAdded(pipeline)));
  }

  void added(Pipeline pipeline) {
    note("onPipelineAdded", listener -> listener.onPipelineAdded(pipeline));
  }

  void removed(Pipeline pipeline) {
    note("onPipelineRemoved", listener -> listener.onPipelineRemoved(pipeline));
  }

  /** There is nothing more to tell. */
  void end() {
    notes.note(listeners::clear);
  }

  /** To those who listen now. */
  private void note(String method, Consumer<RegistryListener> event) {
    List<RegistryListener> now = List.copyOf(listeners);
    notes.note(() -> now.forEach(listener -> tell(listener, method, event)));
  }

  private void tell(RegistryListener listener, String method, Consumer<RegistryListener> event) {
    if (!listeners.contains(listener)) {
      return; // taken out meanwhile
    }
    try {
      event.accept(listener);
    } catch (Throwable fault) {
      faults.report("listener." + method, fault, "the others are told all the same");
    }
  }

  /** Tells what is noted. */
  void deliver() {
    notes.deliver();
  }
}
