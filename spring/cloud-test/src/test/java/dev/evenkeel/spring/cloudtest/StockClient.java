package dev.evenkeel.spring.cloudtest;

import org.springframework.web.service.annotation.GetExchange;

/** A blocking client that is an interface. */
public interface StockClient {

  /** What is in stock. */
  @GetExchange("/stock/A")
  String stock();
}
