package dev.evenkeel.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exchanges that hang: on threads of their own, in time that is moved by hand. */
@Timeout(120)
class AgentTest {

  private static final Duration LIMIT = Duration.ofMillis(500);

  private final ManualKernel time = ManualKernel.create();
  private final BlockingQueue<Thread> exchanging = new LinkedBlockingQueue<>();
  private final BlockingQueue<FleetChange> changes = new LinkedBlockingQueue<>();
  private final BlockingQueue<Thread> goodbyes = new LinkedBlockingQueue<>();
  private final LongAdder failures = new LongAdder();
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicInteger rejects = new AtomicInteger();
  private final List<Thread> started = new CopyOnWriteArrayList<>();

  private final Kernel kernel = new Kernel() {
    @Override
    public long nanoTime() {
      return time.nanoTime();
    }

    @Override
    public Cancellable schedule(long atNanos, Runnable task) {
      return time.schedule(atNanos, task);
    }

    @Override
    public long random() {
      return time.random();
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void executeBlocking(Runnable task) {
      if (rejects.getAndDecrement() > 0) {
        throw new RejectedExecutionException("no thread");
      }
      Thread thread = new Thread(task);
      thread.setDaemon(true);
      thread.start();
      started.add(thread);
    }

    @Override
    public void sleepUntil(long atNanos) {
      throw new UnsupportedOperationException();
    }
  };

  private final class HangingStore implements FleetStore {

    final boolean canBeInterrupted;

    HangingStore(boolean canBeInterrupted) {
      this.canBeInterrupted = canBeInterrupted;
    }

    @Override
    public Shared exchange(String dependency, String member, @Nullable String report)
        throws InterruptedException {
      exchanging.add(Thread.currentThread());
      while (end.getCount() > 0) {
        try {
          end.await();
        } catch (InterruptedException e) {
          if (canBeInterrupted) {
            throw e;
          }
        }
      }
      return Shared.NONE;
    }

    @Override
    public List<Report> reports(String dependency, Duration youngerThan) {
      return List.of();
    }

    @Override
    public boolean replace(String dependency, long expected, long next, String text) {
      return false;
    }

    @Override
    public void remove(String dependency, String member, Duration olderThan)
        throws InterruptedException {
      goodbyes.add(Thread.currentThread());
      end.await();
    }
  }

  @AfterEach
  void endAll() {
    end.countDown();
  }

  private Agent agent(FleetStore store) {
    Agent agent = new Agent(
        store,
        kernel,
        LIMIT.toNanos(),
        new Notices(changes::add, false),
        new LongAdder(),
        failures);
    agent.join(new Session("inventory", "a", new StubMember(), agent, kernel));
    return agent;
  }

  private Thread nextExchange() {
    Thread thread = exchanging.poll();
    for (int i = 0; thread == null && i < 600; i++) {
      int before = started.size();
      time.advance(Duration.ofMillis(100));
      if (started.size() > before) { // the time stands, so nothing is given up
        Thread last = started.get(started.size() - 1);
        while (exchanging.isEmpty() && last.isAlive()) {
          Thread.onSpinWait(); // until it exchanges, or ends as nothing is due
        }
        thread = exchanging.poll();
      }
    }
    assertThat(thread).as("an exchange").isNotNull();
    return thread;
  }

  @Test
  void exchangeThatHangs_isInterruptedAndGivenUp() throws Exception {
    Agent agent = agent(new HangingStore(true));
    for (int i = 0; i < 3; i++) {
      Thread thread = nextExchange();
      time.advance(LIMIT);
      thread.join(60_000);
      assertThat(thread.isAlive()).isFalse();
    }
    FleetChange change = changes.poll(1, TimeUnit.MINUTES);
    assertThat(change).isNotNull();
    assertThat(change.kind()).isEqualTo(FleetChange.Kind.DEGRADED);
    assertThat(change.reason()).contains("500 ms");
    assertThat(failures.sum()).isEqualTo(3);
    agent.close();
  }

  @Test
  void goodbyeThatHangs_isInterrupted() throws Exception {
    Agent agent = agent(new HangingStore(true));
    agent.close();
    Thread thread = goodbyes.poll(1, TimeUnit.MINUTES);
    assertThat(thread).isNotNull();
    time.advance(LIMIT);
    thread.join(60_000);
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void exchangesThatCannotBeInterrupted_areAtMostTwo() throws Exception {
    Agent agent = agent(new HangingStore(false));
    assertThat(nextExchange()).isNotNull();
    time.advance(LIMIT);
    assertThat(nextExchange()).isNotNull();
    time.advance(LIMIT);
    assertThat(changes).isEmpty();
    FleetChange change = null;
    for (int i = 0; change == null && i < 600; i++) {
      time.advance(Duration.ofSeconds(1));
      change = changes.poll(100, TimeUnit.MILLISECONDS);
    }
    assertThat(change).as("the third fails without asking").isNotNull();
    assertThat(change.reason()).isEqualTo("the store hangs");
    assertThat(exchanging).isEmpty();
    agent.close();
  }

  @Test
  void noThreadForAnExchange_isTriedAgain() throws Exception {
    rejects.set(3);
    Agent agent = agent(new HangingStore(true));
    assertThat(nextExchange()).isNotNull();
    agent.close();
  }
}
