package dev.evenkeel.core;

/**
 * Which of a thread's calls are samples: on average one of {@value #CALLS_PER_SAMPLE}, at distances
 * that vary, so that no rhythm of the thread's calls keeps one pipeline out. The thread counts
 * them, and not the call's frame: asynchronous calls, virtual threads and a thread for each call
 * have a new frame with every call.
 */
final class Sampling {

  /** One call in this many tells its gates the time even if they can do without. */
  static final int CALLS_PER_SAMPLE = 64;

  /** Stands for a thread that has not made a call yet. */
  static final int UNKNOWN = -1;

  private static final int LEAST = CALLS_PER_SAMPLE / 2;
  private static final int SPREAD = CALLS_PER_SAMPLE + 1;

  private Sampling() {}

  /** How many calls follow a sample before the next one: 31 to 95, each as likely. */
  static int next(long random) {
    return LEAST - 1 + (int) Long.remainderUnsigned(random, SPREAD);
  }

  /**
   * How many calls a new thread makes before its first sample: as many as are left on a thread that
   * is met at any of its calls. So each call of it, the first as well as the fiftieth, is a sample
   * as often as every other. That number is n or more of the distances above with a chance that is
   * even up to 31 and falls evenly from there to 95; one that falls is an even one, folded.
   */
  static int first(long random) {
    int cell = (int) Long.remainderUnsigned(random, (long) CALLS_PER_SAMPLE * SPREAD);
    int column = cell / SPREAD;
    if (column < LEAST) {
      return column;
    }
    int height = cell % SPREAD;
    return height < 3 * LEAST - column ? column : LEAST + 3 * LEAST - 1 - column;
  }
}
