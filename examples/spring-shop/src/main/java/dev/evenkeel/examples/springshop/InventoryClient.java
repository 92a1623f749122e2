package dev.evenkeel.examples.springshop;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.spring.Resilient;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.service.annotation.GetExchange;

/** All calls to the inventory go through the pipeline of its name. */
@Resilient(value = "inventory", fallback = "unknown")
public interface InventoryClient {

  /** How much there is of something. */
  @GetExchange("/stock/{sku}")
  String stock(@PathVariable String sku);

  /** The breaker let nothing through: the inventory was not asked. */
  default String unknown(String sku, CallRefusedException refused) {
    return "unknown, not asked";
  }

  /** It was asked and did not answer. */
  default String unknown(String sku, RuntimeException failure) {
    return "unknown, no answer";
  }
}
