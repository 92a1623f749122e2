package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.SystemKernel;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.testkit.ManualKernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A file that changes, is being written, is wrong, is gone. */
class SettingsWatchTest {

  private static final Duration EVERY = Duration.ofSeconds(1);

  private final ManualKernel kernel = ManualKernel.create();
  private final Pipelines pipelines = Pipelines.create(builder -> builder.kernel(kernel));
  private final LiveSettings live = LiveSettings.of(pipelines);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(SettingsWatch.class);

  @TempDir
  Path folder;

  private Path file;
  private SettingsWatch watch;

  @BeforeEach
  void begin() throws IOException {
    log.start();
    logger.addAppender(log);
    file = folder.resolve("evenkeel.properties");
    write("1s");
    watch = SettingsFile.watch(file, live, EVERY, kernel);
  }

  @AfterEach
  void end() {
    watch.close();
    pipelines.close();
    logger.detachAppender(log);
    assertThat(kernel.armedTimers()).isZero();
  }

  private void write(String timeout) throws IOException {
    Files.writeString(file, "evenkeel.pipelines.a.timeout.duration=" + timeout + "\n");
  }

  private void looks(int count) {
    kernel.advance(EVERY.multipliedBy(count));
  }

  private Duration timeout() {
    return pipelines.find("a").orElseThrow().policy(Timeout.class).orElseThrow().duration();
  }

  private long errors() {
    return log.list.stream().filter(event -> event.getLevel() == Level.ERROR).count();
  }

  @Test
  void watch_appliesAtOnce_andEachChange() throws IOException {
    assertThat(timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(live.current().version()).isEqualTo(1);
    looks(3);
    assertThat(live.current().version()).isEqualTo(1);
    write("2s");
    looks(1);
    assertThat(timeout()).isEqualTo(Duration.ofSeconds(1));
    looks(1);
    assertThat(timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(live.current().version()).isEqualTo(2);
    assertThat(live.current().settings().of("a").effective().get(0).origin())
        .isEqualTo("evenkeel.properties:1");
    assertThat(errors()).isZero();
  }

  @Test
  void aChangeOfTheSameSizeAndTime_isSeen() throws IOException {
    var time = Files.getLastModifiedTime(file);
    write("3s");
    Files.setLastModifiedTime(file, time);
    looks(2);
    assertThat(timeout()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void aFileThatIsBeingWritten_isTakenWhenItIsWhole() throws IOException {
    byte[] whole = """
        evenkeel.pipelines.a.timeout.duration=2s
        evenkeel.pipelines.a.total-timeout.duration=5s
        evenkeel.pipelines.b.timeout.duration=1s
        """.getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(live.current().version()).isEqualTo(1);
      looks(1);
    }
    looks(1);
    assertThat(live.current().version()).isEqualTo(2);
    assertThat(live.current().settings().pipelines()).containsExactly("a", "b");
    assertThat(errors()).isZero();
    assertThat(watch.problem()).isEmpty();
  }

  @Test
  void aChangeThatIsWrong_isRefusedWhole_andToldOnce() throws IOException {
    Files.writeString(file, """
        evenkeel.pipelines.a.timeout.duration=2s
        evenkeel.pipelines.b.timeout.duration=300
        """);
    looks(10);
    assertThat(timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(pipelines.find("b")).isEmpty();
    assertThat(live.current().version()).isEqualTo(1);
    assertThat(errors()).isEqualTo(1);
    assertThat(log.list.get(0).getFormattedMessage())
        .contains("evenkeel.properties:2", "300ms or 300s?", "the last settings hold");
    assertThat(watch.problem().orElseThrow().problems()).hasSize(1);

    write("1s");
    looks(2);
    assertThat(watch.problem()).isEmpty();
    assertThat(live.current().version()).isEqualTo(1);
    write("4s");
    looks(2);
    assertThat(timeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(live.current().version()).isEqualTo(2);
  }

  @Test
  void aFileThatIsGone_keepsItsSettings_untilItIsBack() throws IOException {
    Files.delete(file);
    looks(10);
    assertThat(timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(errors()).isEqualTo(1);
    assertThat(watch.problem().orElseThrow()).hasMessageContaining("no such file");
    write("1s");
    looks(2);
    assertThat(watch.problem()).isEmpty();
    assertThat(live.current().version()).isEqualTo(1);
    Files.delete(file);
    looks(1);
    write("2s");
    looks(2);
    assertThat(timeout()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aFileThatIsReplacedByAnother_isSeen() throws IOException {
    Path other = folder.resolve("other");
    Files.writeString(other, "evenkeel.pipelines.a.timeout.duration=7s");
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    looks(2);
    assertThat(timeout()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void anEmptyFile_takesNothingAway() throws IOException {
    Files.writeString(file, "");
    looks(2);
    assertThat(live.current().settings().pipelines()).isEmpty();
    assertThat(timeout()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aFileThatIsAFolder_orTooBig_isRefused() throws IOException {
    Files.write(file, new byte[FileText.MOST_BYTES + 1]);
    looks(2);
    assertThat(watch.problem().orElseThrow()).hasMessageContaining("more than 1 MiB");
    Files.delete(file);
    Files.createDirectory(file);
    looks(2);
    assertThat(timeout()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void close_endsTheLooks() throws IOException {
    watch.close();
    write("2s");
    looks(5);
    assertThat(timeout()).isEqualTo(Duration.ofSeconds(1));
    watch.close();
  }

  @Test
  void theEndOfTheRegistry_endsTheLooks() {
    pipelines.close();
    looks(2);
    assertThat(kernel.armedTimers()).isZero();
  }

  @Test
  void whatAListenerOrCustomizerThrows_isTold_andTheLooksGoOn() throws IOException {
    LiveSettings broken = LiveSettings.of(pipelines, (name, policies) -> {
      if (policies.toString().contains("3 s")) {
        throw new IllegalStateException("broken");
      }
      return policies;
    });
    try (SettingsWatch other = SettingsFile.watch(file, broken, EVERY, kernel)) {
      write("3s");
      looks(5);
      assertThat(other.problem().orElseThrow()).hasMessageContaining("broken");
      write("4s");
      looks(2);
      assertThat(other.problem()).isEmpty();
    }
  }

  @Test
  void watch_ofAFileThatIsWrongAtFirst_isRefused() throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "evenkeel: [");
    assertThatThrownBy(() -> SettingsFile.watch(wrong, live))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("wrong.yaml:1");
    assertThatThrownBy(() -> SettingsFile.watch(folder.resolve("missing.yaml"), live))
        .isInstanceOf(SettingsException.class)
        .hasMessage("missing.yaml: no such file (expected: a file of settings)");
    assertThatThrownBy(() -> SettingsFile.watch(file, live, Duration.ofDays(2), kernel))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("every: 172800 s (expected: 1 ms to 1 day)");
  }

  @Test
  void load_whatCannotBeRead_saysWhy() throws IOException {
    assertThatThrownBy(() -> SettingsFile.load(folder))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("no file");
    Path other = Files.writeString(folder.resolve("evenkeel.json"), "{}");
    assertThatThrownBy(() -> SettingsFile.load(other))
        .isInstanceOf(SettingsException.class)
        .satisfies(wrong -> assertThat(((SettingsException) wrong).problems())
            .extracting(SettingsProblem::origin, SettingsProblem::found)
            .containsExactly(tuple("evenkeel.json", "a file of another kind")));
    Path latin = Files.write(folder.resolve("latin.properties"), new byte[] {(byte) 0xe4});
    assertThatThrownBy(() -> SettingsFile.load(latin))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("UTF-8");
    Path mark = Files.writeString(
        folder.resolve("mark.yaml"), "\uFEFFevenkeel.pipelines.a.timeout.duration: 1s");
    assertThat(SettingsFile.load(mark).pipelines()).containsExactly("a");
  }

  @Test
  void onRealTime_aChangeIsApplied() throws IOException {
    try (SystemKernel system = new SystemKernel("settings-test");
        Pipelines others = Pipelines.create(builder -> builder.kernel(system));
        SettingsWatch real =
            SettingsFile.watch(file, LiveSettings.of(others), Duration.ofMillis(10), system)) {
      write("9s");
      long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
      while (real.problem().isEmpty() && !isNine(others)) {
        assertThat(System.nanoTime() - end).isNegative();
        Thread.onSpinWait();
      }
      assertThat(real.problem()).isEmpty();
    }
  }

  private static boolean isNine(Pipelines pipelines) {
    return pipelines
        .find("a")
        .flatMap(pipeline -> pipeline.policy(Timeout.class))
        .orElseThrow()
        .duration()
        .equals(Duration.ofSeconds(9));
  }
}
