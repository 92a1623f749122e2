package dev.evenkeel.spring.actuate;

import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.StatefulGate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gates of a pipeline that have a state. */
final class Gates {

  private Gates() {}

  /**
   * A gate.
   *
   * @param key the endpoint, shard or zone it stands for; null for the whole dependency
   * @param gate the gate
   */
  record Keyed(@Nullable String key, StatefulGate gate) {}

  /** All of them; of a {@link PerKey} that of calls without a key, and then those of its keys. */
  static List<Keyed> of(Pipeline pipeline) {
    List<Keyed> found = new ArrayList<>();
    for (Policy policy : pipeline.policies()) {
      if (policy instanceof StatefulGate gate) {
        found.add(new Keyed(null, gate));
      } else if (policy instanceof PerKey<?> perKey
          && perKey.gate(null) instanceof StatefulGate gate) {
        found.add(new Keyed(null, gate));
        for (String key : perKey.keys()) {
          perKey.find(key).ifPresent(own -> found.add(new Keyed(key, (StatefulGate) own)));
        }
      }
    }
    return found;
  }
}
