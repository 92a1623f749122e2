package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is one for a pipeline and its views: the plan in force, who changes it, and its end. Calls
 * only read the plan. Changes are made one at a time, under a lock that no call ever takes.
 * Thread-safe.
 */
final class PipelineLife implements Attachment {

  private final Pipeline pipeline;
  private final Object changing = new Object();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final List<Consumer<Pipeline>> whenClosed = new CopyOnWriteArrayList<>();

  /** Written under the lock. */
  volatile Plan plan;

  private @Nullable InOrder changes; // guarded by the lock; most pipelines never change

  PipelineLife(Pipeline pipeline, Plan plan) {
    this.pipeline = pipeline;
    this.plan = plan;
  }

  /** Attaches the gates. */
  void begin() {
    plan.policies.forEach(this::attach);
  }

  private void attach(Policy policy) {
    if (policy instanceof Gate gate) {
      gate.attach(this);
    } else if (policy instanceof PerKey<?> perKey) {
      perKey.attach(this);
    }
  }

  private void detach(Policy policy) {
    try {
      if (policy instanceof Gate gate) {
        gate.detach(this);
      } else if (policy instanceof PerKey<?> perKey) {
        perKey.detach(this);
      }
    } catch (Throwable fault) {
      plan.faults.report(policy.name() + ".detach", fault, "the others are told");
    }
  }

  /**
   * Puts other settings in force.
   *
   * @param wanted the policies, in their order
   * @return the version of the settings
   */
  long update(List<Policy> wanted) {
    List<String> warnings = PipelineChecks.check(plan.pipelineName, wanted);
    long version;
    InOrder announcements;
    synchronized (changing) {
      checkOpen();
      Plan before = plan;
      PolicyChange.check(before.pipelineName, before.policies, wanted);
      List<String> settingsBefore = settings(before);
      List<Policy> policies = PolicyChange.make(before.policies, wanted, before.faults);
      policies.stream()
          .filter(added -> !PolicyChange.isIn(before.policies, added))
          .forEach(this::attach);
      Plan after = before.with(policies, warnings);
      plan = after;
      before.policies.stream()
          .filter(old -> !PolicyChange.isIn(policies, old))
          .forEach(this::detach);
      version = after.version;
      announcements = announce(after, settingsBefore);
    }
    announcements.deliver();
    warnings.forEach(warning -> Faults.LOG.warn("{}", warning));
    return version;
  }

  /** Throws what {@link #update} would, and changes nothing. */
  void checkUpdate(List<Policy> wanted) {
    Plan present = plan;
    PipelineChecks.check(present.pipelineName, wanted);
    checkOpen();
    PolicyChange.check(present.pipelineName, present.policies, wanted);
  }

  private void checkOpen() {
    if (isClosed()) {
      throw new IllegalStateException(pipeline + ": closed (expected: an open pipeline)");
    }
  }

  private static List<String> settings(Plan of) {
    List<String> settings = new ArrayList<>();
    if (of.observeOnly) {
      settings.add("observe-only");
    }
    of.policies.forEach(policy -> settings.add(policy.toString()));
    return settings;
  }

  /** Has the policies do what they decide, or only say it. */
  long observeOnly(boolean observed) {
    long version;
    InOrder announcements;
    synchronized (changing) {
      checkOpen();
      Plan before = plan;
      if (before.observeOnly == observed) {
        return before.version;
      }
      Plan after = before.with(observed);
      plan = after;
      version = after.version;
      announcements = announce(after, settings(before));
    }
    announcements.deliver();
    tellObserveOnly(plan.pipelineName, observed);
    return version;
  }

  static void tellObserveOnly(String pipeline, boolean observed) {
    if (observed) {
      Faults.LOG.warn(
          "{} IS OBSERVE-ONLY: its policies decide and are counted, and no call is refused, ended,"
              + " retried or held back",
          pipeline);
    } else {
      Faults.LOG.warn("{} is not observe-only any more: its policies are in force", pipeline);
    }
  }

  private InOrder announce(Plan after, List<String> settingsBefore) {
    SettingsChange change = new SettingsChange(
        after.pipelineName,
        after.version,
        settingsBefore,
        settings(after),
        after.kernel.nanoTime());
    InOrder announcements = changes == null ? new InOrder() : changes;
    changes = announcements;
    announcements.note(() -> after.hearer.settingsChange(change));
    return announcements;
  }

  void addListener(PipelineListener listener) {
    synchronized (changing) {
      List<PipelineListener> listeners = new ArrayList<>(plan.hearer.all());
      if (!listeners.contains(listener)) {
        listeners.add(listener);
        plan = plan.with(Hearer.of(listeners, plan.faults));
      }
    }
  }

  boolean removeListener(PipelineListener listener) {
    synchronized (changing) {
      List<PipelineListener> listeners = new ArrayList<>(plan.hearer.all());
      boolean removed = listeners.remove(listener);
      if (removed) {
        plan = plan.with(Hearer.of(listeners, plan.faults));
      }
      return removed;
    }
  }

  /** Detaches the gates, and tells who wants to know; once. */
  void close() {
    synchronized (changing) {
      if (!closed.compareAndSet(false, true)) {
        return;
      }
    }
    plan.policies.forEach(this::detach);
    PipelineNames.closed(pipeline, plan.pipelineName);
    whenClosed.forEach(hearer -> hearer.accept(pipeline));
    whenClosed.clear();
  }

  boolean isClosed() {
    return closed.get();
  }

  /** Adds one of ours who is to be told; at once if it is closed already. */
  void whenClosed(Consumer<Pipeline> hearer) {
    whenClosed.add(hearer);
    if (isClosed()) {
      hearer.accept(pipeline);
    }
  }

  void noMore(Consumer<Pipeline> hearer) {
    whenClosed.remove(hearer);
  }

  @Override
  public String pipelineName() {
    return plan.pipelineName;
  }

  @Override
  public Kernel kernel() {
    return plan.kernel;
  }

  @Override
  public boolean isObserveOnly() {
    return plan.observeOnly;
  }

  @Override
  public void stateChanged(StateChange change) {
    plan.hearer.stateChange(change);
  }
}
