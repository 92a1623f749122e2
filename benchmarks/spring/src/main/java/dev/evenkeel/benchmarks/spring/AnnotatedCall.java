package dev.evenkeel.benchmarks.spring;

import dev.evenkeel.spring.EvenkeelAutoConfiguration;
import dev.evenkeel.spring.Resilient;
import dev.evenkeel.spring.actuate.EvenkeelMetricsAutoConfiguration;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.annotation.CircuitBreaker;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.spring6.circuitbreaker.configure.CircuitBreakerConfiguration;
import io.github.resilience4j.spring6.circuitbreaker.configure.CircuitBreakerConfigurationProperties;
import io.github.resilience4j.spring6.fallback.configure.FallbackConfiguration;
import io.github.resilience4j.spring6.spelresolver.configure.SpelResolverConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.aopalliance.intercept.MethodInterceptor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;

/**
 * A call of an annotated method that succeeds, through a closed breaker with metrics on: Evenkeel's
 * annotation, Resilience4j's, and a proxy that does nothing.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AnnotatedCall {

  /** What is called. */
  public interface Shop {

    /**
     * A call.
     *
     * @param sku of what
     * @return how many
     */
    int stock(String sku);
  }

  /** Without an annotation. */
  public static class Plain implements Shop {

    /** Made by whoever needs one. */
    public Plain() {}

    @Override
    public int stock(String sku) {
      return sku.length();
    }
  }

  /** With Evenkeel's. */
  public static class Ours implements Shop {

    /** Made by Spring. */
    public Ours() {}

    @Override
    @Resilient("inventory")
    public int stock(String sku) {
      return sku.length();
    }
  }

  /** With Resilience4j's. */
  public static class Theirs implements Shop {

    /** Made by Spring. */
    public Theirs() {}

    @Override
    @CircuitBreaker(name = "inventory")
    public int stock(String sku) {
      return sku.length();
    }
  }

  /** A proxy with one interceptor. */
  @State(Scope.Benchmark)
  public static class BareProxy {

    Shop shop = new Plain();

    /** Made by JMH. */
    public BareProxy() {}

    /** Makes the proxy. */
    @Setup
    public void make() {
      ProxyFactory factory = new ProxyFactory(new Plain());
      factory.setProxyTargetClass(true);
      factory.addAdvice((MethodInterceptor) invocation -> invocation.proceed());
      shop = (Shop) factory.getProxy();
    }
  }

  /** Evenkeel's annotation in a context. */
  @State(Scope.Benchmark)
  public static class Evenkeel {

    private final AnnotationConfigApplicationContext context =
        new AnnotationConfigApplicationContext();
    Shop shop = new Plain();

    /** Made by JMH. */
    public Evenkeel() {}

    /** Starts the context. */
    @Setup
    public void start() {
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(new MapPropertySource(
              "benchmark", Map.of("evenkeel.pipelines.inventory.circuit-breaker.enabled", "true")));
      context.registerBean(MeterRegistry.class, SimpleMeterRegistry::new);
      context.register(
          EvenkeelAutoConfiguration.class, EvenkeelMetricsAutoConfiguration.class, Ours.class);
      context.refresh();
      shop = context.getBean(Ours.class);
      MeterRegistry meters = context.getBean(MeterRegistry.class);
      context.getBean(dev.evenkeel.micrometer.EvenkeelMetrics.class).bindTo(meters);
      verify(
          shop,
          () -> meters
              .get("evenkeel.calls")
              .tag("pipeline", "inventory")
              .tag("outcome", "success")
              .functionCounter()
              .count());
    }

    /** Ends it. */
    @TearDown
    public void end() {
      context.close();
    }
  }

  /** Resilience4j's annotation in a context, as its own starter sets it up. */
  @State(Scope.Benchmark)
  public static class Resilience4j {

    private final AnnotationConfigApplicationContext context =
        new AnnotationConfigApplicationContext();
    Shop shop = new Plain();

    /** Made by JMH. */
    public Resilience4j() {}

    /** What its starter gives. */
    @Configuration
    @EnableAspectJAutoProxy(proxyTargetClass = true)
    @Import({
      CircuitBreakerConfiguration.class,
      FallbackConfiguration.class,
      SpelResolverConfiguration.class
    })
    static class Beans {

      @Bean
      CircuitBreakerConfigurationProperties properties() {
        return new CircuitBreakerConfigurationProperties();
      }
    }

    /** Starts the context. */
    @Setup
    public void start() {
      context.registerBean(MeterRegistry.class, SimpleMeterRegistry::new);
      context.register(Beans.class, Theirs.class);
      context.refresh();
      MeterRegistry meters = context.getBean(MeterRegistry.class);
      TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(
              context.getBean(CircuitBreakerRegistry.class))
          .bindTo(meters);
      shop = context.getBean(Theirs.class);
      int unused = shop.stock("first"); // makes the breaker
      verify(
          shop,
          () -> meters
              .get("resilience4j.circuitbreaker.calls")
              .tag("kind", "successful")
              .timer()
              .count());
    }

    /** Ends it. */
    @TearDown
    public void end() {
      context.close();
    }
  }

  /** Reads a counter. */
  private interface Counted {
    double get();
  }

  private static void verify(Shop shop, Counted counter) {
    double before = counter.get();
    for (int i = 0; i < 10; i++) {
      int unused = shop.stock("sku");
    }
    if (counter.get() != before + 10) {
      throw new IllegalStateException("the calls are not counted: " + counter.get());
    }
  }

  /** Made by JMH. */
  public AnnotatedCall() {}

  /**
   * A proxy that does nothing.
   *
   * @param with the proxy
   * @return the result
   */
  @Benchmark
  public int bareProxy(BareProxy with) {
    return with.shop.stock("sku");
  }

  /**
   * {@code @Resilient}.
   *
   * @param with the context
   * @return the result
   */
  @Benchmark
  public int evenkeel(Evenkeel with) {
    return with.shop.stock("sku");
  }

  /**
   * {@code @CircuitBreaker}.
   *
   * @param with the context
   * @return the result
   */
  @Benchmark
  public int resilience4j(Resilience4j with) {
    return with.shop.stock("sku");
  }
}
