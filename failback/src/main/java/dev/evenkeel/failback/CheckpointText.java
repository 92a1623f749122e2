package dev.evenkeel.failback;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A checkpoint as bytes: a line with its version, a line for each dependency, and a line with a
 * checksum of all before. Pure.
 */
final class CheckpointText {

  private static final String NAME = "evenkeel-checkpoint";
  private static final String VERSION = "1";
  private static final String FIRST_LINE = NAME + " " + VERSION + "\n";
  private static final String CHECKSUM = "crc32c ";
  private static final int CHECKSUM_LINE = CHECKSUM.length() + 8 + 1;
  private static final int WORDS = 6;

  /** More than any dependency can do: what is beyond was not written by this library. */
  private static final double MOST_RATE = 1e9;

  private static final double MOST_LATENCY_NANOS = 24 * 3600e9;
  private static final double MOST_FAILURES = 0.99;

  /**
   * What is remembered of a dependency.
   *
   * @param learnedSeconds when it was learned, since 1970
   * @param memory what; without what is asked for
   */
  record Entry(long learnedSeconds, Memory memory) {}

  private CheckpointText() {}

  static byte[] write(Map<String, Entry> entries) {
    StringBuilder text = new StringBuilder(FIRST_LINE);
    entries.forEach((name, entry) -> {
      Memory memory = entry.memory();
      text.append(entry.learnedSeconds()).append(' ');
      text.append(memory.rate()).append(' ');
      text.append(memory.latencyNanos()).append(' ');
      text.append(memory.failureShare()).append(' ');
      text.append(memory.burst()).append(' ');
      text.append(URLEncoder.encode(name, StandardCharsets.UTF_8)).append('\n');
    });
    byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
    return (text + checksumLine(body, body.length)).getBytes(StandardCharsets.UTF_8);
  }

  private static String checksumLine(byte[] bytes, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, length);
    String hex = "0000000" + Long.toHexString(sum.getValue());
    return CHECKSUM + hex.substring(hex.length() - 8) + "\n";
  }

  /**
   * Reads all of it, or nothing.
   *
   * @throws IllegalArgumentException if it is not what {@link #write} makes; the message says why
   */
  static Map<String, Entry> read(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int firstEnd = text.indexOf('\n') + 1;
    if (!text.startsWith(NAME + " ") || firstEnd == 0) {
      throw new IllegalArgumentException("is no checkpoint");
    }
    int bodyLength = bytes.length - CHECKSUM_LINE;
    if (bodyLength < FIRST_LINE.length() || !text.endsWith(checksumLine(bytes, bodyLength))) {
      throw new IllegalArgumentException("is damaged: its checksum is wrong");
    }
    if (!text.startsWith(FIRST_LINE)) {
      throw new IllegalArgumentException("has version "
          + text.substring(NAME.length() + 1, firstEnd - 1) + " (expected: " + VERSION + ")");
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    text.substring(firstEnd, text.length() - CHECKSUM_LINE)
        .lines()
        .forEach(line -> readLine(line, entries));
    return entries;
  }

  private static void readLine(String line, Map<String, Entry> entries) {
    String[] words = line.split(" ", -1);
    if (words.length != WORDS) {
      throw new IllegalArgumentException("is damaged: a line has " + words.length + " words");
    }
    try {
      Memory memory = new Memory(
          upTo(MOST_RATE, words[1]),
          upTo(MOST_LATENCY_NANOS, words[2]),
          upTo(MOST_FAILURES, words[3]),
          upTo(MOST_RATE, words[4]),
          0);
      String name = URLDecoder.decode(words[5], StandardCharsets.UTF_8);
      entries.put(name, new Entry(Long.parseLong(words[0]), memory));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("is damaged: not a number, " + e.getMessage(), e);
    }
  }

  private static double upTo(double most, String word) {
    double value = Double.parseDouble(word);
    if (!(value >= 0 && value <= most)) {
      throw new IllegalArgumentException("is damaged: " + value + " (expected: 0 to " + most + ")");
    }
    return value;
  }
}
