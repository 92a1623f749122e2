package dev.evenkeel.healthcheck.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds the form that an {@code Accept} header likes best. Whatever it says, there is an answer: a
 * probe that asks for a picture wants to know the status code.
 */
final class Accept {

  private Accept() {}

  /** The best liked of these, the first of equals; the first if none is liked. */
  static Format best(@Nullable String header, List<Format> formats) {
    Format best = formats.get(0);
    if (header == null) {
      return best;
    }
    String[] ranges = header.toLowerCase(Locale.ROOT).split(",", -1);
    double bestQuality = 0;
    for (Format format : formats) {
      double quality = quality(ranges, format.mediaType());
      if (quality > bestQuality) {
        bestQuality = quality;
        best = format;
      }
    }
    return best;
  }

  /** The quality of the range that says most of the type; 0 if none speaks of it. */
  private static double quality(String[] ranges, String mediaType) {
    int bestFit = 0;
    double quality = 0;
    for (String range : ranges) {
      String[] parts = range.split(";", -1);
      int fit = fit(parts[0].trim(), mediaType);
      double given = quality(parts);
      if (fit > bestFit || (fit == bestFit && fit > 0 && given > quality)) {
        bestFit = fit;
        quality = given;
      }
    }
    return quality;
  }

  private static int fit(String range, String mediaType) {
    if (range.equals(mediaType)) {
      return 3;
    }
    String type = mediaType.substring(0, mediaType.indexOf('/'));
    return range.equals(type + "/*") ? 2 : range.equals("*/*") ? 1 : 0;
  }

  /** The range's q; 1 if it has none, or one that is no number from 0 to 1. */
  private static double quality(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].trim();
      if (parameter.startsWith("q=")) {
        try {
          double q = Double.parseDouble(parameter.substring(2).trim());
          return q >= 0 && q <= 1 ? q : 1;
        } catch (NumberFormatException odd) {
          return 1;
        }
      }
    }
    return 1;
  }
}
