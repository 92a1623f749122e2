package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.sql.SQLTimeoutException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class TimeoutsTest {

  @Test
  void exceptionsThatSaySomebodyGaveUp_areTimeouts() {
    assertThat(new Throwable[] {
          new SocketTimeoutException("Read timed out"),
          new TimeoutException(),
          new HttpTimeoutException("request timed out"),
          new HttpConnectTimeoutException("HTTP connect timed out"),
          new SQLTimeoutException()
        })
        .allMatch(Timeouts::isTimeout);
  }

  @Test
  void otherFailures_areNone_notEvenAroundOne() {
    assertThat(new Throwable[] {
          new ConnectException("Connection refused"),
          new IOException(new SocketTimeoutException("Read timed out")),
          new IllegalStateException("timeout")
        })
        .noneMatch(Timeouts::isTimeout);
  }
}
