package dev.evenkeel.benchmarks.spring;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A web application with an actuator; it ends when it has said how long its start took. */
public final class StartedApplication {

  private static final double MEGABYTE = 1 << 20;

  private StartedApplication() {}

  /** What it serves. */
  @RestController
  public static class Greeting {

    /** Made by Spring. */
    public Greeting() {}

    /**
     * Answers.
     *
     * @return an answer
     */
    @GetMapping("/")
    public String hello() {
      return "hello";
    }
  }

  /** The same in both. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(Greeting.class)
  static class Application {}

  /**
   * Starts.
   *
   * @param arguments {@code with} or {@code without} the starter
   * @throws Exception if it cannot start
   */
  public static void main(String[] arguments) throws Exception {
    boolean with = arguments[0].equals("with");
    ClassLoader loader = StartedApplication.class.getClassLoader();
    boolean isThere = ClassUtils.isPresent("dev.evenkeel.spring.Resilient", loader);
    if (with != isThere) {
      throw new IllegalStateException(
          "starter on the class path: " + isThere + " (expected: " + with + ")");
    }
    Class<?>[] sources = with
        ? new Class<?>[] {
          Application.class,
          Class.forName(StartedApplication.class.getPackageName() + ".GuardedBean")
        }
        : new Class<?>[] {Application.class};
    Map<String, Object> properties = new HashMap<>();
    properties.put("server.port", "0");
    properties.put("spring.main.banner-mode", "off");
    properties.put("logging.level.root", "warn");
    if (with) {
      properties.put("evenkeel.configs.default.timeout.duration", "300ms");
      for (String name : new String[] {"inventory", "prices", "users"}) {
        properties.put("evenkeel.pipelines." + name + ".retry.max-attempts", "3");
        properties.put("evenkeel.pipelines." + name + ".circuit-breaker.enabled", "true");
      }
    }
    SpringApplication application = new SpringApplication(sources);
    application.setDefaultProperties(properties);
    try (ConfigurableApplicationContext context = application.run()) {
      double millis =
          System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
      double cpu =
          ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
              / 1e6;
      if (context.getBeanProvider(Greeting.class).getIfAvailable() == null) {
        throw new IllegalStateException("the application is not whole");
      }
      System.out.println(new StartCost.Start(millis, cpu, heap(), other()).line());
    }
  }

  private static double heap() {
    System.gc();
    System.gc();
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    return memory.getHeapMemoryUsage().getUsed() / MEGABYTE;
  }

  private static double other() {
    return ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed() / MEGABYTE;
  }
}
