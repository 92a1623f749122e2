package dev.evenkeel.examples.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {

  @Test
  void hop_readsWhatItWrites() {
    Hop hop = hop("a", "", 10, 2_010, 300);

    assertThat(Hop.parse(hop.toLine())).contains(hop);
    assertThat(hop.millis()).isEqualTo(2);
    assertThat(Hop.parse("PORT\t80")).isEmpty();
    assertThat(Hop.parse(null)).isEmpty();
  }

  @Test
  void tree_putsEachHopBelowItsCause() {
    List<Tree.Row> rows =
        Tree.rows(List.of(hop("c", "b", 3, 4, 1), hop("b", "a", 2, 5, 2), hop("a", "0", 1, 6, 3)));

    assertThat(rows).extracting(row -> row.hop().span()).containsExactly("a", "b", "c");
    assertThat(rows).extracting(Tree.Row::depth).containsExactly(0, 1, 2);
    assertThat(Tree.text(rows)).contains("time left     3 ms");
  }

  @Test
  void order_readsWhatItWrites() {
    Order order = new Order("order-7", 20, true);

    assertThat(Order.isOne(order.toQuery())).isTrue();
    assertThat(Order.isOne("work=20")).isFalse();
    assertThat(Order.parse(order.toQuery())).isEqualTo(order);
  }

  @Test
  void options_areRead() {
    Options options = Options.parse(
        "--broker",
        "amqp://guest:guest@localhost",
        "--page",
        "a.html",
        "--quick",
        "--database",
        "jdbc:postgresql://localhost:5432/test?user=postgres");

    assertThat(options.broker()).isEqualTo("amqp://guest:guest@localhost");
    assertThat(options.database()).contains("5432");
    assertThat(options.page()).hasToString("a.html");
    assertThat(options.quick()).isTrue();
    assertThat(Options.parse().broker()).isEmpty();
  }

  @Test
  void optionsThatAreNone_areRefused() {
    assertThatThrownBy(() -> Options.parse("--color", "red"))
        .hasMessageContaining("--color: not known");
    assertThatThrownBy(() -> Options.parse("--page")).hasMessageContaining("without a value");
    assertThatThrownBy(() -> Options.parse("--broker", "localhost"))
        .hasMessageContaining("--broker: localhost (expected: --broker amqp://");
    assertThatThrownBy(() -> Options.parse("--database", "jdbc:postgresql://localhost/test"))
        .hasMessageContaining("host:port");
  }

  private static Hop hop(String span, String parent, long begin, long end, long left) {
    return new Hop("stock", "SERVER", "GET /x", "t", span, parent, begin, end, left, "200");
  }
}
