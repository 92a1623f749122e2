package dev.evenkeel.spring.nativetest;

import dev.evenkeel.spring.Resilient;
import org.springframework.web.service.annotation.GetExchange;

/** A client that is an interface, with a default method as its fallback. */
@Resilient(value = "inventory", fallback = "unknown")
public interface StockClient {

  /** What is in stock. */
  @GetExchange("/stock")
  String stock();

  /** Instead of it. */
  default String unknown(Exception failure) {
    return "unknown";
  }
}
