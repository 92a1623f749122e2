package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builds a {@link Pipeline}. Not thread-safe. */
public final class PipelineBuilder {

  final String name;
  Kernel kernel = Kernel.system();

  @Nullable Executor executor;

  final List<PipelineListener> listeners = new ArrayList<>();

  @Nullable Consumer<Object> onLateResult;

  boolean stackTraces;
  boolean observeOnly;

  private List<Policy> policies = List.of();
  private final List<Policy> replaced = new ArrayList<>();
  private boolean canonical = true;

  PipelineBuilder(String name) {
    this.name = Checks.name("pipeline name", name);
  }

  /**
   * The name of the pipeline that is built, for functions that are given builders of several.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * The policies, all of them, to be put into the canonical order. They take the place of those
   * given before.
   *
   * @param newPolicies the policies; none by default
   * @return this
   */
  public PipelineBuilder policies(Policy... newPolicies) {
    replace(checked(newPolicies));
    canonical = true;
    return this;
  }

  /**
   * The policies, all of them, as written, outermost first. They take the place of those given
   * before.
   *
   * @param newPolicies the policies; none by default
   * @return this
   */
  public PipelineBuilder policiesInOrder(Policy... newPolicies) {
    replace(checked(newPolicies));
    canonical = false;
    return this;
  }

  private void replace(List<Policy> newPolicies) {
    replaced.addAll(policies);
    policies = newPolicies;
  }

  /**
   * Adds one who hears what happens. More may be added, and taken out, while the pipeline is used:
   * {@link Pipeline#addListener}.
   *
   * @param listener the listener; none by default
   * @return this
   */
  public PipelineBuilder listener(PipelineListener listener) {
    listeners.add(Checks.notNull("listener", listener));
    return this;
  }

  /**
   * Where later attempts of asynchronous calls start, where results that a timer completed go on,
   * and where blocking hedges run.
   *
   * @param newExecutor the executor; by default a few daemon threads of the kernel, of which there
   *     are more while some block, and others for blocking hedges. One that is given needs threads
   *     to spare: a hedge it rejects is not made, and any other task that it rejects, or has not
   *     begun with after a second, runs on a thread of the kernel's, so that no call hangs.
   * @return this
   */
  public PipelineBuilder executor(Executor newExecutor) {
    executor = Checks.notNull("executor", newExecutor);
    return this;
  }

  /**
   * Who gets results that no caller gets: they came after the call's time, lost against a hedge,
   * were not good enough for a retry, or their caller had gone. A connection or a response body
   * must be given back all the same.
   *
   * @param taker the taker, on a thread of the kernel's on which it may block; by default a result
   *     that is {@link AutoCloseable} is closed, and others are dropped
   * @return this
   */
  public PipelineBuilder onLateResult(Consumer<Object> taker) {
    onLateResult = Checks.notNull("onLateResult", taker);
    return this;
  }

  /**
   * Gives the exceptions of the pipeline's own the stack of the caller, when they are thrown to one
   * by a blocking call: to find out which of several places in the code was refused or timed out.
   * Those that a future fails with, whose caller is somewhere else by then, have none.
   *
   * @return this; by default they have none, as to walk the stack costs more than all the rest
   */
  public PipelineBuilder stackTraces() {
    stackTraces = true;
    return this;
  }

  /**
   * Whether the policies only say what they would do, see {@link Pipeline#observeOnly}, which can
   * change it later.
   *
   * @param observed true to refuse, end, retry and hold back nothing; false by default
   * @return this
   */
  public PipelineBuilder observeOnly(boolean observed) {
    observeOnly = observed;
    return this;
  }

  /**
   * Whose time, timers and chance.
   *
   * @param newKernel the kernel; {@link Kernel#system()} by default
   * @return this
   */
  public PipelineBuilder kernel(Kernel newKernel) {
    kernel = Checks.notNull("kernel", newKernel);
    return this;
  }

  /**
   * Builds the pipeline and attaches its gates to it.
   *
   * @return the pipeline
   * @throws IllegalArgumentException if policies contradict each other; the message names them
   */
  public Pipeline build() {
    List<Policy> ordered = canonical ? inCanonicalOrder(policies) : policies;
    List<String> warnings = warnings(ordered);
    Pipeline pipeline = new Pipeline(this, ordered, warnings);
    pipeline.life().begin();
    PipelineNames.built(pipeline, name, kernel, ordered);
    if (observeOnly) {
      PipelineLife.tellObserveOnly(name, true);
    }
    warnings.forEach(warning -> Faults.LOG.warn("{}", warning));
    return pipeline;
  }

  /**
   * Checks the policies as {@link #build} does, and makes no pipeline: for whoever wants to know
   * that several can be made before the first one is.
   *
   * @return what {@link Pipeline#warnings} would be
   * @throws IllegalArgumentException if policies contradict each other; the message names them
   */
  public List<String> check() {
    return List.copyOf(warnings(canonical ? inCanonicalOrder(policies) : policies));
  }

  private List<String> warnings(List<Policy> ordered) {
    List<String> warnings = new ArrayList<>(PipelineChecks.check(name, ordered));
    List<String> lost = replaced.stream()
        .filter(policy -> !PolicyChange.isIn(policies, policy))
        .map(Policy::name)
        .toList();
    if (!lost.isEmpty()) {
      warnings.add(name + ": policies: given twice, and " + lost
          + " of before are not in force (expected: all policies in one call)");
    }
    return warnings;
  }

  static List<Policy> inCanonicalOrder(List<Policy> policies) {
    return policies.stream().sorted(Comparator.comparing(Policy::position)).toList();
  }

  static List<Policy> checked(Policy... policies) {
    Checks.notNull("policies", policies);
    for (int i = 0; i < policies.length; i++) {
      Checks.notNull("policies[" + i + "]", policies[i]);
    }
    return List.of(policies);
  }

  boolean isCanonical() {
    return canonical;
  }

  /** The innermost timeout says how an attempt is ended, for every deadline. */
  static Engine engine(List<Policy> policies, Kernel kernel, Faults faults) {
    Timeout enforcement = Timeout.NONE;
    for (Policy policy : policies) {
      if (policy instanceof Timeout timeout && !timeout.isTotal()) {
        enforcement = timeout;
      }
    }
    RetryDriver retry = null;
    Layer[] layers = new Layer[policies.size()];
    for (int i = 0; i < layers.length; i++) {
      if (policies.get(i) instanceof RetryDriver driver) {
        retry = driver;
      }
      layers[i] = layer(policies.get(i), retry, faults);
    }
    return new Engine(kernel, layers, new Attempt(kernel, enforcement));
  }

  /** That of an observe-only pipeline: only its fallbacks reach the calls. */
  static Engine observingEngine(List<Policy> policies, Kernel kernel) {
    List<Layer> layers = new ArrayList<>();
    for (Policy policy : policies) {
      if (policy instanceof Fallback fallback) {
        layers.add(new FallbackLayer(fallback));
      }
    }
    layers.add(new ObservingLayer());
    return new Engine(kernel, layers.toArray(new Layer[0]), new Attempt(kernel, Timeout.OBSERVED));
  }

  private static Layer layer(Policy policy, @Nullable RetryDriver retry, Faults faults) {
    if (policy instanceof Gate gate) {
      return gate instanceof WaitingGate waiting
          ? new WaitingGateLayer(waiting, faults)
          : new GateLayer(gate, faults);
    } else if (policy instanceof PerKey<?> perKey) {
      return new KeyedLayer(perKey);
    } else if (policy instanceof RetryDriver driver) {
      return new RetryLayer(driver, faults);
    } else if (policy instanceof HedgeDriver hedge) {
      return new HedgeLayer(hedge, retry, faults);
    } else if (policy instanceof Timeout timeout) {
      return new TimeoutLayer(timeout);
    }
    return new FallbackLayer((Fallback) policy);
  }
}
