package dev.evenkeel.simulator.world;

import java.util.Map;

/**
 * One generated world: a scenario, and the seed that drew it and runs it. Immutable.
 *
 * @param seed drew it, and is the seed of its runs
 * @param fields what differs from the scenario format's defaults, as in a scenario file
 */
public record World(long seed, Map<String, String> fields) {

  /**
   * As a scenario file, from which the same world can be run again.
   *
   * @param remark what to say about it at the top; may have several lines
   * @return the text of the file
   */
  public String text(String remark) {
    StringBuilder text = new StringBuilder();
    remark.lines().forEach(line -> text.append("# ").append(line).append('\n'));
    text.append("# Run it with --first-seed ").append(seed).append(".\n");
    fields.forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
    return text.toString();
  }
}
