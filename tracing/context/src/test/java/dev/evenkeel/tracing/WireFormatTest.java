package dev.evenkeel.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Criticality;
import io.grpc.Metadata;
import io.grpc.internal.GrpcUtil;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireFormatTest {

  private static final Metadata.Key<String> RAW =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

  @Property(tries = 20_000)
  void grpc_validInput_agreesWithGrpcCore(@ForAll("grpcTimeouts") String value) {
    Metadata metadata = new Metadata();
    metadata.put(RAW, value);
    long theirs = metadata.get(GrpcUtil.TIMEOUT_KEY);

    assertThat(WireFormat.grpc(value)).isEqualTo(Math.min(theirs, WireFormat.MAX_NANOS));
  }

  @Provide
  Arbitrary<String> grpcTimeouts() {
    Arbitrary<String> amount = Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(8);
    return Combinators.combine(amount, Arbitraries.of('H', 'M', 'S', 'm', 'u', 'n'))
        .as((digits, unit) -> digits + unit);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "m",
        "5",
        "-5m",
        "+5m",
        " 5m",
        "5m ",
        "5 m",
        "123456789m",
        "5x",
        "5ms",
        "0x5m",
        "٥m",
        "５m",
        "5M5",
        "1e3m",
        "5.5S",
        "5µ",
        "5\u0000",
        "00000000S0"
      })
  void grpc_anythingElse_isInvalid(String value) {
    assertThat(WireFormat.grpc(value)).isEqualTo(WireFormat.INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1,2",
        "12345678901",
        "1.0",
        "1e3",
        "0x1",
        "１２",
        "٣",
        "1\n",
        "99999999999999999999999999",
        "NaN",
        "null",
        "1m"
      })
  void millis_anythingElse_isInvalid(String value) {
    assertThat(WireFormat.millis(value)).isEqualTo(WireFormat.INVALID);
  }

  @Test
  void millis_upToTenDigits() {
    assertThat(WireFormat.millis("0")).isZero();
    assertThat(WireFormat.millis("1")).isEqualTo(1_000_000);
    assertThat(WireFormat.millis("0000000300")).isEqualTo(300_000_000);
    assertThat(WireFormat.millis("9999999999"))
        .isEqualTo(TimeUnit.MILLISECONDS.toNanos(9_999_999_999L));
  }

  @Test
  void grpc_hugeAmounts_areClampedBeforeTheyAreConverted() {
    assertThat(WireFormat.grpc("99999999H")).isEqualTo(WireFormat.MAX_NANOS);
    assertThat(WireFormat.grpc("876000H")).isEqualTo(WireFormat.MAX_NANOS);
    assertThat(WireFormat.grpc("875999H")).isEqualTo(TimeUnit.HOURS.toNanos(875_999));
    assertThat(WireFormat.grpc("99999999M")).isEqualTo(WireFormat.MAX_NANOS);
    assertThat(WireFormat.grpc("0n")).isZero();
  }

  @Property(tries = 20_000)
  void anyText_neverThrows_andIsNeverOutOfBounds(@ForAll String value) {
    assertThat(WireFormat.millis(value)).isBetween(WireFormat.INVALID, WireFormat.MAX_NANOS);
    assertThat(WireFormat.grpc(value)).isBetween(WireFormat.INVALID, WireFormat.MAX_NANOS);
    assertThat(WireFormat.attempt(value)).isGreaterThanOrEqualTo(-1);
    WireFormat.criticality(value);
  }

  @Test
  void attempt_isAPositiveNumber() {
    assertThat(WireFormat.attempt("1")).isEqualTo(1);
    assertThat(WireFormat.attempt("999999999")).isEqualTo(999_999_999);
    assertThat(WireFormat.attempt("0")).isEqualTo(-1);
    assertThat(WireFormat.attempt("-1")).isEqualTo(-1);
    assertThat(WireFormat.attempt("1000000000")).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource(Criticality.class)
  void criticality_readsWhatItWrites(Criticality criticality) {
    assertThat(WireFormat.criticality(WireFormat.text(criticality))).isEqualTo(criticality);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Critical", "CRITICAL", " critical", "critical_plus", "none"})
  void criticality_unknown_isNone(String value) {
    assertThat(WireFormat.criticality(value)).isNull();
  }
}
