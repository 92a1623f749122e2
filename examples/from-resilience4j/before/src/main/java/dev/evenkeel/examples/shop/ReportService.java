package dev.evenkeel.examples.shop;

import io.github.resilience4j.ratelimiter.annotation.RateLimiter;
import org.springframework.stereotype.Service;

/** Makes reports, which cost much. */
@Service
public class ReportService {

  /** A report. */
  @RateLimiter(name = "report", fallbackMethod = "later")
  public String report() {
    return "report";
  }

  String later(Exception failure) {
    return "later";
  }
}
