package dev.evenkeel.examples.shop;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.annotation.CircuitBreaker;
import io.github.resilience4j.retry.annotation.Retry;
import io.github.resilience4j.timelimiter.annotation.TimeLimiter;
import java.util.concurrent.CompletableFuture;
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
  @Retry(name = "stock", fallbackMethod = "unknown")
  @CircuitBreaker(name = "stock")
  public String stock(String sku) {
    return get("/stock/{sku}", sku);
  }

  String unknown(String sku, CallNotPermittedException refused) {
    return "unknown, not asked";
  }

  String unknown(String sku, Exception failure) {
    return "unknown";
  }

  /** The price of an article. */
  @TimeLimiter(name = "price", fallbackMethod = "noPrice")
  public CompletableFuture<String> price(String sku) {
    return CompletableFuture.supplyAsync(() -> get("/price/{sku}", sku));
  }

  CompletableFuture<String> noPrice(String sku, Exception failure) {
    return CompletableFuture.completedFuture("no price");
  }

  private String get(String path, String sku) {
    return String.valueOf(client.get().uri(path, sku).retrieve().body(String.class));
  }
}
