package dev.evenkeel.spring;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Retry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.service.annotation.GetExchange;

/** The code that docs/guide/spring.md shows. */
final class GuideSnippets {

  private GuideSnippets() {}

  // snippet: method
  @Service
  static class Stocks {

    private final InventoryClient client;

    Stocks(InventoryClient client) {
      this.client = client;
    }

    @Resilient(value = "inventory", fallback = "unknown")
    public String stock(String sku) {
      return client.stock(sku);
    }

    String unknown(String sku, CallRefusedException refused) {
      return sku + ": not asked, the inventory is down"; // the breaker is open
    }

    String unknown(String sku, Exception failure) {
      return sku + ": unknown";
    }
  }
  // end

  // snippet: client
  @Resilient(value = "inventory", fallback = "unknown")
  interface InventoryClient {

    @GetExchange("/stock/{sku}")
    String stock(@PathVariable String sku);

    default String unknown(String sku, CallRefusedException refused) {
      return "unknown";
    }
  }
  // end

  @Configuration(proxyBeanMethods = false)
  static class Code {

    // snippet: code
    @Bean
    PipelineCustomizer inventory() {
      return PipelineCustomizer.of(
          "inventory",
          builder -> builder.policies(
              Timeout.ofMillis(300), Retry.jittered(3), CircuitBreaker.standard()));
    }

    @Bean
    Pipeline prices(Pipelines pipelines) {
      return pipelines.getOrCreate(
          "prices", builder -> builder.policies(Timeout.ofMillis(200), CircuitBreaker.standard()));
    }
    // end
  }

  /** What the page shows beside the stock. */
  static class Prices {
    @Resilient("prices")
    public String price(String sku) {
      return "7 EUR";
    }
  }

  static class Pages {
    private final Stocks stocks;
    private final Prices prices;

    Pages(Stocks stocks, Prices prices) {
      this.stocks = stocks;
      this.prices = prices;
    }

    // snippet: within
    @Within("500ms")
    public String page(String sku) {
      return stocks.stock(sku) + ", " + prices.price(sku); // together
    }
    // end
  }
}
