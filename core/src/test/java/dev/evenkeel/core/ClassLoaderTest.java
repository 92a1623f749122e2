package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * An application that was undeployed is not held by the server's pooled threads, which made calls
 * for it and live on.
 */
class ClassLoaderTest {

  private static final long BOUND_SECONDS = 60;

  @Test
  void pooledThreadsThatOutliveAnApplication_holdNoneOfItsClasses() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      WeakReference<ClassLoader> gone = new WeakReference<>(deployAndUndeploy(pool));
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
      while (gone.get() != null && System.nanoTime() - end < 0) {
        System.gc();
        Thread.onSpinWait();
      }
      assertThat(gone.get()).as("the application's class loader").isNull();
    } finally {
      pool.shutdownNow();
    }
  }

  private static ClassLoader deployAndUndeploy(ExecutorService pool) throws Exception {
    URL[] classes = {
      Pipeline.class.getProtectionDomain().getCodeSource().getLocation(),
      ClassLoaderTest.class.getProtectionDomain().getCodeSource().getLocation(),
    };
    ClassLoader application = new URLClassLoader(classes, new Libraries());
    Method main = application.loadClass(Application.class.getName()).getMethod("main");
    for (int i = 0; i < 2; i++) {
      pool.submit(() -> main.invoke(null)).get(BOUND_SECONDS, TimeUnit.SECONDS);
    }
    application.loadClass(Application.class.getName()).getMethod("stop").invoke(null);
    return application;
  }

  /** The server's class path, without Evenkeel, which comes with the application. */
  private static final class Libraries extends ClassLoader {
    Libraries() {
      super(ClassLoaderTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("dev.evenkeel.")) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  /** The application: makes calls of each kind on a thread of the server's. */
  public static final class Application {

    private Application() {}

    public static void main() {
      Pipeline pipeline =
          Pipeline.of("p", Timeout.of(Duration.ofSeconds(30)), ConcurrencyLimit.of(2));
      for (int i = 0; i < 100; i++) {
        pipeline.run(() -> pipeline.run(() -> {}));
        CompletableFuture<String> source = new CompletableFuture<>();
        CompletableFuture<String> call = pipeline.callAsync(() -> source);
        source.complete("done");
        call.join();
      }
    }

    public static void stop() {
      Kernel.system().close();
    }
  }
}
