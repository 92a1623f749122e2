package dev.evenkeel.simulator.world;

/** Draws how the breaker is set up, and with what Resilience4j's way back waits. */
final class Protection {

  private Protection() {}

  static void draw(Draw draw, double latencyAfter) {
    double kind = draw.between(0, 1);
    if (kind < 0.55) {
      standard(draw);
    } else if (kind < 0.7) {
      window(draw, "count", 100, 100, 50);
    } else if (kind < 0.85) {
      window(draw, "time", Math.rint(draw.log(10, 60)), Math.rint(draw.log(5, 40)), 50);
    } else {
      double size = Math.rint(draw.log(10, 200));
      window(draw, "count", size, Math.rint(draw.between(0.3, 1) * size), draw.between(20, 90));
    }
    if (draw.chance(0.15)) {
      draw.put("evenkeel.slowCallRate", draw.between(30, 100));
      double slow = latencyAfter * draw.log(1.5, 12);
      draw.time("evenkeel.slowCallDuration", Math.min(3_600, Math.max(0.002, slow)));
    }
    draw.put("evenkeel.attempts", draw.chance(0.2) ? "3" : "1");
    draw.put("resilience4j.waitInOpen", draw.oneOf("60s", "60s", "60s", "5s", "10s", "30s"));
  }

  private static void standard(Draw draw) {
    window(draw, "count", 50, 20, 50);
    draw.put("evenkeel.alsoTripAfter", "yes");
  }

  private static void window(Draw draw, String type, double size, double least, double percent) {
    draw.put("evenkeel.windowType", type);
    draw.count("evenkeel.window", size);
    draw.count("evenkeel.minimumCalls", type.equals("time") ? least : Math.min(size, least));
    draw.put("evenkeel.failureRate", percent);
    draw.put("evenkeel.alsoTripAfter", "no");
  }
}
