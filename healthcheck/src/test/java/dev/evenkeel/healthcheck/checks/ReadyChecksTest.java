package dev.evenkeel.healthcheck.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.Status;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadyChecksTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void tcp_connects_orSaysWhyNot() throws IOException {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      port = server.getLocalPort();
      assertThat(TcpCheck.of("127.0.0.1", port).check().status()).isEqualTo(Status.UP);
    }
    assertThatThrownBy(() -> TcpCheck.of("127.0.0.1", port).check())
        .isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> TcpCheck.of("127.0.0.1", 0))
        .hasMessage("port: 0 (expected: 1 to 65535)");
    assertThatThrownBy(() -> TcpCheck.of(" ", 80)).hasMessageStartingWith("host: \" \"");
    assertThatThrownBy(() -> TcpCheck.of("a", 80, Duration.ZERO))
        .hasMessageStartingWith("timeout: 0 s");
  }

  @Test
  void jdbc_asksAndGivesTheConnectionBack() throws SQLException {
    List<String> done = new ArrayList<>();
    AtomicBoolean valid = new AtomicBoolean(true);
    Connection connection = (Connection) Proxy.newProxyInstance(
        getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
          done.add(method.getName() + (args == null ? "" : args[0]));
          return method.getName().equals("isValid") ? valid.get() : null;
        });
    DataSource source = (DataSource) Proxy.newProxyInstance(
        getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
          if (done.size() > 3) {
            throw new SQLException("pool is empty");
          }
          return connection;
        });
    JdbcCheck check = JdbcCheck.of(source, Duration.ofMillis(1_200));
    assertThat(check.check().status()).isEqualTo(Status.UP);
    assertThat(done).containsExactly("isValid2", "close");
    valid.set(false);
    assertThat(check.check().status()).isEqualTo(Status.DOWN);
    assertThat(done).endsWith("isValid2", "close");
    assertThatThrownBy(check::check).isInstanceOf(SQLException.class).hasMessage("pool is empty");
  }

  @Test
  void disk_isJudgedByWhatIsFree(@TempDir Path folder) throws IOException {
    assertThat(DiskSpaceCheck.of(folder, 0, 0).check().status()).isEqualTo(Status.UP);
    DiskSpaceCheck check = DiskSpaceCheck.of(folder);
    assertThat(check.judge(100, 1_000).status()).isEqualTo(Status.UP);
    assertThat(check.judge(99, 1_000).status()).isEqualTo(Status.DEGRADED);
    assertThat(check.judge(20, 1_000).status()).isEqualTo(Status.DEGRADED);
    assertThat(check.judge(19, 1_000).status()).isEqualTo(Status.DOWN);
    assertThat(check.judge(19, 1_000).message()).isEqualTo("1.9 % of the disk is free");
    assertThat(check.judge(0, 0).status()).isEqualTo(Status.UP);
    assertThatThrownBy(() -> DiskSpaceCheck.of(folder.resolve("nowhere")).check())
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> DiskSpaceCheck.of(folder, 0.1, 0.2))
        .hasMessage("downBelow: 0.2 (expected: 0.0 to 0.1)");
  }

  @Test
  void stalledExecutor_isDown_withOneTaskInIt_andUpWhenItGoesOn() throws Exception {
    List<Runnable> queue = new ArrayList<>();
    StallCheck check = StallCheck.of(queue::add, Duration.ofMillis(5));
    assertThat(check.check().status()).isEqualTo(Status.DOWN);
    assertThat(check.check().message()).startsWith("has run no task for ");
    assertThat(queue).hasSize(1);
    queue.remove(0).run();
    assertThat(check.check().status()).isEqualTo(Status.UP);
    assertThat(StallCheck.of(Runnable::run).check().data()).containsKey("delayMillis");
    StallCheck full = StallCheck.of(task -> {
      throw new RejectedExecutionException("full");
    });
    assertThat(full.check().message()).isEqualTo("rejects tasks: full");
  }

  @Test
  void deadlock_isFound_withTheThreadsNames() throws Exception {
    assertThat(DeadlockCheck.create().check().status()).isEqualTo(Status.UP);
    ReentrantLock one = new ReentrantLock();
    ReentrantLock other = new ReentrantLock();
    CountDownLatch both = new CountDownLatch(2);
    Thread left = new Thread(() -> embrace(one, other, both), "left");
    Thread right = new Thread(() -> embrace(other, one, both), "right");
    left.start();
    right.start();
    CheckResult found = DeadlockCheck.create().check();
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (found.status() != Status.DOWN && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
      found = DeadlockCheck.create().check();
    }
    left.interrupt();
    right.interrupt();
    left.join();
    right.join();
    assertThat(found.status()).isEqualTo(Status.DOWN);
    assertThat(found.message()).contains("left", "right");
    assertThat(DeadlockCheck.create().check().status()).isEqualTo(Status.UP);
  }

  private static void embrace(ReentrantLock mine, ReentrantLock others, CountDownLatch both) {
    mine.lock();
    try {
      both.countDown();
      both.await();
      others.lockInterruptibly();
      others.unlock();
    } catch (InterruptedException separated) {
      // as planned
    } finally {
      mine.unlock();
    }
  }

  @Test
  void descriptors_areJudgedByTheirShare() {
    FileDescriptorCheck check = FileDescriptorCheck.create();
    assertThat(check.check().status()).isNotEqualTo(Status.UNKNOWN);
    assertThat(check.judge(80, 100).status()).isEqualTo(Status.UP);
    assertThat(check.judge(81, 100).status()).isEqualTo(Status.DEGRADED);
    assertThat(check.judge(96, 100).status()).isEqualTo(Status.DOWN);
    assertThat(check.judge(96, 0).status()).isEqualTo(Status.UP);
    assertThatThrownBy(() -> FileDescriptorCheck.of(0.9, 0.8))
        .hasMessage("degradedAbove: 0.9 (expected: 0.0 to 0.8)");
  }

  @Test
  void memory_isJudgedByPauses_andByWhatIsLeftAfterThem() {
    MemoryPressureCheck check = MemoryPressureCheck.create();
    assertThat(check.check().data()).containsKeys("pauseShare", "fullAfterCollection");
    assertThat(check.judge(0.2, 0.5).status()).isEqualTo(Status.UP);
    assertThat(check.judge(0.21, 0.5).status()).isEqualTo(Status.DEGRADED);
    assertThat(check.judge(0, 0.91).status()).isEqualTo(Status.DEGRADED);
    assertThat(check.judge(0.51, 0.5).status()).isEqualTo(Status.DOWN);
    assertThat(check.judge(0.51, 0.5).message())
        .isEqualTo("51 % of the time collecting garbage, heap 50 % full after that");
  }
}
