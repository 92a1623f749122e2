package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Builds a {@link Pipeline}. Not thread-safe. */
public final class PipelineBuilder {

  final String name;
  Kernel kernel = Kernel.system();

  @Nullable Executor executor;

  @Nullable PipelineListener listener;

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
   * Where later attempts of asynchronous calls start, and where results that a timer completed go
   * on.
   *
   * @param newExecutor the executor; by default a small pool of daemon threads of the kernel, which
   *     must not be blocked for long
   * @return this
   */
  public PipelineBuilder executor(Executor newExecutor) {
    executor = Checks.notNull("executor", newExecutor);
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
    Attachment attachment = new PipelineAttachment(pipeline);
    for (Policy policy : ordered) {
      if (policy instanceof Gate gate) {
        gate.attach(attachment);
      }
    }
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

  /** Nests the layers. The innermost timeout says how a call is ended, for every deadline. */
  static Layer layers(List<Policy> policies, Kernel kernel, Faults faults) {
    Timeout enforcement = Timeout.of(Checks.MAX_DURATION);
    for (Policy policy : policies) {
      if (policy instanceof Timeout timeout && !timeout.isTotal()) {
        enforcement = timeout;
      }
    }
    Layer layer = new CallLayer(kernel, enforcement);
    for (int i = policies.size() - 1; i >= 0; i--) {
      Policy policy = policies.get(i);
      if (policy instanceof Gate gate) {
        layer = new GateLayer(gate, layer, faults);
      } else if (policy instanceof Driver driver) {
        layer = new RetryLayer(driver, layer, faults);
      } else if (policy instanceof Timeout timeout) {
        layer = new TimeoutLayer(timeout, layer);
      } else if (policy instanceof Fallback fallback) {
        layer = new FallbackLayer(fallback, layer, faults);
      }
    }
    return layer;
  }

  private record PipelineAttachment(Pipeline pipeline) implements Attachment {
    @Override
    public String pipelineName() {
      return pipeline.name();
    }

    @Override
    public Kernel kernel() {
      return pipeline.kernel();
    }

    @Override
    public void stateChanged(StateChange change) {
      pipeline.notifyStateChange(change);
    }
  }
}
