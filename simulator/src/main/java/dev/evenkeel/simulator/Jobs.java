package dev.evenkeel.simulator;

import java.util.Arrays;

/** Work that servers have begun: whose it is, and in which life of the server it was begun. */
final class Jobs {

  private int[] server = new int[1 << 10];
  private int[] epoch = new int[1 << 10];
  private long[] tag = new long[1 << 10];
  private int[] free = new int[1 << 10];
  private int freeCount;
  private int used;

  int add(int ofServer, int inEpoch, long newTag) {
    int job = freeCount > 0 ? free[--freeCount] : used++;
    if (job == tag.length) {
      int size = 2 * job;
      server = Arrays.copyOf(server, size);
      epoch = Arrays.copyOf(epoch, size);
      tag = Arrays.copyOf(tag, size);
      free = Arrays.copyOf(free, size);
    }
    server[job] = ofServer;
    epoch[job] = inEpoch;
    tag[job] = newTag;
    return job;
  }

  int server(int job) {
    return server[job];
  }

  int epoch(int job) {
    return epoch[job];
  }

  /** Ends it, and says whose it was. */
  long remove(int job) {
    free[freeCount++] = job;
    return tag[job];
  }
}
