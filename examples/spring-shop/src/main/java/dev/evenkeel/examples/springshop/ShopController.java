package dev.evenkeel.examples.springshop;

import dev.evenkeel.spring.Within;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What the shop's users see. */
@RestController
public class ShopController {

  private final InventoryClient inventory;

  ShopController(InventoryClient inventory) {
    this.inventory = inventory;
  }

  /** Answers within a second, whatever the inventory does. */
  @Within("1s")
  @GetMapping("/stock/{sku}")
  public String stock(@PathVariable String sku) {
    return sku + ": " + inventory.stock(sku);
  }
}
