package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Cancellable;
import dev.evenkeel.core.Kernel;
import java.util.concurrent.CountDownLatch;
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
    assertThat(sending.leave()).isTrue();
  }

  @Test
  void wokenTooLate_theInterruptIsTakenBack() {
    sending.wake();
    assertThat(sending.leave()).isTrue();
  }

  @Test
  void left_isNotInterrupted() {
    assertThat(sending.leave()).isFalse();
    sending.wake();
  }

  @Test
  void interruptOfAnother_isNotOurs_andStays() {
    Thread.currentThread().interrupt();
    assertThat(sending.leave()).isFalse();
    assertThat(sending.leave()).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  /** As a client does that catches ours, sets it again and throws it on. */
  @Test
  void oursThatWasSetAgain_isTakenBackTheSame() {
    sending.wake();
    assertThat(Thread.interrupted()).isTrue();
    Thread.currentThread().interrupt();
    assertThat(sending.leave()).isTrue();
  }

  @Test
  void leavingTwice_takesNothingOfAnother() {
    sending.wake();
    assertThat(sending.leave()).isTrue();
    Thread.currentThread().interrupt();
    assertThat(sending.leave()).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  /** Who sends it has no processor for longer than an interrupt may hang in a close. */
  @Test
  void interruptThatIsSentLate_isAwaited() throws InterruptedException {
    Thread caller = Thread.currentThread();
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    SendingThread slow = new SendingThread(new Thread() {
      @Override
      public void interrupt() {
        began.countDown();
        try {
          goesOn.await();
        } catch (InterruptedException never) {
          throw new IllegalStateException(never);
        }
        caller.interrupt();
      }
    });
    Thread sender = new Thread(slow::wake);
    sender.start();
    began.await();
    Kernel kernel = Kernel.system();
    Cancellable later = kernel.schedule(kernel.nanoTime() + 400_000_000, goesOn::countDown);
    assertThat(slow.leave()).isTrue();
    assertThat(caller.isInterrupted()).as("an interrupt is left behind").isFalse();
    later.cancel();
    sender.join();
  }
}
