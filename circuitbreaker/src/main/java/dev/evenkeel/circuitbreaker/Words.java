package dev.evenkeel.circuitbreaker;

/** Parts of sentences for the log. None of them throws, whatever a user's object does. */
final class Words {

  private static final int MOST_CHARACTERS = 200;
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;

  private Words() {}

  /** A length of time, to two figures or so. */
  static String time(long nanos) {
    if (nanos < 10 * SECOND) {
      return Math.round(nanos / 1e8) / 10.0 + " s";
    }
    if (nanos < 2 * MINUTE) {
      return nanos / SECOND + " s";
    }
    if (nanos < 2 * HOUR) {
      return nanos / MINUTE + " min";
    }
    return nanos / HOUR + " h " + nanos % HOUR / MINUTE + " min";
  }

  /** A share that is given in percent, as {@code 50 %} or {@code 0.5 %}. */
  static String percent(float percent) {
    return (percent == Math.rint(percent) ? String.valueOf((int) percent) : String.valueOf(percent))
        + " %";
  }

  /** What a failure says of itself, on one line and not too long; runs the user's code. */
  static String message(Throwable failure) {
    try {
      String message = failure.getMessage();
      return message == null ? failure.getClass().getName() : shortened(message);
    } catch (Throwable ofTheUsers) {
      return failure.getClass().getName() + ", whose getMessage() threw "
          + ofTheUsers.getClass().getName();
    }
  }

  /** A failure with its class; runs the user's code. */
  static String failure(Throwable failure) {
    String name = failure.getClass().getName();
    String message = message(failure);
    return message.startsWith(name) ? message : name + ": " + message;
  }

  private static String shortened(String text) {
    int end = Math.min(text.length(), MOST_CHARACTERS);
    StringBuilder line = new StringBuilder(end + 3);
    for (int at = 0; at < end; at++) {
      char character = text.charAt(at);
      line.append(Character.isISOControl(character) ? ' ' : character);
    }
    return text.length() > end ? line.append("...").toString() : line.toString();
  }
}
