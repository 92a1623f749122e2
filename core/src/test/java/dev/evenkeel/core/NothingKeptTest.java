package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A call that is over is held by nobody: not by its future, nor its source, nor a timer. */
class NothingKeptTest {

  private static CompletableFuture<Object> ask(
      Pipeline pipeline, byte[] request, CompletableFuture<Object> source) {
    return pipeline.callAsync(() -> request.length > 0 ? source : null);
  }

  private static void assertGone(String what, WeakReference<?> reference) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Hostile.BOUND_SECONDS);
    while (reference.get() != null && System.nanoTime() - end < 0) {
      System.gc();
      Thread.onSpinWait();
    }
    assertThat(reference.get()).as(what).isNull();
  }

  @Test
  void futureOfAFinishedCall_holdsItsResultOnly() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(60_000));
    byte[][] request = {new byte[1_000_000]};
    WeakReference<byte[]> reference = new WeakReference<>(request[0]);
    CompletableFuture<Object> source = new CompletableFuture<>();
    CompletableFuture<Object> cached = ask(pipeline, request[0], source);
    source.complete("answer");
    request[0] = null;
    assertGone("what its supplier captured", reference);
    assertThat(cached).isCompletedWithValue("answer");
  }

  @Test
  void callThatTimedOut_isNotHeldByItsSource() {
    Pipeline pipeline = Pipeline.of("p", Timeout.cooperative(java.time.Duration.ofMillis(5)));
    CompletableFuture<Object> connection = new CompletableFuture<>(); // many calls wait for it
    byte[][] request = {new byte[1_000_000]};
    WeakReference<byte[]> reference = new WeakReference<>(request[0]);
    assertThat(Hostile.failureOf(ask(pipeline, request[0], connection)))
        .isInstanceOf(CallTimeoutException.class);
    request[0] = null;
    assertGone("the call that has timed out", reference);
    connection.complete(1);
  }

  @Test
  void callThatWasCancelled_isHeldByNothing() {
    Pipeline pipeline = Pipeline.of("p", Timeout.ofMillis(60_000));
    CompletableFuture<Object> connection = new CompletableFuture<>();
    byte[][] request = {new byte[1_000_000]};
    WeakReference<byte[]> reference = new WeakReference<>(request[0]);
    CompletableFuture<Object> call = ask(pipeline, request[0], connection);
    call.cancel(true);
    request[0] = null;
    assertGone("the call that was cancelled", reference);
    assertThat(call).isCancelled();
    connection.complete(1);
  }

  /** Wakes the shared kernel's threads up when it is made. */
  public static final class Application implements Runnable {
    @Override
    public void run() {
      Pipeline pipeline = Pipeline.of("app", Timeout.ofMillis(20));
      assertThat(Hostile.failureOf(pipeline.callAsync(CompletableFuture::new)))
          .isInstanceOf(CallTimeoutException.class);
    }
  }

  /** Makes {@link Application} anew, with the rest from its parent. */
  private static final class Loader extends URLClassLoader {
    Loader(URL classes) {
      super(new URL[] {classes}, NothingKeptTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.equals(Application.class.getName())) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  @Test
  void sharedThreads_doNotHoldTheApplicationWhoseCallStartedThem() throws Exception {
    Kernel.system().close();
    Hostile.await(
        "the threads of calls before",
        () -> Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("evenkeel-")));
    WeakReference<ClassLoader> held = new WeakReference<>(deploy());
    Pipeline other = Pipeline.of("other", Timeout.ofMillis(60_000)); // keeps the timer awake
    CompletableFuture<Object> call = other.callAsync(CompletableFuture::new);
    assertGone("the application's class loader", held);
    call.cancel(true);
  }

  private static ClassLoader deploy() throws Exception {
    Loader loader =
        new Loader(NothingKeptTest.class.getProtectionDomain().getCodeSource().getLocation());
    Runnable once = (Runnable)
        loader.loadClass(Application.class.getName()).getDeclaredConstructor().newInstance();
    assertThat(once.getClass().getClassLoader()).isSameAs(loader);
    Thread thread = Hostile.start(once::run);
    Hostile.join(thread);
    loader.close();
    return loader;
  }
}
