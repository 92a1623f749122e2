package dev.evenkeel.examples.shop;

import dev.evenkeel.spring.Resilient;
import org.springframework.stereotype.Service;

/** Makes reports, which cost much. */
@Service
public class ReportService {

  /** A report. */
  @Resilient(value = "report", fallback = "later")
  public String report() {
    return "report";
  }

  String later(Exception failure) {
    return "later";
  }
}
