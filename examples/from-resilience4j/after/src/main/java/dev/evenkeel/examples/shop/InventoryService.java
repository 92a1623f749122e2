package dev.evenkeel.examples.shop;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.spring.Resilient;
import org.springframework.stereotype.Service;
import org.springframework.web.client.RestClient;

/** Asks the inventory. */
@Service
public class InventoryService {

  private final RestClient client;

  InventoryService(RestClient client) {
    this.client = client;
  }

  /** The stock of an article. */
  @Resilient(value = "stock", fallback = "unknown")
  public String stock(String sku) {
    return get("/stock/{sku}", sku);
  }

  String unknown(String sku, CallRefusedException refused) {
    return "unknown, not asked";
  }

  String unknown(String sku, Exception failure) {
    return "unknown";
  }

  /** The price of an article. */
  @Resilient(value = "price", fallback = "noPrice")
  public String price(String sku) {
    return get("/price/{sku}", sku);
  }

  String noPrice(String sku, Exception failure) {
    return "no price";
  }

  private String get(String path, String sku) {
    return String.valueOf(client.get().uri(path, sku).retrieve().body(String.class));
  }
}
