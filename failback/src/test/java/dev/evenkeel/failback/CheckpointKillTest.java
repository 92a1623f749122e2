package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.failback.CheckpointText.Entry;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed while it writes, at random moments: what is there is whole, and no older than
 * what it had written for certain. {@code -Devenkeel.kills=1000} kills a thousand.
 */
class CheckpointKillTest {

  private static final int KILLS = Integer.getInteger("evenkeel.kills", 5);
  private static final int LONGEST_MICROS = 20_000;

  @TempDir
  Path directory;

  @Test
  void killedWhileWriting_fileIsWhole() throws IOException, InterruptedException {
    Path path = directory.resolve("checkpoint");
    SplittableRandom random = new SplittableRandom(7);
    long last = 0;
    long written = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process writer = start(path, last + 1);
      try (BufferedReader said = writer.inputReader(StandardCharsets.UTF_8)) {
        assertThat(said.readLine()).isEqualTo("writing");
        boolean ended = writer.waitFor(random.nextInt(LONGEST_MICROS), TimeUnit.MICROSECONDS);
        assertThat(ended).isFalse();
      } finally {
        writer.destroyForcibly();
        writer.waitFor();
      }
      byte[] bytes = new CheckpointFile(path).read();
      assertThat(bytes).isNotNull();
      Map<String, Entry> entries = CheckpointText.read(bytes);
      long number = (long) entries.get("dependency-0").memory().rate();
      assertThat(number).isGreaterThan(last);
      assertThat(bytes).isEqualTo(CheckpointWriter.content(number));
      written += number - last;
      last = number;
    }
    System.out.println(KILLS + " kills, " + written + " checkpoints written");
  }

  private static Process start(Path path, long number) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx32m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            CheckpointWriter.class.getName(),
            path.toString(),
            Long.toString(number))
        .redirectErrorStream(true)
        .start();
  }
}
