package dev.evenkeel.examples.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JourneyTest {

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
  void threeProcesses_oneTrace(@TempDir Path folder) throws Exception {
    Path page = folder.resolve("journey.html");

    Journey.main(new String[] {page.toString()});

    assertThat(Files.readString(page))
        .contains("stock SERVER GET /stock", "Stock is slow", "gives up", "Stock sheds")
        .doesNotContain("http-equiv", "src=");
  }

  private static Hop hop(String span, String parent, long begin, long end, long left) {
    return new Hop("stock", "SERVER", "GET /x", "t", span, parent, begin, end, left, "200");
  }
}
