package dev.evenkeel.simulator;

import dev.evenkeel.core.CallView;
import dev.evenkeel.core.RetryDriver;
import dev.evenkeel.core.Verdict;

/**
 * gRPC's retry throttling (gRFC A6) with the figures of its example: a bucket of 10 tokens, a
 * failure takes one, a success gives 0.1, retries only while it is more than half full. First
 * attempts always go.
 */
final class GrpcThrottle implements RetryDriver {

  private static final double MAX_TOKENS = 10;
  private static final double TOKEN_RATIO = 0.1;
  private static final double INITIAL_BACKOFF_NANOS = 0.1e9;
  private static final double MAX_BACKOFF_NANOS = 1e9;

  private double tokens = MAX_TOKENS;

  @Override
  public int maxAttempts() {
    return 3;
  }

  @Override
  public boolean readsResults() {
    return false;
  }

  @Override
  public boolean accepts(CallView call) {
    tokens = Math.min(MAX_TOKENS, tokens + TOKEN_RATIO);
    return true;
  }

  @Override
  public long afterAttempt(
      CallView call, Verdict verdict, long previousWaitNanos, boolean retryAllowed, long nowNanos) {
    tokens = Math.max(0, tokens - 1);
    if (call.attempt() >= maxAttempts() || tokens <= MAX_TOKENS / 2) {
      return STOP;
    }
    double ceiling =
        Math.min(MAX_BACKOFF_NANOS, INITIAL_BACKOFF_NANOS * (1 << (call.attempt() - 1)));
    return (long) (ceiling * (call.random() >>> 11) * 0x1.0p-53);
  }

  @Override
  public String name() {
    return "grpc-throttle";
  }
}
