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

  @Nullable PipelineListener listener;

  @Nullable Consumer<Object> onLateResult;

  private List<Policy> policies = List.of();
  private boolean canonical = true;

  PipelineBuilder(String name) {
    this.name = Checks.name("pipeline name", name);
  }

  /**
   * The policies, to be put into the canonical order.
   *
   * @param newPolicies the policies; none by default
   * @return this
   */
  public PipelineBuilder policies(Policy... newPolicies) {
    policies = checked(newPolicies);
    canonical = true;
    return this;
  }

  /**
   * The policies as written, outermost first.
   *
   * @param newPolicies the policies; none by default
   * @return this
   */
  public PipelineBuilder policiesInOrder(Policy... newPolicies) {
    policies = checked(newPolicies);
    canonical = false;
    return this;
  }

  /**
   * Who hears what happens.
   *
   * @param newListener the listener; none by default
   * @return this
   */
  public PipelineBuilder listener(PipelineListener newListener) {
    listener = Checks.notNull("listener", newListener);
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
    List<Policy> ordered = new ArrayList<>(policies);
    if (canonical) {
      ordered.sort(Comparator.comparing(Policy::position));
    }
    List<String> warnings = PipelineChecks.check(name, ordered);
    Pipeline pipeline = new Pipeline(this, ordered, warnings);
    pipeline.life().begin();
    PipelineNames.built(pipeline);
    warnings.forEach(warning -> Faults.LOG.warn("{}", warning));
    return pipeline;
  }

  private static List<Policy> checked(Policy... policies) {
    Checks.notNull("policies", policies);
    for (int i = 0; i < policies.length; i++) {
      Checks.notNull("policies[" + i + "]", policies[i]);
    }
    return List.of(policies);
  }

  /** The innermost timeout says how an attempt is ended, for every deadline. */
  static Engine engine(List<Policy> policies, Kernel kernel, Faults faults) {
    Timeout enforcement = Timeout.NONE;
    for (Policy policy : policies) {
      if (policy instanceof Timeout timeout && !timeout.isTotal()) {
        enforcement = timeout;
      }
    }
    Driver retry = null;
    Layer[] layers = new Layer[policies.size()];
    for (int i = 0; i < layers.length; i++) {
      if (policies.get(i) instanceof Driver driver) {
        retry = driver;
      }
      layers[i] = layer(policies.get(i), retry, faults);
    }
    return new Engine(kernel, layers, new Attempt(kernel, enforcement));
  }

  private static Layer layer(Policy policy, @Nullable Driver retry, Faults faults) {
    if (policy instanceof Gate gate) {
      return gate instanceof WaitingGate waiting
          ? new WaitingGateLayer(waiting, faults)
          : new GateLayer(gate, faults);
    } else if (policy instanceof PerKey<?> perKey) {
      return new KeyedLayer(perKey);
    } else if (policy instanceof Driver driver) {
      return new RetryLayer(driver, faults);
    } else if (policy instanceof HedgeDriver hedge) {
      return new HedgeLayer(hedge, retry, faults);
    } else if (policy instanceof Timeout timeout) {
      return new TimeoutLayer(timeout);
    }
    return new FallbackLayer((Fallback) policy, faults);
  }
}
