package dev.evenkeel.healthcheck.checks;

import dev.evenkeel.core.Checks;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.HealthCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Whether something accepts connections on a TCP port. Thread-safe. */
public final class TcpCheck implements HealthCheck {

  private final String host;
  private final int port;
  private final int timeoutMillis;

  private TcpCheck(String host, int port, Duration timeout) {
    this.host = Checks.name("host", host);
    this.port = Checks.range("port", port, 1, 65_535);
    this.timeoutMillis = (int) Math.max(
        1, Math.min(Integer.MAX_VALUE, Checks.positiveNanos("timeout", timeout) / 1_000_000));
  }

  /**
   * Connects within 800 ms.
   *
   * @param host a name, looked up each time, or an address
   * @param port 1 to 65535
   * @return the check
   * @throws IllegalArgumentException if the port is out of range
   */
  public static TcpCheck of(String host, int port) {
    return new TcpCheck(host, port, Duration.ofMillis(800));
  }

  /**
   * Connects.
   *
   * @param host a name, looked up each time, or an address
   * @param port 1 to 65535
   * @param timeout more than 0; shorter than the check's time limit, as no interrupt ends a connect
   * @return the check
   * @throws IllegalArgumentException if a value is out of range
   */
  public static TcpCheck of(String host, int port, Duration timeout) {
    return new TcpCheck(host, port, timeout);
  }

  @Override
  public CheckResult check() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), timeoutMillis);
      return CheckResult.up();
    }
  }
}
