package dev.evenkeel.spring.cloud;

import org.springframework.web.service.annotation.GetExchange;

/** A client that is an interface; not nested, or Spring Cloud does not find its fallback. */
public interface StockClient {

  /** What is in stock. */
  @GetExchange
  String stock();
}
