package dev.evenkeel.examples.comeback;

import java.lang.management.ManagementFactory;

/**
 * What this runs on, as far as it matters for a run.
 *
 * @param processors how many
 * @param load the average of the last minute; negative if the system does not say
 * @param java the version of the JVM
 * @param system the operating system
 */
record Machine(int processors, double load, String java, String system) {

  static Machine here() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        Runtime.version().toString(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }

  /** What to do after a run that shows nothing, for people. */
  String advice() {
    String busy = load < 0 ? "" : Figures.format(" with a load of %.1f in the last minute", load);
    return Figures.format(
        "This machine has %d processors%s. Two with nothing else to do are%nenough: end what else"
            + " runs and try again.",
        processors, busy);
  }
}
