package dev.evenkeel.failback;

import dev.evenkeel.failback.CheckpointText.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A process that writes one checkpoint after the other, until it is killed. */
final class CheckpointWriter {

  static final int ENTRIES = 200;

  private CheckpointWriter() {}

  /** Each content has one number in all of its entries. */
  static byte[] content(long number) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    Memory memory = new Memory((double) number, 50e6, 0, 0, 0);
    for (int i = 0; i < ENTRIES; i++) {
      entries.put("dependency-" + i, new Entry(1, memory));
    }
    return CheckpointText.write(entries);
  }

  public static void main(String[] args) throws IOException {
    CheckpointFile file = new CheckpointFile(Path.of(args[0]));
    for (long number = Long.parseLong(args[1]); ; number++) {
      file.write(content(number));
      if (number == Long.parseLong(args[1])) {
        System.out.println("writing");
      }
    }
  }
}
