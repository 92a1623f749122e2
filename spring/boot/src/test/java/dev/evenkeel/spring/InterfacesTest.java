package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Pipelines;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.invoker.HttpExchangeAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/** Annotations on interfaces: HTTP service clients, proxies of others, lambdas. */
class InterfacesTest {

  @Configuration(proxyBeanMethods = false)
  static class Inventory {
    @Bean
    PipelineCustomizer inventory() {
      return PipelineCustomizer.of(
          "inventory", builder -> builder.policies(CircuitBreaker.standard()));
    }
  }

  private static ApplicationContextRunner with(Class<?> beans) {
    return Contexts.runner().withUserConfiguration(Inventory.class, beans);
  }

  private static CircuitBreaker breaker(ApplicationContext context) {
    return context
        .getBean(Pipelines.class)
        .find("inventory")
        .orElseThrow()
        .policy(CircuitBreaker.class)
        .orElseThrow();
  }

  /** What an inherited method is called through. */
  interface Pinged {
    @GetExchange("/ping")
    String ping();
  }

  @HttpExchange("/inventory")
  @Resilient(value = "inventory", fallback = "unknown")
  interface InventoryClient extends Pinged {
    @GetExchange("/stock")
    String stock();

    @GetExchange("/fresh")
    @Resilient("inventory")
    String fresh();

    default String unknown(CallRefusedException refused) {
      return "unknown";
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class HttpClient {
    @Bean
    InventoryClient client() {
      HttpExchangeAdapter adapter = (HttpExchangeAdapter) Proxy.newProxyInstance(
          getClass().getClassLoader(),
          new Class<?>[] {HttpExchangeAdapter.class},
          (proxy, method, arguments) ->
              method.getReturnType() == boolean.class ? (Object) false : "answer");
      return HttpServiceProxyFactory.builderFor(adapter)
          .build()
          .createClient(InventoryClient.class);
    }
  }

  @Test
  void httpExchangeInterface_goesThroughThePipeline_withADefaultMethodAsFallback() {
    with(HttpClient.class).run(context -> {
      InventoryClient client = context.getBean(InventoryClient.class);
      assertThat(client.ping()).isIn("answer", null);
      client.stock();
      breaker(context).forceOpen("test");
      assertThat(client.stock()).isEqualTo("unknown");
      assertThat(client.ping()).isEqualTo("unknown");
      assertThatThrownBy(client::fresh).isInstanceOf(CallRefusedException.class);
    });
  }

  /** What somebody else's library makes a proxy of. */
  public interface Remote {
    @Resilient("inventory")
    String call();
  }

  @Configuration(proxyBeanMethods = false)
  static class Foreign {
    @Bean
    Remote proxy() {
      return (Remote) Proxy.newProxyInstance(
          getClass().getClassLoader(),
          new Class<?>[] {Remote.class},
          (proxy, method, arguments) -> "answer");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Lambda {
    @Bean
    Remote lambda() {
      return () -> "answer";
    }
  }

  @Test
  void proxiesOfOthers_andLambdas_areProtectedToo() {
    for (Class<?> made : new Class<?>[] {Foreign.class, Lambda.class}) {
      with(made).run(context -> {
        Remote remote = context.getBean(Remote.class);
        assertThat(remote.call()).isEqualTo("answer");
        breaker(context).forceOpen("test");
        assertThatThrownBy(remote::call).isInstanceOf(CallRefusedException.class);
      });
    }
  }

  /** The implementation says nothing itself. */
  public static class Implementation implements Remote, Supplier<String> {
    @Override
    public String call() {
      return "answer";
    }

    @Override
    public String get() {
      return "free";
    }
  }

  @Test
  void annotationOfAnImplementedInterface_holdsForItsMethodsOnly() {
    with(Implementation.class).run(context -> {
      breaker(context).forceOpen("test");
      Implementation bean = context.getBean(Implementation.class);
      assertThatThrownBy(bean::call).isInstanceOf(CallRefusedException.class);
      assertThat(bean.get()).isEqualTo("free");
    });
  }
}
