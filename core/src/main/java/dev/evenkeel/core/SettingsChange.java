package dev.evenkeel.core;

import java.util.List;

/**
 * Other settings came into force in a pipeline, see {@link Pipeline#update}.
 *
 * @param pipelineName the pipeline's name
 * @param version the number of the settings that are in force now; those a pipeline was built with
 *     are 1
 * @param before what the policies said of themselves before, outermost first
 * @param after what they say now
 * @param atNanos when, on the kernel's monotonic clock
 */
public record SettingsChange(
    String pipelineName, long version, List<String> before, List<String> after, long atNanos) {

  /**
   * Copies the lists.
   *
   * @param pipelineName the pipeline's name
   * @param version the number of the settings that are in force now
   * @param before what the policies said of themselves before, outermost first
   * @param after what they say now
   * @param atNanos when, on the kernel's monotonic clock
   */
  public SettingsChange {
    Checks.notNull("pipelineName", pipelineName);
    before = List.copyOf(before);
    after = List.copyOf(after);
  }
}
