package dev.evenkeel.http;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Policy.Position;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For requests that must not be sent twice: the same pipeline without what repeats a call. Breaker,
 * limits and timeouts are the very same objects, so both see one state.
 */
final class SinglePipelines {

  private static final Logger LOG = LoggerFactory.getLogger(SinglePipelines.class);

  /** Pipelines are made once and kept; one for each call is a mistake that must not cost memory. */
  private static final int MOST = 1_000;

  private final Map<Key, Pipeline> kept = new ConcurrentHashMap<>();

  /** The policies are the state; their list is the same for all keys of a pipeline. */
  private record Key(String name, List<Policy> policies) {}

  Pipeline of(Pipeline pipeline) {
    if (pipeline.policies().stream().noneMatch(SinglePipelines::repeats)) {
      return pipeline;
    }
    Key key = new Key(pipeline.name(), pipeline.policies());
    Pipeline single = kept.get(key);
    if (single == null) {
      single = make(key);
      if (kept.size() < MOST) {
        kept.putIfAbsent(key, single);
      } else {
        LOG.warn(
            "{}: more than {} pipelines (expected: one for each host, kept)", key.name(), MOST);
      }
    }
    String endpoint = pipeline.key();
    return endpoint == null ? single : single.forKey(endpoint);
  }

  private static Pipeline make(Key key) {
    Policy[] once =
        key.policies().stream().filter(policy -> !repeats(policy)).toArray(Policy[]::new);
    return Pipeline.inOrder(key.name(), once);
  }

  private static boolean repeats(Policy policy) {
    return policy.position() == Position.RETRY || policy.position() == Position.HEDGE;
  }
}
