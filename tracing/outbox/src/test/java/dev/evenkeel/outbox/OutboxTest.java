package dev.evenkeel.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.tracing.CallContexts;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is written with a message, and comes back with it. */
class OutboxTest {

  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  private static final byte[] BODY = "body".getBytes(StandardCharsets.UTF_8);

  private final List<OutboxMessage> seen = new ArrayList<>();
  private Table table;

  @BeforeEach
  void create() throws Exception {
    table = new Table();
  }

  private OutboxRelay relay(OutboxPublisher publisher) {
    return OutboxRelay.builder(table.source(), publisher)
        .openTelemetry(TELEMETRY.getOpenTelemetry())
        .build();
  }

  @Test
  void transactionThatIsRolledBack_leavesNoMessage() throws Exception {
    try (Connection connection = table.source().getConnection()) {
      connection.setAutoCommit(false);
      Outbox.create().add(connection, OutboxMessage.of("orders", BODY));
      connection.rollback();
    }
    relay(seen::add).round();
    assertThat(seen).isEmpty();
  }

  @Test
  void message_comesAsItWasAdded() throws Exception {
    OutboxMessage message = OutboxMessage.of("orders", BODY)
        .withKey("o-1")
        .withId("id-1")
        .withHeader("tenant", "a=b\nc ü");
    table.add(message);
    relay(seen::add).round();
    OutboxMessage got = seen.get(0);
    assertThat(got.id()).isEqualTo("id-1");
    assertThat(got.topic()).isEqualTo("orders");
    assertThat(got.key()).isEqualTo("o-1");
    assertThat(got.body()).isEqualTo(BODY);
    assertThat(got.headers()).containsEntry("tenant", "a=b\nc ü");
    assertThat(got.deadline()).isNull();
    assertThat(table.count("TRUE")).isZero();
    assertThat(got).isEqualTo(message).hasSameHashCodeAs(message);
    assertThat(got).hasToString("OutboxMessage(id-1, orders, key o-1, 4 bytes)");
  }

  @Test
  @SuppressWarnings("try") // opened to be closed
  void traceAndCriticality_areInForceWhenItIsPublished_andTheIdIsItsIdempotencyKey()
      throws Exception {
    Span span =
        TELEMETRY.getOpenTelemetry().getTracer("test").spanBuilder("order").startSpan();
    try (Scope scope = span.makeCurrent();
        Connection connection = table.source().getConnection()) {
      connection.setAutoCommit(false);
      CallContext.current()
          .withCriticality(Criticality.CRITICAL_PLUS)
          .run(() -> Outbox.create(TELEMETRY.getOpenTelemetry())
              .add(connection, OutboxMessage.of("orders", BODY).withId("id-2")));
      connection.commit();
    }
    span.end();
    List<String> traces = new ArrayList<>();
    List<CallContext> calls = new ArrayList<>();
    relay(message -> {
          traces.add(Span.current().getSpanContext().getTraceId());
          calls.add(CallContext.current());
        })
        .round();
    assertThat(traces).containsExactly(span.getSpanContext().getTraceId());
    assertThat(calls.get(0).criticality()).isEqualTo(Criticality.CRITICAL_PLUS);
    assertThat(calls.get(0).idempotencyKey()).isEqualTo("id-2");
    assertThat(CallContexts.from(Context.current())).isNull();
  }

  @Test
  void deadlineOfTheCaller_isNotTaken_butOneOfTheMessageIs() throws Exception {
    CallContext.current().withDeadline(Deadline.after(Duration.ofHours(1))).run(() -> {
      table.add(OutboxMessage.of("orders", BODY).withId("without"));
      table.add(OutboxMessage.of("orders", BODY)
          .withId("with")
          .withDeadline(Deadline.after(Duration.ofMinutes(5))));
    });
    relay(seen::add).round();
    assertThat(seen.get(0).deadline()).isNull();
    assertThat(seen.get(1).deadline().remaining()).isLessThanOrEqualTo(Duration.ofMinutes(6));
    assertThat(seen.get(1).headers()).containsKey("evenkeel-deadline");
  }

  @Test
  void expiredMessage_isDropped_andCounted() throws Exception {
    table.add(OutboxMessage.of("orders", BODY).withDeadline(Deadline.after(Duration.ofMinutes(5))));
    table.run(
        "UPDATE evenkeel_outbox SET headers =" + " 'evenkeel-deadline=1000000000000'"); // in 2001
    OutboxRelay relay = relay(seen::add);
    relay.round();
    assertThat(seen).isEmpty();
    assertThat(table.count("TRUE")).isZero();
    assertThat(relay.figures()).isEqualTo(new RelayFigures(0, 0, 1, 0));
  }

  @Test
  void oldMessage_givesWay() throws Exception {
    table.add(OutboxMessage.of("orders", BODY));
    table.run("UPDATE evenkeel_outbox SET created_at = created_at - 120000");
    List<Criticality> criticality = new ArrayList<>();
    relay(message -> criticality.add(CallContext.current().criticality())).round();
    assertThat(criticality).containsExactly(Criticality.SHEDDABLE_PLUS);
  }

  @Test
  void idTwice_isTheDatabasesError() throws Exception {
    table.add(OutboxMessage.of("orders", BODY).withId("id"));
    assertThatThrownBy(() -> table.add(OutboxMessage.of("orders", BODY).withId("id")))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void autoCommit_isRefused() throws Exception {
    try (Connection connection = table.source().getConnection()) {
      assertThatThrownBy(() -> Outbox.create().add(connection, OutboxMessage.of("orders", BODY)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("auto-commit (expected: ");
      assertThatThrownBy(() -> Inbox.of("shipping").isFirst(connection, "id"))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void badMessages_areRefused() {
    OutboxMessage message = OutboxMessage.of("orders", BODY);
    assertThatThrownBy(() -> OutboxMessage.of("", BODY)).hasMessageStartingWith("topic: ");
    assertThatThrownBy(() -> OutboxMessage.of("t".repeat(256), BODY))
        .hasMessage("topic: 256 characters (expected: 1 to 255)");
    assertThatThrownBy(() -> OutboxMessage.of("t", null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> Inbox.of("c".repeat(256))).hasMessageStartingWith("consumer: ");
    assertThatThrownBy(() -> message.withKey(" ")).hasMessageStartingWith("key: ");
    assertThatThrownBy(() -> message.withId("ü")).hasMessageStartingWith("idempotencyKey: ");
    assertThatThrownBy(() -> message.withHeader("a", null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> table.add(message.withHeader("a", "x".repeat(9_000))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: at most 8000");
  }

  @Test
  void inbox_knowsWhatItHasHandled_andOnlyIfThatWasCommitted() throws Exception {
    Inbox shipping = Inbox.of("shipping");
    try (Connection connection = table.source().getConnection()) {
      connection.setAutoCommit(false);
      assertThat(shipping.isFirst(connection, "a")).isTrue();
      assertThat(shipping.isFirst(connection, "a")).isFalse();
      connection.rollback();
      assertThat(shipping.isFirst(connection, "a")).isTrue();
      connection.commit();
      assertThat(shipping.isFirst(connection, "a")).isFalse();
      assertThat(Inbox.of("billing").isFirst(connection, "a")).isTrue();
      connection.commit();
      assertThat(shipping.forgetOlderThan(connection, Duration.ofDays(1))).isZero();
      table.run("UPDATE evenkeel_inbox SET received_at = received_at - 90000000");
      assertThat(shipping.forgetOlderThan(connection, Duration.ofDays(1))).isEqualTo(1);
      connection.commit();
      assertThat(shipping.isFirst(connection, "a")).isTrue();
    }
  }

  @Property
  void headers_comeBackAsTheyWere(@ForAll Map<String, String> headers) {
    Map<String, String> named = new HashMap<>(headers);
    named.remove("");
    Map<String, String> expected = new HashMap<>();
    named.forEach((name, value) -> expected.put(wellFormed(name), wellFormed(value)));
    assertThat(Headers.decode(Headers.encode(named))).isEqualTo(expected);
  }

  /** Half a surrogate pair has no UTF-8. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  @Property
  void anyText_isReadAsHeaders(@ForAll String text) {
    assertThat(Headers.decode(text)).isNotNull();
  }
}
