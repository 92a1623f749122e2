package dev.evenkeel.healthcheck.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The forms of an answer. Each can be asked for by {@code ?format=<name>} too. */
public enum Format {
  /** Everything there is to know, as {@code application/json}. {@code ?format=evenkeel} */
  EVENKEEL("application/json"),
  /**
   * The health check response format for HTTP APIs (draft-inadarei-api-health-check-06): pass, warn
   * or fail. {@code ?format=health-json}
   */
  HEALTH_JSON("application/health+json"),
  /** MicroProfile Health 4, as {@code application/json}. {@code ?format=microprofile} */
  MICROPROFILE("application/json"),
  /** As Spring Boot's Actuator answers, for what reads that. {@code ?format=actuator} */
  ACTUATOR("application/vnd.spring-boot.actuator.v3+json"),
  /** The status page for people. {@code ?format=html} */
  HTML("text/html");

  private final String mediaType;

  Format(String mediaType) {
    this.mediaType = mediaType;
  }

  String mediaType() {
    return mediaType;
  }

  String contentType() {
    return this == HTML ? mediaType + "; charset=utf-8" : mediaType;
  }

  static @Nullable Format named(String name) {
    for (Format format : values()) {
      if (format.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
        return format;
      }
    }
    return null;
  }
}
