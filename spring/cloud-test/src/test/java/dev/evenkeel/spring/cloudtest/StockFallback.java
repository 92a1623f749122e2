package dev.evenkeel.spring.cloudtest;

import dev.evenkeel.core.CallRefusedException;

/** The fallback of {@link StockClient}: an exception before the parameters. */
public class StockFallback {

  /** Instead of what is in stock. */
  public String stock(Throwable failure) {
    return failure instanceof CallRefusedException ? Comeback.REFUSED : Comeback.FAILED;
  }
}
