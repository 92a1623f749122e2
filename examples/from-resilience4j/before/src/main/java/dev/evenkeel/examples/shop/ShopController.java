package dev.evenkeel.examples.shop;

import java.util.concurrent.CompletableFuture;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What the shop's users see. */
@RestController
public class ShopController {

  private final InventoryService inventory;
  private final ReportService reports;

  ShopController(InventoryService inventory, ReportService reports) {
    this.inventory = inventory;
    this.reports = reports;
  }

  @GetMapping("/stock/{sku}")
  String stock(@PathVariable String sku) {
    return sku + ": " + inventory.stock(sku);
  }

  @GetMapping("/price/{sku}")
  CompletableFuture<String> price(@PathVariable String sku) {
    return inventory.price(sku).thenApply(price -> sku + ": " + price);
  }

  @GetMapping("/report")
  String report() {
    return reports.report();
  }
}
