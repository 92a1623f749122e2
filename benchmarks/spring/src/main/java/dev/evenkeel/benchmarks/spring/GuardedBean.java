package dev.evenkeel.benchmarks.spring;

import dev.evenkeel.spring.Resilient;
import org.springframework.stereotype.Service;

/** What an application with the starter has: methods that go through pipelines. */
@Service
public class GuardedBean {

  /** Made by Spring. */
  public GuardedBean() {}

  /**
   * A call.
   *
   * @param sku of what
   * @return how many
   */
  @Resilient(value = "inventory", fallback = "unknown")
  public int stock(String sku) {
    return sku.length();
  }

  /**
   * Another one.
   *
   * @param sku of what
   * @return how much
   */
  @Resilient("prices")
  public int price(String sku) {
    return sku.length();
  }

  int unknown(String sku, Exception failure) {
    return -1;
  }
}
