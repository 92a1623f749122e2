package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MINUTE = Duration.ofSeconds(67); // with its jitter

  @TempDir
  Path directory;

  private final ManualKernel kernel = ManualKernel.create();
  private long wallSeconds = 1_700_000_000L;

  private Path path() {
    return directory.resolve("checkpoint");
  }

  private Checkpoint open() {
    return new Checkpoint(path(), HOUR, () -> wallSeconds);
  }

  private Baseline memory() {
    return new Baseline(Tolerance.STANDARD, kernel.nanoTime());
  }

  /** With 80 calls a second, of 50 ms. */
  private void serve(Baseline baseline, int seconds) {
    for (int second = 0; second < seconds; second++) {
      baseline.onOffered(80);
      baseline.onSuccess(50_000_000, 80);
      kernel.advance(Duration.ofSeconds(1));
      baseline.sample(kernel.nanoTime());
    }
  }

  private Memory recalled(String name) {
    Baseline next = memory();
    try (Checkpoint checkpoint = open()) {
      checkpoint.join(name, next, kernel);
      return next.memory();
    }
  }

  private void remember(String name) {
    Baseline baseline = memory();
    Checkpoint checkpoint = open();
    checkpoint.join(name, baseline, kernel);
    serve(baseline, 30);
    checkpoint.leave(name, baseline);
  }

  @Test
  void nextProcess_knowsWhatTheLastOneLearned() {
    remember("inventory");
    Memory memory = recalled("inventory");
    assertThat(memory.rate()).isCloseTo(80, within(0.5));
    assertThat(memory.latencyNanos()).isCloseTo(50e6, within(1e5));
    assertThat(memory.demand()).isZero();
    assertThat(recalled("stock")).isEqualTo(Memory.NONE);
  }

  @Test
  void whatIsLearnedNow_takesThePlaceOfIt() {
    remember("inventory");
    Baseline next = memory();
    Checkpoint checkpoint = open();
    checkpoint.join("inventory", next, kernel);
    for (int second = 0; second < 120; second++) {
      next.onOffered(20);
      next.onSuccess(10_000_000, 20);
      kernel.advance(Duration.ofSeconds(1));
      next.sample(kernel.nanoTime());
    }
    assertThat(next.memory().rate()).isCloseTo(20, within(1.0));
    assertThat(next.memory().latencyNanos()).isCloseTo(10e6, within(1e6));
    checkpoint.leave("inventory", next);
    assertThat(recalled("inventory").rate()).isCloseTo(20, within(1.0));
  }

  @Test
  void whatWasLearnedHere_isNotReplaced() {
    remember("inventory");
    Baseline baseline = memory();
    serve(baseline, 30);
    Memory before = baseline.memory();
    open().join("inventory", baseline, kernel);
    assertThat(baseline.memory()).isEqualTo(before);
  }

  @Test
  void processIsKilled_lastMinuteIsThere() {
    Baseline baseline = memory();
    Checkpoint checkpoint = open();
    checkpoint.join("inventory", baseline, kernel);
    serve(baseline, 30);
    assertThat(path()).doesNotExist();
    kernel.advance(MINUTE);
    assertThat(recalled("inventory").rate()).isCloseTo(80, within(0.5));
    checkpoint.close();
  }

  @Test
  void nothingLearned_nothingWritten() throws IOException {
    remember("inventory");
    FileTime written = FileTime.from(Instant.EPOCH);
    Files.setLastModifiedTime(path(), written);
    Baseline next = memory();
    Checkpoint checkpoint = open();
    checkpoint.join("inventory", next, kernel);
    kernel.advance(MINUTE);
    kernel.advance(MINUTE);
    checkpoint.close();
    assertThat(Files.getLastModifiedTime(path())).isEqualTo(written);
  }

  @Test
  void processThatLearnsNothing_doesNotMakeItYounger() {
    remember("inventory");
    wallSeconds += 2_400;
    remember("stock"); // the file is written again
    wallSeconds += 2_400;
    assertThat(recalled("inventory")).isEqualTo(Memory.NONE);
    assertThat(recalled("stock").rate()).isPositive();
  }

  @Test
  void tooOld_isIgnoredWithOneLine() {
    remember("inventory");
    remember("stock");
    wallSeconds += 3_601;
    try (Logs logs = new Logs()) {
      assertThat(recalled("inventory")).isEqualTo(Memory.NONE);
      assertThat(logs.lines())
          .containsExactly("INFO checkpoint " + path()
              + ": 2 of 2 dependencies are ignored: learned more than 3600 s ago");
    }
  }

  @Test
  void wallClockWasSetBack_aLittleIsBorne() {
    remember("inventory");
    wallSeconds -= 60;
    assertThat(recalled("inventory").rate()).isPositive();
    wallSeconds -= 7_200;
    assertThat(recalled("inventory")).isEqualTo(Memory.NONE);
  }

  @Test
  void damagedFile_isIgnoredWithOneLine_andReplaced() throws IOException {
    remember("inventory");
    byte[] bytes = Files.readAllBytes(path());
    bytes[30] ^= 1;
    Files.write(path(), bytes);
    try (Logs logs = new Logs()) {
      assertThat(recalled("inventory")).isEqualTo(Memory.NONE);
      assertThat(logs.lines())
          .containsExactly(
              "WARN checkpoint " + path() + ": ignored, it is damaged: its checksum is wrong");
    }
    remember("inventory");
    assertThat(recalled("inventory").rate()).isPositive();
  }

  @Test
  void foreignFile_isIgnored() throws IOException {
    Files.writeString(path(), "<html>");
    try (Logs logs = new Logs()) {
      assertThat(recalled("inventory")).isEqualTo(Memory.NONE);
      assertThat(logs.lines())
          .containsExactly("WARN checkpoint " + path() + ": ignored, it is no checkpoint");
    }
  }

  @Test
  void hugeFile_isIgnored() throws IOException {
    Files.write(path(), new byte[5 << 20]);
    assertThat(recalled("inventory")).isEqualTo(Memory.NONE);
  }

  @Test
  void noDirectory_isLoggedOnce_andDisturbsNobody() {
    Path nowhere = directory.resolve("none").resolve("checkpoint");
    try (Logs logs = new Logs()) {
      Baseline baseline = memory();
      Checkpoint checkpoint = new Checkpoint(nowhere, HOUR, () -> wallSeconds);
      checkpoint.join("inventory", baseline, kernel);
      for (int minute = 0; minute < 3; minute++) {
        serve(baseline, 30);
        kernel.advance(MINUTE);
      }
      checkpoint.leave("inventory", baseline);
      assertThat(logs.lines()).singleElement().asString().contains("is lost at a restart");
    }
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void pathOfDirectory_isRefused() {
    assertThatThrownBy(() -> Checkpoint.file(directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("path: " + directory + " (expected: a file, which need not exist)");
    assertThatThrownBy(() -> Checkpoint.file(path(), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatDeadProcessesLeft_isRemoved() throws IOException {
    Path old = Files.writeString(directory.resolve("checkpoint.123.tmp"), "half");
    Files.setLastModifiedTime(old, FileTime.from(Instant.EPOCH));
    Path young = Files.writeString(directory.resolve("checkpoint.124.tmp"), "half");
    Path other = Files.writeString(directory.resolve("other.tmp"), "x");
    Files.setLastModifiedTime(other, FileTime.from(Instant.EPOCH));
    remember("inventory");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactlyInAnyOrder(path(), young, other);
    }
  }

  @Test
  void sameName_laterBreakerIsKept() {
    Baseline first = memory();
    Baseline second = memory();
    Checkpoint checkpoint = open();
    checkpoint.join("inventory", first, kernel);
    checkpoint.join("inventory", second, kernel);
    serve(first, 30);
    checkpoint.leave("inventory", first);
    assertThat(kernel.armedTimers()).isEqualTo(1);
    checkpoint.leave("inventory", second);
    assertThat(recalled("inventory")).isEqualTo(Memory.NONE);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void closed_leavesNoTimer_andWritesNoMore() {
    Baseline baseline = memory();
    Checkpoint checkpoint = open();
    checkpoint.join("inventory", baseline, kernel);
    serve(baseline, 30);
    checkpoint.close();
    checkpoint.close();
    assertThat(kernel.armedTimers()).isZero();
    assertThat(recalled("inventory").rate()).isPositive();
    checkpoint.join("stock", memory(), kernel);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void manyKeys_oldestAreDropped() {
    List<Baseline> kept = Stream.generate(this::memory).limit(10_050).toList();
    Checkpoint checkpoint = open();
    Memory earlier = new Memory(80, 50e6, 0, 0, 0);
    for (int i = 0; i < kept.size(); i++) {
      checkpoint.join("stock/" + i, kept.get(i), kernel);
      kept.get(i).recall(earlier);
      if (i == 49) {
        kernel.advance(MINUTE);
        wallSeconds += 10;
      }
    }
    checkpoint.close();
    assertThat(recalled("stock/0")).isEqualTo(Memory.NONE);
    assertThat(recalled("stock/10049").rate()).isEqualTo(80);
  }
}
