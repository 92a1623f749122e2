package dev.evenkeel.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Something that is to happen at a point in time unless it is taken back before. One word holds all
 * there is to agree upon between the thread that arms it and the {@link AlarmClock}: whether it is
 * armed, and for when. Whoever changes the word by compare-and-set has won.
 */
abstract class Alarm {

  static final long IDLE = 0;

  /** Armed; an {@link AlarmClock} looks at it. */
  private static final long BY_CLOCK = 1;

  /** Armed; some other kernel calls {@link #onDue} in time. */
  private static final long BY_OTHERS = 2;

  private static final long TAGS = 7;
  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Alarm.class, "word", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private volatile long word;

  /** Where the clock it is registered with keeps it; null if none does. Of its own thread only. */
  @Nullable Shelf shelf;

  /** The place there. */
  int place;

  /** What the word holds when armed for a time: that time, up to 7 ns later, and a tag. */
  static long armedAt(long atNanos, boolean byClock) {
    return ((atNanos + TAGS) & ~TAGS) | (byClock ? BY_CLOCK : BY_OTHERS);
  }

  static boolean isArmed(long word) {
    long tag = word & TAGS;
    return tag == BY_CLOCK || tag == BY_OTHERS;
  }

  static boolean isArmedByClock(long word) {
    return (word & TAGS) == BY_CLOCK;
  }

  static boolean isTagged(long word, long tag) {
    return (word & TAGS) == tag;
  }

  static long timeOf(long armed) {
    return armed & ~TAGS;
  }

  final long word() {
    return word;
  }

  final void setWord(long to) {
    word = to;
  }

  final boolean change(long from, long to) {
    return WORD.compareAndSet(this, from, to);
  }

  /**
   * Its time has come, for which it was armed with this word. Runs on the clock's thread; does
   * nothing if the word has changed.
   *
   * @param nowNanos when it rings: some milliseconds late, or much, if the process stood still
   */
  abstract void onDue(long armed, long nowNanos);
}
