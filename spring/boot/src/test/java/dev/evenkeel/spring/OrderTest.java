package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Retry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.SimpleTransactionStatus;

/** Outermost first: {@code @Async}, {@code @Resilient}, {@code @Transactional}, the method. */
class OrderTest {

  /** Counts what is begun and rolled back. */
  static final class Transactions implements PlatformTransactionManager {
    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger rolledBack = new AtomicInteger();
    final AtomicInteger committed = new AtomicInteger();

    @Override
    public TransactionStatus getTransaction(TransactionDefinition definition) {
      begun.incrementAndGet();
      return new SimpleTransactionStatus();
    }

    @Override
    public void commit(TransactionStatus status) {
      committed.incrementAndGet();
    }

    @Override
    public void rollback(TransactionStatus status) {
      rolledBack.incrementAndGet();
    }
  }

  public static class Orders {
    final AtomicInteger calls = new AtomicInteger();
    final ConcurrentLinkedQueue<String> threads = new ConcurrentLinkedQueue<>();

    @Transactional
    @Resilient("retried")
    public String place() {
      if (calls.incrementAndGet() < 3) {
        throw new IllegalStateException("not yet");
      }
      return "placed";
    }

    @Async
    @Resilient("retried")
    public CompletableFuture<String> later() {
      threads.add(Thread.currentThread().getName());
      return calls.incrementAndGet() < 3
          ? CompletableFuture.failedFuture(new IllegalStateException("not yet"))
          : CompletableFuture.completedFuture("later");
    }

    @Async
    @Transactional
    @Resilient("retried")
    public CompletableFuture<String> together() {
      threads.add(Thread.currentThread().getName());
      if (calls.incrementAndGet() < 3) {
        throw new IllegalStateException("not yet");
      }
      return CompletableFuture.completedFuture("together");
    }

    @Async
    @Resilient("inventory")
    public CompletableFuture<String> guarded() {
      return CompletableFuture.completedFuture("guarded");
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableTransactionManagement(proxyTargetClass = true)
  @EnableAsync
  static class Everything {
    @Bean
    Transactions transactions() {
      return new Transactions();
    }

    @Bean
    SimpleAsyncTaskExecutor taskExecutor() {
      return new SimpleAsyncTaskExecutor("async-");
    }

    @Bean
    Orders orders() {
      return new Orders();
    }

    @Bean
    PipelineCustomizer retried() {
      return PipelineCustomizer.of(
          "retried",
          builder -> builder.policies(Retry.builder()
              .maxAttempts(3)
              .backoff(Backoff.fixed(Duration.ofNanos(1)))
              .unlimitedBudget()
              .build()));
    }

    @Bean
    PipelineCustomizer inventory() {
      return PipelineCustomizer.of(
          "inventory", builder -> builder.policies(CircuitBreaker.standard()));
    }
  }

  @Test
  void eachAttempt_isATransactionOfItsOwn() {
    Contexts.runner().withUserConfiguration(Everything.class).run(context -> {
      assertThat(context.getBean(Orders.class).place()).isEqualTo("placed");
      Transactions transactions = context.getBean(Transactions.class);
      assertThat(transactions.begun).hasValue(3);
      assertThat(transactions.rolledBack).hasValue(2);
      assertThat(transactions.committed).hasValue(1);
    });
  }

  @Test
  void async_isOutside_soThatThePipelineSeesTheCall() {
    Contexts.runner().withUserConfiguration(Everything.class).run(context -> {
      Orders orders = context.getBean(Orders.class);
      assertThat(orders.later().get(60, TimeUnit.SECONDS)).isEqualTo("later");
      Orders target =
          (Orders) org.springframework.aop.framework.AopProxyUtils.getSingletonTarget(orders);
      assertThat(target.threads).hasSize(3);
      assertThat(target.threads.peek()).startsWith("async-");

      context
          .getBean(Pipelines.class)
          .find("inventory")
          .orElseThrow()
          .policy(CircuitBreaker.class)
          .orElseThrow()
          .forceOpen("test");
      assertThatThrownBy(() -> orders.guarded().get(60, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(CallRefusedException.class);
    });
  }

  @Test
  void allThree_areInTheirOrder() {
    Contexts.runner().withUserConfiguration(Everything.class).run(context -> {
      Orders orders = context.getBean(Orders.class);
      assertThat(orders.together().get(60, TimeUnit.SECONDS)).isEqualTo("together");
      Orders target =
          (Orders) org.springframework.aop.framework.AopProxyUtils.getSingletonTarget(orders);
      assertThat(target.threads).hasSize(3);
      assertThat(target.threads.peek()).startsWith("async-");
      Transactions transactions = context.getBean(Transactions.class);
      assertThat(transactions.begun).hasValue(3);
      assertThat(transactions.rolledBack).hasValue(2);
      assertThat(transactions.committed).hasValue(1);
    });
  }
}
