package dev.evenkeel.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.RefusalReason;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomesTest {

  private final HttpOutcomes outcomes = HttpOutcomes.standard();

  private static Object check(HttpOutcomes outcomes, int status, String... headers) {
    Map<String, String> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 0; i < headers.length; i += 2) {
      map.put(headers[i], headers[i + 1]);
    }
    return outcomes.check("answer", status, map::get);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 200, 204, 302, 400, 404, 407, 409, 428, 499})
  void answers(int status) {
    assertThat(check(outcomes, status, "Retry-After", "5")).isEqualTo("answer");
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 501, 503, 504, 599})
  void failures(int status) {
    assertThatThrownBy(() -> check(outcomes, status))
        .isInstanceOfSatisfying(HttpStatusException.class, failure -> {
          assertThat(failure.status()).isEqualTo(status);
          assertThat(failure.retryAfter()).isZero();
        });
  }

  @Test
  void serverThatSaysWhenToComeBack_hasNoCapacityNow() {
    assertThatThrownBy(() -> check(outcomes, 503, "Retry-After", "2"))
        .isInstanceOfSatisfying(CallRefusedException.class, refused -> {
          assertThat(refused.reason()).isEqualTo(RefusalReason.CONCURRENCY_LIMIT);
          assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(2));
        });
    assertThatThrownBy(() -> check(outcomes, 429, "retry-after-millis", "70", "Retry-After", "1"))
        .isInstanceOfSatisfying(CallRefusedException.class, refused -> {
          assertThat(refused.reason()).isEqualTo(RefusalReason.OTHER);
          assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(70));
        });
    assertThatThrownBy(() -> check(outcomes, 500, "Retry-After", "2"))
        .isInstanceOf(HttpStatusException.class);
  }

  @Test
  void longWaits_areCut_andVeryLongOnesAreAnOutage() {
    assertThatThrownBy(() -> check(outcomes, 503, "Retry-After", "20"))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refused -> assertThat(refused.retryAfter().multipliedBy(12).dividedBy(10))
                .isBetween(Duration.ofMillis(4_990), Duration.ofSeconds(5)));
    assertThatThrownBy(() -> check(outcomes, 503, "Retry-After", "3600"))
        .isInstanceOfSatisfying(
            HttpStatusException.class,
            failure -> assertThat(failure.retryAfter()).isLessThanOrEqualTo(Duration.ofSeconds(5)));
    HttpOutcomes patient = outcomes.maxRetryAfter(Duration.ofMinutes(1));
    assertThatThrownBy(() -> check(patient, 503, "Retry-After", "20"))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(20)));
    assertThatThrownBy(() -> check(outcomes.capacityUpTo(Duration.ZERO), 503, "Retry-After", "2"))
        .isInstanceOf(HttpStatusException.class);
  }

  @Test
  void date_isReadAgainstTheServersOwnClock() {
    assertThatThrownBy(() -> check(
            outcomes,
            503,
            "Date",
            "Wed, 21 Oct 2015 07:28:00 GMT",
            "Retry-After",
            "Wed, 21 Oct 2015 07:28:03 GMT"))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(3)));
    assertThatThrownBy(() -> check(
            outcomes,
            503,
            "Date",
            "Wed, 21 Oct 2015 07:28:00 GMT",
            "Retry-After",
            "Wed, 21 Oct 2015 07:27:00 GMT"))
        .isInstanceOfSatisfying(
            CallRefusedException.class,
            refused -> assertThat(refused.retryAfter()).isZero());
    assertThatThrownBy(() -> check(outcomes, 503, "Retry-After", "Wed, 21 Oct 2015 07:28:03 GMT"))
        .isInstanceOf(HttpStatusException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "+1", "1.5", " 1", "１", "soon", "99999999999", "Wed, 99 Oct 2015"})
  void whatCannotBeRead_isNotThere(String value) {
    assertThatThrownBy(() -> check(
            outcomes,
            503,
            "Date",
            "Wed, 21 Oct 2015 07:28:00 GMT",
            "Retry-After",
            value,
            "retry-after-millis",
            value))
        .isInstanceOfSatisfying(
            HttpStatusException.class,
            failure -> assertThat(failure.retryAfter()).isZero());
  }

  @Test
  void otherFailures() {
    HttpOutcomes strict = outcomes.failures(status -> status >= 400);
    assertThatThrownBy(() -> check(strict, 404)).isInstanceOf(HttpStatusException.class);
    assertThat(check(strict, 302)).isEqualTo("answer");
  }
}
