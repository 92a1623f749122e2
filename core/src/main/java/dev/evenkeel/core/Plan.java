package dev.evenkeel.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a call needs to know of its pipeline, as it was when the call began. Another setting or
 * listener makes another plan; calls under way end by the one they began with. Immutable, but for
 * what is looked at in the first calls only.
 */
final class Plan {

  final String pipelineName;

  /** How many changes of settings there were before, and one. */
  final long version;

  final List<Policy> policies;
  final List<String> warnings;
  final Kernel kernel;
  final Engine engine;
  final Hearer hearer;
  final HandOver handOver;
  final Faults faults;
  final HangingCalls hanging;

  /** Whether a layer or a listener wants to see results. */
  final boolean readsResults;

  /** Whether the policies decide, and nothing of it is done. */
  final boolean observeOnly;

  /** Whether calls of each key share what should be one for each of them. */
  final boolean sharesBreaker;

  private final LateResults lateResults;
  private final boolean stackTraces;

  /**
   * The results of how many more calls are looked at, about: it is no counter that threads agree
   * on.
   */
  int firstResults = 100;

  private @Nullable String firstKey;

  private @Nullable Plan answering;
  private @Nullable Plan withoutRepeats;
  private @Nullable Plan deciding;

  /** Hears what the policies decide, if that is all that they do; else null. */
  private final @Nullable ObservedDecisions decisions;

  /** The first one. */
  Plan(PipelineBuilder builder, List<Policy> policies, List<String> warnings) {
    pipelineName = builder.name;
    version = 1;
    kernel = builder.kernel;
    faults = new Faults("pipeline '" + pipelineName + "'");
    hanging = new HangingCalls(faults);
    hearer = Hearer.of(builder.listeners, faults);
    handOver = new HandOver(kernel, builder.executor, faults);
    lateResults = new LateResults(kernel, builder.onLateResult, faults);
    stackTraces = builder.stackTraces;
    this.policies = List.copyOf(policies);
    this.warnings = List.copyOf(warnings);
    observeOnly = builder.observeOnly;
    decisions = null;
    engine = engine(this.policies);
    readsResults = readsResults();
    sharesBreaker = sharesBreaker();
  }

  private Plan(
      Plan before,
      long version,
      List<Policy> policies,
      List<String> warnings,
      boolean observeOnly,
      @Nullable Engine engine,
      Hearer hearer) {
    this(before, version, policies, warnings, observeOnly, engine, hearer, null);
  }

  /** Another one than that of before; with an engine of its own unless it is given one. */
  private Plan(
      Plan before,
      long version,
      List<Policy> policies,
      List<String> warnings,
      boolean observeOnly,
      @Nullable Engine engine,
      Hearer hearer,
      @Nullable ObservedDecisions decisions) {
    pipelineName = before.pipelineName;
    this.version = version;
    kernel = before.kernel;
    faults = before.faults;
    hanging = before.hanging;
    this.hearer = hearer;
    handOver = before.handOver;
    lateResults = before.lateResults;
    stackTraces = before.stackTraces;
    this.policies = policies;
    this.warnings = warnings;
    this.observeOnly = observeOnly;
    this.decisions = decisions;
    this.engine = engine == null ? engine(policies) : engine;
    readsResults = readsResults();
    sharesBreaker = sharesBreaker();
  }

  private Engine engine(List<Policy> of) {
    return observeOnly
        ? PipelineBuilder.observingEngine(of, kernel)
        : PipelineBuilder.engine(of, kernel, faults);
  }

  /** With other policies. */
  Plan with(List<Policy> newPolicies, List<String> newWarnings) {
    return new Plan(
        this,
        version + 1,
        List.copyOf(newPolicies),
        List.copyOf(newWarnings),
        observeOnly,
        null,
        hearer);
  }

  /** With policies that do what they decide, or do not. */
  Plan with(boolean onlyObserved) {
    return new Plan(this, version + 1, policies, warnings, onlyObserved, null, hearer);
  }

  /**
   * What the policies of an observe-only pipeline decide by. Made when the first call begins, as
   * below.
   */
  Plan deciding() {
    Plan made = deciding;
    if (made == null) {
      List<Policy> asked =
          policies.stream().filter(policy -> !(policy instanceof Fallback)).toList();
      ObservedDecisions heard = new ObservedDecisions(hearer);
      Hearer toldToIt = Hearer.of(List.of(heard), faults);
      made = new Plan(this, version, asked, warnings, false, null, toldToIt, heard);
      deciding = made;
    }
    return made;
  }

  /** Whether it is one by which policies decide, and nothing of it is done. */
  boolean decidesOnly() {
    return decisions != null;
  }

  /** Hears of it. */
  ObservedDecisions decisions() {
    return Checks.notNull("decisions", decisions);
  }

  /**
   * The same for calls that bring a fallback of their own, as the object of the outermost layer.
   * Made when the first one does; by two threads at a time it may be made twice.
   */
  Plan answering() {
    Plan made = answering;
    if (made == null) {
      made = new Plan(
          this, version, policies, warnings, observeOnly, engine.withOwnFallback(), hearer);
      answering = made;
    }
    return made;
  }

  /** The same for calls that must not be made twice. Made when the first one is, as above. */
  Plan withoutRepeats() {
    Plan made = withoutRepeats;
    if (made == null) {
      List<Policy> once = policies.stream().filter(policy -> !repeats(policy)).toList();
      made = once.size() == policies.size()
          ? this
          : new Plan(this, version, once, warnings, observeOnly, null, hearer);
      withoutRepeats = made;
    }
    return made;
  }

  private static boolean repeats(Policy policy) {
    return policy.position() == Policy.Position.RETRY || policy.position() == Policy.Position.HEDGE;
  }

  /** With other listeners. */
  Plan with(Hearer newHearer) {
    return new Plan(this, version, policies, warnings, observeOnly, engine, newHearer);
  }

  private boolean readsResults() {
    return hearer.readsResults || policies.stream().anyMatch(Plan::readsResults);
  }

  private static boolean readsResults(Policy policy) {
    return policy instanceof HedgeDriver
        || (policy instanceof Gate gate && gate.readsResults())
        || (policy instanceof PerKey<?> perKey && perKey.readsResults())
        || (policy instanceof RetryDriver driver && driver.readsResults());
  }

  /** A failure that is about to reach its caller, on the caller's thread. */
  Throwable traced(Throwable failure) {
    if (stackTraces && failure instanceof PipelineException own) {
      own.traceCaller();
    }
    return failure;
  }

  /** Takes a result that no caller gets. */
  void drop(@Nullable Object result) {
    lateResults.drop(result);
  }

  private boolean sharesBreaker() {
    boolean breaker = false;
    for (Policy policy : policies) {
      if (policy instanceof PerKey<?>) {
        return false;
      }
      breaker |= policy.position() == Policy.Position.CIRCUIT_BREAKER;
    }
    return breaker;
  }

  /** Calls with a key begin. One key alone, as of a client of one host, shares nothing. */
  void lookAtKey(String key) {
    String first = firstKey;
    if (first == null) {
      firstKey = key;
    } else if (!first.equals(key)) {
      faults.tellOnce(
          "shared breaker",
          "forKey(\"" + key + "\") after forKey(\"" + first + "\") without PerKey: all keys share"
              + " one circuit breaker (expected: PerKey.of(CircuitBreaker::standard))");
    }
  }

  /**
   * A point in time on this pipeline's clock; said once if a clock that is set by hand is in it.
   */
  long atNanos(Deadline deadline) {
    Kernel other = deadline.kernel();
    if (other != kernel && !(other instanceof SystemKernel && kernel instanceof SystemKernel)) {
      faults.tellOnce(
          "foreign deadline",
          "a deadline of another kernel, whose clock may not go as the pipeline's does (expected:"
              + " Deadline.after(time, kernel) with the kernel of the pipeline)");
    }
    return deadline.atNanosOn(kernel);
  }

  void tellNestedRetry(Plan outer) {
    faults.tellOnce(
        "nested retry",
        "a call is retried within a call of pipeline '" + outer.pipelineName
            + "', which retries too: the attempts multiply (expected: a retry in one of the two)");
  }

  /** Whether it makes further attempts. */
  boolean retries() {
    if (observeOnly) {
      return false;
    }
    for (Policy policy : policies) {
      if (policy instanceof RetryDriver driver && driver.maxAttempts() > 1) {
        return true;
      }
    }
    return false;
  }

  /** A blocking call of the first ones has ended with a result. */
  void look(@Nullable Object result) {
    firstResults--;
    if (result != null && isUnawaited(result)) {
      faults.tellOnce(
          "unawaited",
          "call returned a " + result.getClass().getName()
              + ", which is not waited for: no policy sees how it ends (expected: callAsync, or to"
              + " wait for it inside of the call)");
    }
  }

  private static boolean isUnawaited(Object result) {
    try {
      return Unawaited.is(result);
    } catch (Throwable ofAUsersOwnClass) {
      return false;
    }
  }

  void tellIgnored(long tookNanos) {
    faults.tellOnce(
        "ignored interrupt",
        "a call ignored its interrupt and came back only after "
            + Text.duration(tookNanos)
            + HangingCalls.WAYS_OUT);
  }
}
