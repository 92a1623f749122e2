package dev.evenkeel.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Deadline;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class LogContextTest {

  private static final Context TRACED = Context.root()
      .with(Span.wrap(SpanContext.create(
          "0af7651916cd43dd8448eb211c80319c",
          "b7ad6b7169203331",
          TraceFlags.getSampled(),
          TraceState.getDefault())));

  @AfterEach
  void tearDown() {
    MDC.clear();
  }

  @Test
  void open_setsTheKeys_andCloseRemovesThem() {
    Deadline.after(Duration.ofSeconds(60)).run(() -> {
      try (LogContext log = LogContext.open(TRACED)) {
        assertThat(log).isNotNull();
        assertThat(MDC.get("trace_id")).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(MDC.get("span_id")).isEqualTo("b7ad6b7169203331");
        assertThat(MDC.get("evenkeel_attempt")).isEqualTo("1");
        assertThat(Long.parseLong(MDC.get("evenkeel_time_left_ms"))).isBetween(1L, 60_000L);
      }
    });
    assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
  }

  @Test
  void close_putsBackWhatWasThere_andLeavesOtherKeysAlone() {
    MDC.put("trace_id", "outer");
    MDC.put("evenkeel_time_left_ms", "17");
    try (LogContext log = LogContext.open(TRACED)) {
      assertThat(log).isNotNull();
      assertThat(MDC.get("evenkeel_time_left_ms")).isNull();
      MDC.put("user", "u-7");
    }
    assertThat(MDC.get("trace_id")).isEqualTo("outer");
    assertThat(MDC.get("span_id")).isNull();
    assertThat(MDC.get("evenkeel_time_left_ms")).isEqualTo("17");
    assertThat(MDC.get("user")).isEqualTo("u-7");
  }

  @Test
  void open_withoutATrace_leavesItsKeysAlone() {
    MDC.put("trace_id", "outer");
    try (LogContext log = LogContext.open(Context.root())) {
      assertThat(log).isNotNull();
      assertThat(MDC.get("trace_id")).isEqualTo("outer");
    }
  }
}
