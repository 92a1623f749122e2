package dev.evenkeel.failback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.failback.CheckpointText.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTextTest {

  private static final Memory MEMORY = new Memory(80, 50e6, 0.01, 3, 0);

  private static byte[] two() {
    Map<String, Entry> entries = new LinkedHashMap<>();
    entries.put("inventory", new Entry(1_700_000_000L, MEMORY));
    entries.put("stock/shard 7\n", new Entry(1_700_000_001L, MEMORY));
    return CheckpointText.write(entries);
  }

  @Property
  void writtenAndRead_isTheSame(
      @ForAll @LongRange(min = 0) long seconds,
      @ForAll @DoubleRange(min = 0, max = 1e9) double number,
      @ForAll @DoubleRange(min = 0, max = 0.99) double share) {
    Map<String, Entry> entries = Map.of(
        "a", new Entry(seconds, new Memory(number, number, share, number, 0)),
        "key/ with \n\t% and \u00e4", new Entry(0, MEMORY));
    assertThat(CheckpointText.read(CheckpointText.write(entries))).isEqualTo(entries);
  }

  @Property
  void anyBytes_areRefused(@ForAll @Size(max = 300) byte[] garbage) {
    assertThatThrownBy(() -> CheckpointText.read(garbage))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void anyByteChanged_isRefused(
      @ForAll @IntRange(max = 200) int at, @ForAll @IntRange(min = 1, max = 255) int by) {
    byte[] bytes = two();
    bytes[at % bytes.length] ^= (byte) by;
    assertThatThrownBy(() -> CheckpointText.read(bytes))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void cutAnywhere_isRefused() {
    byte[] bytes = two();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> CheckpointText.read(cut))
          .as("%s bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** With a checksum that is right, so that what is read is looked at. */
  private static byte[] sealed(String body) {
    CRC32C sum = new CRC32C();
    sum.update(body.getBytes(StandardCharsets.UTF_8));
    return (body + String.format("crc32c %08x%n", sum.getValue()).replace("\r", ""))
        .getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 NaN 1 0 0 a",
        "1 -1 1 0 0 a",
        "1 1 Infinity 0 0 a",
        "1 1 1 1 0 a",
        "1 1e300 1 0 0 a",
        "1 1 1 0 0",
        "1 1 1 0 0 a b",
        "x 1 1 0 0 a",
        "99999999999999999999 1 1 0 0 a",
        "1 1 1 0 0 %zz",
        ""
      })
  void nonsenseWithRightChecksum_isRefused(String line) {
    assertThatThrownBy(() -> CheckpointText.read(sealed("evenkeel-checkpoint 1\n" + line + "\n")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void otherVersion_isRefusedByName() {
    assertThatThrownBy(() -> CheckpointText.read(sealed("evenkeel-checkpoint 2\nanything\n")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("has version 2 (expected: 1)");
  }
}
