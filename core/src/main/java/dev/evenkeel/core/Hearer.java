package dev.evenkeel.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells a pipeline's listeners what they want to hear; what they throw goes to the log. Immutable:
 * other listeners make another one.
 */
final class Hearer {

  private static final Listening[] NONE = {};

  /** For all pipelines without a listener. */
  private static final Hearer NOBODY = new Hearer(List.of(), new Faults("pipelines"));

  /** A listener and what it wants to hear of. */
  private record Listening(PipelineListener listener, Set<PipelineEvent> events) {}

  private final Listening[] all;

  // Of events that every call has.
  private final Listening[] ofCallStart;
  private final Listening[] ofCallEnd;
  private final Listening[] ofAttemptStart;
  private final Listening[] ofAttemptEnd;

  /** Those that are told of both ends of most calls at once. */
  private final CallTally[] tallies;

  private final Faults faults;

  /** Whether the time of each call is asked for. */
  final boolean timed;

  final boolean readsResults;
  final boolean hearsCallStart;
  final boolean hearsCallEnd;
  final boolean hearsAttempts;

  /** Whether a listener is told of ends, with or without the time that was taken. */
  final boolean hearsEnds;

  static Hearer of(List<PipelineListener> listeners, Faults faults) {
    return listeners.isEmpty() ? NOBODY : new Hearer(listeners, faults);
  }

  private Hearer(List<PipelineListener> listeners, Faults faults) {
    this.faults = faults;
    all = listeners.stream()
        .map(listener -> new Listening(listener, Set.copyOf(listener.events())))
        .toArray(Listening[]::new);
    tallies = listeners.stream()
        .filter(CallTally.class::isInstance)
        .map(CallTally.class::cast)
        .toArray(CallTally[]::new);
    ofCallStart = of(PipelineEvent.CALL_START);
    ofCallEnd = withoutTallies(of(PipelineEvent.CALL_END));
    ofAttemptStart = of(PipelineEvent.ATTEMPT_START);
    ofAttemptEnd = withoutTallies(of(PipelineEvent.ATTEMPT_END));
    hearsCallStart = ofCallStart.length > 0;
    hearsCallEnd = ofCallEnd.length + tallies.length > 0;
    hearsAttempts = ofAttemptStart.length + ofAttemptEnd.length + tallies.length > 0;
    hearsEnds = ofCallEnd.length + ofAttemptEnd.length + tallies.length > 0;
    boolean time = false;
    boolean results = false;
    for (Listening one : all) {
      boolean seesEnd = one.events.contains(PipelineEvent.CALL_END)
          || one.events.contains(PipelineEvent.ATTEMPT_END);
      time |= seesEnd && one.listener.wantsDurations();
      results |= seesEnd && one.listener.wantsResults();
    }
    timed = time;
    readsResults = results;
  }

  private Listening[] of(PipelineEvent event) {
    List<Listening> hearers = new ArrayList<>();
    for (Listening one : all) {
      if (one.events.contains(event)) {
        hearers.add(one);
      }
    }
    return hearers.isEmpty() ? NONE : hearers.toArray(NONE);
  }

  private static Listening[] withoutTallies(Listening[] some) {
    return Arrays.stream(some)
        .filter(one -> !(one.listener instanceof CallTally))
        .toArray(Listening[]::new);
  }

  List<PipelineListener> all() {
    List<PipelineListener> listeners = new ArrayList<>();
    for (Listening one : all) {
      listeners.add(one.listener);
    }
    return listeners;
  }

  void callStart(Frame frame) {
    for (Listening one : ofCallStart) {
      try {
        one.listener.onCallStart(frame);
      } catch (Throwable fault) {
        report(PipelineEvent.CALL_START, fault);
      }
    }
  }

  void callEnd(Frame frame) {
    if (!hearsCallEnd) {
      return;
    }
    Verdict verdict = frame.verdict();
    long nanos = frame.durationNanos();
    for (Listening one : ofCallEnd) {
      try {
        one.listener.onCallEnd(frame, verdict, nanos);
      } catch (Throwable fault) {
        report(PipelineEvent.CALL_END, fault);
      }
    }
    for (CallTally tally : tallies) {
      try {
        if (frame.plainAttempt && verdict == Verdict.SUCCESS) {
          tally.onPlainCall(frame, nanos);
        } else {
          tellPlainAttempt(frame, tally);
          tally.onCallEnd(frame, verdict, nanos);
        }
      } catch (Throwable fault) {
        report(PipelineEvent.CALL_END, fault);
      }
    }
    frame.plainAttempt = false;
  }

  /** The attempt that it has not been told of yet, if there is one. */
  private static void tellPlainAttempt(Frame frame, CallTally tally) {
    if (frame.plainAttempt) {
      tally.onAttemptEnd(frame, Verdict.SUCCESS, PipelineListener.UNKNOWN_DURATION);
    }
  }

  void attemptStart(Frame frame) {
    if (hearsAttempts) {
      frame.attemptBegins();
    }
    for (Listening one : ofAttemptStart) {
      try {
        one.listener.onAttemptStart(frame);
      } catch (Throwable fault) {
        report(PipelineEvent.ATTEMPT_START, fault);
      }
    }
  }

  void attemptEnd(Frame frame) {
    if (!hearsAttempts) {
      return;
    }
    Verdict verdict = frame.verdict();
    long nanos = frame.attemptNanos();
    for (Listening one : ofAttemptEnd) {
      try {
        one.listener.onAttemptEnd(frame, verdict, nanos);
      } catch (Throwable fault) {
        report(PipelineEvent.ATTEMPT_END, fault);
      }
    }
    if (tallies.length > 0) {
      if (frame.isPlain()) {
        frame.plainAttempt = true;
      } else {
        tallyAttempt(tally -> tally.onAttemptEnd(frame, verdict, nanos));
      }
    }
  }

  private void tallyAttempt(Consumer<CallTally> what) {
    for (CallTally tally : tallies) {
      try {
        what.accept(tally);
      } catch (Throwable fault) {
        report(PipelineEvent.ATTEMPT_END, fault);
      }
    }
  }

  void refused(Frame frame, String policy, RefusalReason reason) {
    if (all.length > 0) { // a refusal costs nothing else
      tell(PipelineEvent.REFUSED, hearer -> hearer.onRefused(frame, policy, reason));
    }
  }

  void waited(Frame frame, String policy, long nanos) {
    tell(PipelineEvent.WAIT, hearer -> hearer.onWait(frame, policy, nanos));
  }

  void retry(Frame frame, long waitNanos) {
    if (frame.plainAttempt) { // it was not good enough
      tallyAttempt(tally -> tellPlainAttempt(frame, tally));
      frame.plainAttempt = false;
    }
    tell(PipelineEvent.RETRY, hearer -> hearer.onRetry(frame, waitNanos));
  }

  void retryDenied(Frame frame, RetryDenial reason) {
    tell(PipelineEvent.RETRY_DENIED, hearer -> hearer.onRetryDenied(frame, reason));
  }

  void hedge(Frame frame, long delayNanos) {
    tell(PipelineEvent.HEDGE, hearer -> hearer.onHedge(frame, delayNanos));
  }

  void hedgeWon(Frame frame) {
    tell(PipelineEvent.HEDGE_WON, hearer -> hearer.onHedgeWon(frame));
  }

  void fallback(Frame frame, Throwable failure) {
    tell(PipelineEvent.FALLBACK, hearer -> hearer.onFallback(frame, failure));
  }

  void wouldHave(CallView call, String policy, WouldHave decision, @Nullable RefusalReason reason) {
    tell(PipelineEvent.WOULD_HAVE, hearer -> hearer.onWouldHave(call, policy, decision, reason));
  }

  void stateChange(StateChange change) {
    tell(PipelineEvent.STATE_CHANGE, hearer -> hearer.onStateChange(change));
  }

  void settingsChange(SettingsChange change) {
    tell(PipelineEvent.SETTINGS_CHANGE, hearer -> hearer.onSettingsChange(change));
  }

  private void tell(PipelineEvent event, Consumer<PipelineListener> what) {
    for (Listening one : all) {
      if (one.events.contains(event)) {
        try {
          what.accept(one.listener);
        } catch (Throwable fault) {
          report(event, fault);
        }
      }
    }
  }

  private void report(PipelineEvent event, Throwable fault) {
    faults.report("listener." + event.method(), fault, "the call goes on");
  }
}
