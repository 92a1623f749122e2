package dev.evenkeel.examples.shop;

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
  String price(@PathVariable String sku) {
    return sku + ": " + inventory.price(sku);
  }

  @GetMapping("/report")
  String report() {
    return reports.report();
  }
}
