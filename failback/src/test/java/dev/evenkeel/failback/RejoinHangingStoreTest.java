package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Attachment;
import dev.evenkeel.core.SystemKernel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store that never answers, with real threads. */
class RejoinHangingStoreTest {

  private static final class Hanging implements FleetDependency {

    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicInteger interrupted = new AtomicInteger();

    @Override
    public FleetMembership join(FleetMember member, Attachment attachment) {
      throw new AssertionError("nobody joins here");
    }

    @Override
    public long turn(long lengthNanos, long longestNanos, long random) throws Exception {
      try {
        never.await();
        return 0;
      } finally {
        interrupted.incrementAndGet();
      }
    }
  }

  @Test
  @Timeout(120)
  void storeHangs_goesOnAsWithout_andItIsInterrupted() throws Exception {
    Hanging store = new Hanging();
    try (SystemKernel kernel = new SystemKernel("rejoin-test");
        Rejoin rejoin = Rejoin.builder("catalog")
            .startCalls(10)
            .headroom(1_000)
            .sharedBy(store)
            .kernel(kernel)
            .start()) {
      assertThat(rejoin.call(() -> "page")).isEqualTo("page");
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (store.interrupted.get() < 5 && System.nanoTime() - deadline < 0) {
        Thread.onSpinWait();
      }
      assertThat(store.interrupted).hasValue(5);
    }
  }
}
