package dev.evenkeel.simulator;

import java.util.Arrays;

/**
 * The calls in flight, a number each; numbers are used again, and a generation tells an old use
 * from a new one.
 */
final class Calls {

  int[] client = new int[1 << 12];
  int[] shard = new int[1 << 12];
  int[] generation = new int[1 << 12];
  boolean[] atServer = new boolean[1 << 12];
  boolean[] active = new boolean[1 << 12];
  boolean[] bad = new boolean[1 << 12]; // fails when the server is done with it
  byte[] weight = new byte[1 << 12];
  byte[] attempt = new byte[1 << 12];
  byte[] tries = new byte[1 << 12];
  long[] askedNanos = new long[1 << 12];
  long[] startedNanos = new long[1 << 12];
  long[] permit = new long[1 << 12];
  long[] waitNanos = new long[1 << 12];
  private int[] free = new int[1 << 12];
  private int freeCount;
  private int used;

  int take() {
    int call = freeCount > 0 ? free[--freeCount] : used++;
    if (call == client.length) {
      grow(2 * call);
    }
    active[call] = true;
    return call;
  }

  /** Numbers below this one are or were in use. */
  int used() {
    return used;
  }

  /** Gives a number back; who still has it holds an old generation. */
  void release(int call) {
    generation[call]++;
    active[call] = false;
    free[freeCount++] = call;
  }

  private void grow(int size) {
    client = Arrays.copyOf(client, size);
    shard = Arrays.copyOf(shard, size);
    generation = Arrays.copyOf(generation, size);
    atServer = Arrays.copyOf(atServer, size);
    active = Arrays.copyOf(active, size);
    bad = Arrays.copyOf(bad, size);
    weight = Arrays.copyOf(weight, size);
    attempt = Arrays.copyOf(attempt, size);
    tries = Arrays.copyOf(tries, size);
    askedNanos = Arrays.copyOf(askedNanos, size);
    startedNanos = Arrays.copyOf(startedNanos, size);
    permit = Arrays.copyOf(permit, size);
    waitNanos = Arrays.copyOf(waitNanos, size);
    free = Arrays.copyOf(free, size);
  }
}
