package dev.evenkeel.simulator.world;

import java.util.Collections;

/**
 * Draws whole worlds: fleets of 1 to 2,000 processes, calls of 1 ms to 60 s, servers with and
 * without a limit, outages, and what is different after the return. Most worlds have something odd,
 * few have everything.
 */
public final class Generator {

  private static final double MOST_CALLS = 300_000; // in a run
  private static final double LONGEST = 7_200; // seconds that are watched

  private final Draw draw;
  private int clients;
  private boolean unlimited;
  private double latency;
  private double latencyAfter;
  private double loadAfter = 1;
  private double rate; // of all processes
  private double calls; // in the run, about
  private boolean restarts = true;
  private double start;
  private double length;
  private double extra; // seconds after the return in which it is not all there yet
  private double period; // of bursts

  private Generator(long seed) {
    draw = new Draw(seed);
  }

  /**
   * Draws a world.
   *
   * @param seed any
   * @return always the same for a seed
   */
  public static World draw(long seed) {
    Generator generator = new Generator(seed);
    generator.draw.put("name", "W" + seed);
    generator.all();
    return new World(seed, Collections.unmodifiableMap(generator.draw.fields()));
  }

  private void all() {
    clients = clients();
    draw.count("clients.count", clients);
    unlimited = draw.chance(0.6);
    traffic();
    latency();
    after();
    trouble();
    processes();
    server();
    Protection.draw(draw, latencyAfter);
    timeout();
    observe();
  }

  private int clients() {
    double kind = draw.between(0, 1);
    double count = kind < 0.3
        ? 1
        : kind < 0.6
            ? draw.log(2, 10)
            : kind < 0.85
                ? draw.log(10, 100)
                : kind < 0.96 ? draw.log(100, 500) : draw.log(500, 2000);
    return (int) Math.round(count);
  }

  private void latency() {
    double kind = draw.between(0, 1);
    latency = kind < 0.6
        ? draw.log(0.005, 0.5)
        : kind < 0.7 ? draw.log(0.001, 0.005) : kind < 0.92 ? draw.log(0.5, 8) : draw.log(8, 60);
    if (!unlimited) {
      limited();
    }
    String service =
        draw.oneOf("exponential", "exponential", "fixed", "lognormal", "lognormal", "pareto");
    draw.put("server.service", service);
    if (service.equals("lognormal")) {
      draw.put("server.serviceVariation", draw.log(0.3, 6));
    } else if (service.equals("pareto")) {
      draw.put("server.serviceVariation", draw.log(0.5, 4));
    }
  }

  /** Latency follows from workers and load, so that the load is what was drawn. */
  private void limited() {
    double load = draw.chance(0.35) ? draw.log(0.02, 0.3) : draw.between(0.3, 0.93);
    double before = load / Math.max(1, loadAfter);
    double workers = Math.rint(draw.chance(0.15) ? draw.log(1, 8) : draw.log(8, 200));
    double longest = draw.log(0.05, 3);
    workers = Math.max(1, Math.min(workers, Math.floor(longest * rate / before)));
    latency = Math.min(3, Math.max(0.001, workers * before / rate));
    double capacity = Math.max(1, workers / latency);
    rate = Math.min(rate, capacity * before);
    draw.count("server.workers", workers);
    draw.rate("server.capacity", capacity);
    draw.count("server.queue", draw.oneOf(1, 10, 100) * workers);
  }

  private void after() {
    double factor = 1;
    if (draw.chance(0.45)) {
      factor = draw.chance(0.2) ? draw.log(0.1, 1) : draw.log(1, unlimited ? 60 : 10);
      factor = Math.min(factor, Math.max(1, 60 / latency));
      draw.put("server.slowFactor", factor);
    }
    if (draw.chance(0.2)) {
      double hits = draw.oneOf(0.3, 0.5, 0.7, 0.9, 0.97, 0.99);
      double hitTime = draw.log(0.001, 0.3);
      double hitsAfter = draw.chance(0.3) ? hits : draw.between(0, 1) * hits;
      draw.put("server.hitShare", hits);
      draw.put("server.hitShareAfter", hitsAfter);
      draw.put("server.hitTime", hitTime);
      if (draw.chance(0.5)) {
        draw.count("server.hitWarmCalls", draw.log(100, 20_000));
      }
      factor *= (hitsAfter * hitTime + 1 - hitsAfter) / (hits * hitTime + 1 - hits);
    }
    latencyAfter = latency * factor;
    if (latencyAfter > 60 && unlimited) {
      latency *= 60 / latencyAfter;
      latencyAfter = 60;
    }
    if (draw.chance(0.4)) {
      draw.put("server.errorShare", draw.log(0.005, 0.35));
      if (draw.chance(0.2)) {
        draw.put("server.errorShareAfter", draw.log(0.002, 0.3));
      }
      if (draw.chance(0.3)) {
        draw.put("server.errorTime", "full");
      }
    }
    if (draw.chance(0.06)) {
      draw.put("server.coldErrorShare", draw.log(0.05, 0.9));
      draw.count("server.coldErrorCalls", draw.log(50, 5_000));
    }
  }

  private void traffic() {
    if (draw.chance(0.25)) {
      loadAfter = draw.chance(0.4) ? draw.log(0.01, 1) : draw.log(1, unlimited ? 100 : 3);
      draw.put("clients.loadAfter", loadAfter);
    }
    double each = draw.log(0.02, 300);
    double seconds = 200 + loadAfter * (100 + 2.6 * Math.max(60, 60 / (each * loadAfter)));
    calls = draw.chance(0.03) ? MOST_CALLS : draw.log(4_000, 40_000);
    rate = Math.min(Math.max(0.2, clients * each), calls / seconds);
    if (clients > 1 && draw.chance(0.08)) {
      draw.put("clients.firstShare", 0.4);
    } else if (draw.chance(0.2)) {
      draw.put("clients.unevenness", draw.between(0.2, 1.2));
    }
    if (draw.chance(0.13)) {
      period = draw.log(0.5, 60);
      draw.time("clients.burstEvery", period);
      draw.put("clients.burstTogether", draw.oneOf("yes", "no"));
    } else if (draw.chance(0.1)) {
      double time = draw.oneOf(0.05, 0.2, 0.4);
      draw.put("clients.burstTime", time);
      draw.put("clients.burst", draw.between(1.2, Math.min(5, 1 / time)));
      draw.time("clients.burstLength", draw.log(0.2, 20));
    }
    if (draw.chance(0.06)) {
      draw.put("clients.returnProbability", draw.between(0.1, 0.5));
    }
  }

  private void trouble() {
    double lone = rate / clients;
    start = draw.chance(0.1)
        ? draw.between(5, 20)
        : Math.min(600, 30 + Math.max(12 * latency, draw.log(10, 40) / lone));
    length = draw.log(6, 240);
    double kind = draw.between(0, 1);
    if (kind < 0.82) {
      draw.put("trouble.kind", "outage");
    } else if (kind < 0.9) {
      draw.put("trouble.kind", "flapping");
      double each = draw.log(2, 20);
      draw.time("trouble.period", each);
      length = Math.max(2 * each, Math.min(length, 12 * each));
    } else {
      restarts = false;
      draw.put("trouble.kind", "slow");
      draw.put("trouble.capacity", draw.log(0.002, 0.3));
    }
    draw.time("trouble.start", start);
    draw.time("trouble.length", length);
    if (draw.chance(0.12)) {
      draw.time("trouble.brownout", Math.min(start - 2, draw.log(5, 60)));
      draw.put("trouble.brownoutCapacity", draw.log(0.05, 0.9));
    }
    if (draw.chance(0.1)) {
      double again = draw.log(1, 60);
      double lasts = draw.log(1, 30);
      draw.time("trouble.againAfter", again);
      draw.time("trouble.againLength", lasts);
      extra += again + lasts;
    }
    double dead = draw.between(0, 1);
    if (restarts && dead < 0.35) {
      draw.put("server.deadCalls", "hang");
    } else if (dead < 0.5) {
      draw.time("server.failAfter", Math.min(60, latency * draw.log(0.5, 20)));
    } else if (dead < 0.6) {
      draw.time("server.failAfter", draw.log(0.0005, 0.1));
    }
  }

  private void processes() {
    if (draw.chance(0.15)) {
      draw.put("clients.restartShare", draw.oneOf(0.01, 0.5, 0.5, 1.0));
      draw.time("clients.restartAt", -draw.between(0, length));
      startup(0.3);
    } else if (draw.chance(0.08)) {
      double at = draw.log(0.5, 30);
      draw.put("clients.restartShare", 0.5);
      draw.time("clients.restartAt", at);
      extra = Math.max(extra, at);
      startup(0.3);
    }
    if (draw.chance(0.08)) {
      draw.put("clients.resetShare", draw.oneOf(0.5, 1.0));
      draw.time("clients.resetAt", -draw.between(0, length));
    }
    if (draw.chance(0.07)) {
      double at = draw.between(-length, 30);
      double stands = draw.log(0.5, 30);
      draw.put("clients.freezeShare", draw.oneOf(0.01, 0.3, 1.0));
      draw.time("clients.freezeAt", at);
      draw.time("clients.freezeLength", stands);
      extra = Math.max(extra, at + stands);
    }
    if (draw.chance(0.1)) {
      draw.put("clients.samples", "yes");
    }
    if (draw.chance(0.08)) {
      draw.put("clients.deadline", "caller");
    }
    if (draw.chance(0.3)) {
      draw.put("clients.clock", "odd");
    }
    if (draw.chance(0.05)) {
      draw.time("clients.clockStep", draw.oneOf(-1, 1) * draw.log(1, 3600));
    }
  }

  private void startup(double probability) {
    if (draw.chance(probability)) {
      double slow = draw.log(1, 20);
      draw.time("clients.startupLength", slow);
      draw.time("clients.startupDelay", Math.min(60, draw.log(0.05, 5)));
      extra += slow;
    }
  }

  private void server() {
    double cold = draw.chance(unlimited ? 0.75 : 0.3) ? 1 : draw.log(0.1, 1);
    if (restarts) {
      draw.put("server.coldShare", cold);
      draw.time("server.warmUp", draw.log(1, 20));
    }
    if (draw.chance(0.1)) {
      double step = draw.log(2, 60);
      draw.time("server.stepAfter", step);
      draw.put("server.stepSlowFactor", draw.log(1, 10));
      if (!unlimited) {
        draw.put("server.stepCapacity", draw.log(0.1, 1));
      }
      extra += step;
    }
    if (unlimited) {
      draw.put("server.limit", "none");
      draw.time("server.latency", latency);
    } else {
      if (draw.chance(0.1)) {
        draw.put("server.capacityAfter", draw.log(0.7, 3));
      }
    }
  }

  private void timeout() {
    double slowest = Math.max(latency, latencyAfter);
    double times = draw.chance(0.08) ? draw.between(1.5, 4) : draw.log(4, 60);
    draw.time("clients.timeout", Math.max(0.01, Math.min(600, slowest * times)));
  }

  /** Long enough for what is promised, with as few calls as that allows. */
  private void observe() {
    double later = rate * loadAfter;
    double each = later / clients;
    double wait = Math.max(Math.max(60, 60 / each), Math.max(10 * latencyAfter, 2 * period));
    double observe = Math.min(LONGEST, Math.max(150, 30 + extra + 2.6 * wait));
    if (unlimited) {
      rate *= Math.min(1, calls / (rate * (start + length) + later * observe));
    }
    draw.rate("clients.rate", Math.max(0.02, rate));
    draw.time("observe", observe);
  }
}
