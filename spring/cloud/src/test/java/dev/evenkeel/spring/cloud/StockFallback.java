package dev.evenkeel.spring.cloud;

import dev.evenkeel.core.CallRefusedException;

/** The fallback of {@link StockClient}, by its names and an exception before the parameters. */
public class StockFallback {

  /** Instead of what is in stock. */
  public String stock(Throwable failure) {
    return failure instanceof CallRefusedException ? "not asked" : "unknown";
  }
}
