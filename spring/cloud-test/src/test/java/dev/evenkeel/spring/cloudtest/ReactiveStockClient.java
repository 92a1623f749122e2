package dev.evenkeel.spring.cloudtest;

import org.springframework.web.service.annotation.GetExchange;
import reactor.core.publisher.Mono;

/** A reactive client that is an interface. */
public interface ReactiveStockClient {

  /** What is in stock. */
  @GetExchange("/stock/A")
  Mono<String> stock();
}
