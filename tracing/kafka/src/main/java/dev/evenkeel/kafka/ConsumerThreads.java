package dev.evenkeel.kafka;

/** The two threads of a consumer: daemons, with names that tell them apart. */
final class ConsumerThreads {

  private ConsumerThreads() {}

  @SuppressForbidden("a thread for as long as the consumer lives: the kernel's are for calls")
  static void start(String name, Runnable task) {
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    thread.start();
  }
}
