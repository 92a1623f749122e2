package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SendingThreadTest {

  private final SendingThread sending = new SendingThread(Thread.currentThread());

  @AfterEach
  void clear() {
    boolean left = Thread.interrupted();
    assertThat(left).as("an interrupt is left behind").isFalse();
  }

  @Test
  void woken_getsOneInterrupt() {
    sending.wake();
    sending.wake();
    assertThat(Thread.interrupted()).isTrue(); // as an InterruptedException takes it
    assertThat(sending.leave(true)).isTrue();
  }

  @Test
  void wokenTooLate_theInterruptIsTakenBack() {
    sending.wake();
    assertThat(sending.leave(false)).isTrue();
  }

  @Test
  void left_isNotInterrupted() {
    assertThat(sending.leave(false)).isFalse();
    sending.wake();
  }

  @Test
  void interruptOfAnother_isNotOurs() {
    assertThat(sending.leave(true)).isFalse();
  }

  @Test
  void interruptOfAnotherBesideOurs_isTheOthers() {
    sending.wake();
    assertThat(Thread.interrupted()).isTrue();
    Thread.currentThread().interrupt();
    assertThat(sending.leave(true)).isFalse();
  }
}
