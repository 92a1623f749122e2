package dev.evenkeel.micrometer;

import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.RetryDenial;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.core.WouldHave;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one pipeline, or of all those there is no room for. What each call counts is found
 * without a look into the registry. Thread-safe.
 */
final class PipelineMeters {

  /** How many policies of a pipeline have tags of their own. */
  private static final int MOST_POLICIES = 20;

  private static final LongAdder NONE = new LongAdder();

  private final MeterRegistry registry;
  private final Tags tags;
  private final boolean histograms;
  private final Queue<Meter> registered = new ConcurrentLinkedQueue<>();
  private final LongAdder plainCalls = new LongAdder();
  private final Map<Verdict, LongAdder> calls = new EnumMap<>(Verdict.class);
  private final Map<Verdict, Timer> durations = new EnumMap<>(Verdict.class);
  private final Map<Verdict, LongAdder> firsts = new EnumMap<>(Verdict.class);
  private final Map<Verdict, LongAdder> retries = new EnumMap<>(Verdict.class);
  private final Map<Verdict, LongAdder> hedges = new EnumMap<>(Verdict.class);
  private final Map<RetryDenial, Counter> notMade = new EnumMap<>(RetryDenial.class);
  private final Map<RefusalReason, Map<String, Counter>> refusals =
      new EnumMap<>(RefusalReason.class);
  private final Map<WouldHave, Map<String, Counter>> wouldHave = new EnumMap<>(WouldHave.class);
  private final Map<String, Timer> waits = new ConcurrentHashMap<>();
  private final Timer timeLeft;
  private final Timer lateEnds;
  private final Counter retriesMade;
  private final Counter hedgesMade;
  private final Counter hedgesWon;
  private final Counter fallbacks;

  PipelineMeters(MeterRegistry registry, Tags tags, boolean histograms) {
    this.registry = registry;
    this.tags = tags;
    this.histograms = histograms;
    for (Verdict verdict : Verdict.values()) {
      Tags outcome = tags.and("outcome", Words.of(verdict));
      LongAdder plain = verdict == Verdict.SUCCESS ? plainCalls : NONE;
      calls.put(verdict, adder(EvenkeelMeter.CALLS, outcome, plain));
      durations.put(verdict, timer(EvenkeelMeter.CALL_DURATION, outcome));
      firsts.put(verdict, adder(EvenkeelMeter.ATTEMPTS, outcome.and("kind", "first"), plain));
      retries.put(verdict, adder(EvenkeelMeter.ATTEMPTS, outcome.and("kind", "retry"), NONE));
      hedges.put(verdict, adder(EvenkeelMeter.ATTEMPTS, outcome.and("kind", "hedge"), NONE));
    }
    for (RetryDenial reason : RetryDenial.values()) {
      notMade.put(
          reason, counter(EvenkeelMeter.RETRIES_NOT_MADE, tags.and("reason", Words.of(reason))));
    }
    for (RefusalReason reason : RefusalReason.values()) {
      refusals.put(reason, new ConcurrentHashMap<>());
    }
    for (WouldHave decision : WouldHave.values()) {
      wouldHave.put(decision, new ConcurrentHashMap<>());
    }
    timeLeft = timer(EvenkeelMeter.TIME_LEFT, tags);
    lateEnds = timer(EvenkeelMeter.LATE_ENDS, tags);
    retriesMade = counter(EvenkeelMeter.RETRIES, tags);
    hedgesMade = counter(EvenkeelMeter.HEDGES, tags);
    hedgesWon = counter(EvenkeelMeter.HEDGES_WON, tags);
    fallbacks = counter(EvenkeelMeter.FALLBACKS, tags);
  }

  /** A call has succeeded at its first attempt. */
  void plainCallEnded() {
    plainCalls.increment();
  }

  void callEnded(Verdict verdict) {
    of(calls, verdict).increment();
  }

  void callTook(Verdict verdict, long nanos) {
    of(durations, verdict).record(nanos, TimeUnit.NANOSECONDS);
  }

  void timeLeft(long nanos) {
    timeLeft.record(Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  void attemptEnded(int attempt, int hedge, Verdict verdict) {
    Map<Verdict, LongAdder> kind = hedge > 0 ? hedges : attempt > 1 ? retries : firsts;
    of(kind, verdict).increment();
  }

  void endedLate(long nanos) {
    lateEnds.record(nanos, TimeUnit.NANOSECONDS);
  }

  void refused(String policy, RefusalReason reason) {
    Map<String, Counter> byPolicy = of(refusals, reason);
    Counter counter = byPolicy.get(policy);
    if (counter == null) {
      counter = byPolicy.computeIfAbsent(
          bounded(byPolicy, policy),
          name -> counter(
              EvenkeelMeter.REFUSALS, tags.and("policy", name, "reason", Words.of(reason))));
    }
    counter.increment();
  }

  void wouldHave(String policy, WouldHave decision, @Nullable RefusalReason reason) {
    String why = reason == null ? Words.NONE : Words.of(reason);
    Map<String, Counter> byPolicy = of(wouldHave, decision);
    String name = policy + " " + why;
    Counter counter = byPolicy.get(name);
    if (counter == null) {
      boolean room = byPolicy.size() < MOST_POLICIES * RefusalReason.values().length;
      counter = byPolicy.computeIfAbsent(
          room ? name : Words.OTHER,
          added -> counter(
              EvenkeelMeter.WOULD_HAVE,
              tags.and(
                  "action",
                  Words.of(decision),
                  "policy",
                  room ? policy : Words.OTHER,
                  "reason",
                  room ? why : Words.NONE)));
    }
    counter.increment();
  }

  void waited(String policy, long nanos) {
    Timer timer = waits.get(policy);
    if (timer == null) {
      timer = waits.computeIfAbsent(
          bounded(waits, policy), name -> timer(EvenkeelMeter.WAITS, tags.and("policy", name)));
    }
    timer.record(Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  private static String bounded(Map<String, ?> present, String name) {
    return present.size() < MOST_POLICIES ? name : Words.OTHER;
  }

  void retryMade() {
    retriesMade.increment();
  }

  void retryNotMade(RetryDenial reason) {
    of(notMade, reason).increment();
  }

  void hedgeMade() {
    hedgesMade.increment();
  }

  void hedgeWon() {
    hedgesWon.increment();
  }

  void fellBack() {
    fallbacks.increment();
  }

  private static <K, V> V of(Map<K, V> all, K key) {
    V value = all.get(key);
    if (value == null) {
      throw new AssertionError(key + " is one of all");
    }
    return value;
  }

  /**
   * Cheaper for a call than a counter of the registry's, and read only when it is asked.
   *
   * @param more what is counted elsewhere
   */
  private LongAdder adder(EvenkeelMeter meter, Tags own, LongAdder more) {
    LongAdder adder = new LongAdder();
    registered.add(
        FunctionCounter.builder(meter.meterName(), adder, sum -> (double) (sum.sum() + more.sum()))
            .description(meter.description())
            .tags(own)
            .register(registry));
    return adder;
  }

  private Counter counter(EvenkeelMeter meter, Tags own) {
    Counter counter = Counter.builder(meter.meterName())
        .description(meter.description())
        .tags(own)
        .register(registry);
    registered.add(counter);
    return counter;
  }

  Timer timer(EvenkeelMeter meter, Tags own) {
    Timer timer = Timer.builder(meter.meterName())
        .description(meter.description())
        .tags(own)
        .publishPercentileHistogram(histograms)
        .register(registry);
    registered.add(timer);
    return timer;
  }

  Counter counterOf(EvenkeelMeter meter, String tag, String value) {
    return counter(meter, tags.and(tag, value));
  }

  Timer timerOf(EvenkeelMeter meter) {
    return timer(meter, tags);
  }

  /** Does not keep the object from being collected. */
  <T> void gauge(EvenkeelMeter meter, Tags more, T of, ToDoubleFunction<T> value) {
    registered.add(Gauge.builder(meter.meterName(), of, value)
        .description(meter.description())
        .tags(tags.and(more))
        .register(registry));
  }

  /** Takes all of them out of the registry. */
  void remove() {
    for (Meter meter = registered.poll(); meter != null; meter = registered.poll()) {
      Meter unused = registry.remove(meter);
    }
  }
}
