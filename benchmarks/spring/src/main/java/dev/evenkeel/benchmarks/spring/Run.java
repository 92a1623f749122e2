package dev.evenkeel.benchmarks.spring;

import java.util.Arrays;
import org.openjdk.jmh.Main;

/** {@code start [pairs]}, or {@code calls} with JMH's own arguments. */
public final class Run {

  private Run() {}

  /**
   * Measures and prints.
   *
   * @param arguments what to measure
   * @throws Exception if it cannot
   */
  public static void main(String[] arguments) throws Exception {
    String what = arguments.length == 0 ? "" : arguments[0];
    String[] rest = Arrays.copyOfRange(arguments, Math.min(1, arguments.length), arguments.length);
    switch (what) {
      case "start" -> StartCost.measure(rest.length == 0 ? 15 : Integer.parseInt(rest[0]));
      case "calls" -> Main.main(rest);
      default -> {
        System.err.println("usage: start [pairs] | calls [arguments of JMH]");
        System.exit(2);
      }
    }
  }
}
