package dev.evenkeel.spring.cloudtest;

import dev.evenkeel.core.CallRefusedException;
import reactor.core.publisher.Mono;

/** The fallback of {@link ReactiveStockClient}. */
public class ReactiveStockFallback {

  /** Instead of what is in stock. */
  public Mono<String> stock(Throwable failure) {
    return Mono.just(failure instanceof CallRefusedException ? Comeback.REFUSED : Comeback.FAILED);
  }
}
