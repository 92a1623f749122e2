package dev.evenkeel.simulator;

/** Draws service times with a mean of 1. */
final class ServiceTime {

  private enum Kind {
    EXPONENTIAL,
    FIXED,
    LOGNORMAL,
    PARETO
  }

  private final Kind kind;
  private final double sigma;
  private final double shape;

  ServiceTime(Scenario scenario) {
    kind = switch (scenario.text(Field.SERVICE)) {
      case "fixed" -> Kind.FIXED;
      case "lognormal" -> Kind.LOGNORMAL;
      case "pareto" -> Kind.PARETO;
      default -> Kind.EXPONENTIAL;
    };
    double variation = scenario.number(Field.SERVICE_VARIATION);
    sigma = Math.sqrt(StrictMath.log1p(variation * variation));
    // The variation of a Pareto distribution is 1 / sqrt(shape * (shape - 2)).
    shape = 1 + Math.sqrt(1 + 1 / (variation * variation));
  }

  double draw(Chance chance) {
    return switch (kind) {
      case EXPONENTIAL -> chance.exponential();
      case FIXED -> 1;
      case LOGNORMAL -> StrictMath.exp(sigma * chance.normal() - sigma * sigma / 2);
      case PARETO -> chance.pareto(shape) * (shape - 1) / shape;
    };
  }
}
