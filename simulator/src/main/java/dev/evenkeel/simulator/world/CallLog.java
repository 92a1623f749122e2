package dev.evenkeel.simulator.world;

import java.util.Arrays;

/**
 * Which process was asked when from the return on, whether it let the call through, which calls
 * were answered, and each change of state: in the order in which it happened. Not thread-safe.
 */
public final class CallLog {

  static final byte REFUSED = 0;
  static final byte ADMITTED = 1;
  static final byte ANSWERED = 2;
  static final byte CLOSED = 3;
  static final byte NOT_CLOSED = 4;

  private final long fromNanos;
  private long[] nanos = new long[1 << 10];
  private int[] client = new int[1 << 10];
  private byte[] what = new byte[1 << 10];
  private int size;

  /**
   * Creates an empty log.
   *
   * @param fromNanos calls of before are not kept
   */
  public CallLog(long fromNanos) {
    this.fromNanos = fromNanos;
  }

  /**
   * A user asked.
   *
   * @param who the process
   * @param admitted whether its policy let the call through
   * @param now when
   */
  public void asked(int who, boolean admitted, long now) {
    if (now >= fromNanos) {
      add(who, admitted ? ADMITTED : REFUSED, now);
    }
  }

  /**
   * A call was answered well.
   *
   * @param who the process
   * @param now when
   */
  public void answered(int who, long now) {
    if (now >= fromNanos) {
      add(who, ANSWERED, now);
    }
  }

  /**
   * A breaker changed its state. Changes of before are kept too: they say in which state the return
   * finds it.
   *
   * @param who the process
   * @param closed whether it is closed now
   * @param now when
   */
  public void changed(int who, boolean closed, long now) {
    add(who, closed ? CLOSED : NOT_CLOSED, now);
  }

  private void add(int who, byte entry, long now) {
    if (size == what.length) {
      nanos = Arrays.copyOf(nanos, 2 * size);
      client = Arrays.copyOf(client, 2 * size);
      what = Arrays.copyOf(what, 2 * size);
    }
    nanos[size] = now;
    client[size] = who;
    what[size++] = entry;
  }

  int size() {
    return size;
  }

  long nanos(int entry) {
    return nanos[entry];
  }

  int client(int entry) {
    return client[entry];
  }

  byte what(int entry) {
    return what[entry];
  }
}
