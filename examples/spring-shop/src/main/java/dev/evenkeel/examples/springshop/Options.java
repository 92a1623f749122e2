package dev.evenkeel.examples.springshop;

/**
 * What the command line says.
 *
 * @param port the shop's port; 0 for a free one
 * @param inventoryPort the inventory's port; 0 for a free one
 * @param stay whether to stay up after the scene
 */
record Options(int port, int inventoryPort, boolean stay) {

  static Options of(String... arguments) {
    int port = 0;
    int inventoryPort = 0;
    boolean stay = false;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--stay" -> stay = true;
        case "--port" -> port = number(arguments, ++i);
        case "--inventory-port" -> inventoryPort = number(arguments, ++i);
        default -> throw new IllegalArgumentException("Unknown option: " + arguments[i]);
      }
    }
    return new Options(port, inventoryPort, stay);
  }

  private static int number(String[] arguments, int at) {
    String option = arguments[at - 1];
    try {
      int number = Integer.parseInt(at < arguments.length ? arguments[at] : "");
      if (number >= 0 && number <= 65_535) {
        return number;
      }
    } catch (NumberFormatException wrong) {
      // as out of range
    }
    throw new IllegalArgumentException(option + ": expected a port, 0 to 65535");
  }
}
