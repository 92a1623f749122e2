package dev.evenkeel.examples.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole journey, embedded and with a short outage. */
class JourneyTest {

  @Test
  @Timeout(600)
  void requestsAndOrders_areWhatTheyAreSaidToBe(@TempDir Path folder) throws Exception {
    Path page = folder.resolve("journey.html");

    List<Scene> scenes = Journey.play(Options.parse("--quick"));

    assertThat(scenes).hasSize(8);
    ordersGoThroughTheQueueIntoTheDatabase(scenes.get(4));
    expiredOrderIsNotWorkedOn(scenes.get(5));
    slowStatementIsCut(scenes.get(6));
    shippingPausesAndRamps(scenes.get(7));
    Journey.write(scenes, page);
    assertThat(Files.readString(page))
        .contains("stock SERVER GET /stock", "Stock is slow", "gives up", "Stock sheds")
        .contains("shipping CONSUMER process", "expires in the queue", "shipped", "PAUSED")
        .doesNotContain("http-equiv", "src=");
  }

  private static void ordersGoThroughTheQueueIntoTheDatabase(Scene scene) {
    List<String> path = scene.rows().stream()
        .map(row -> row.hop().service() + " " + row.hop().kind())
        .toList();
    assertThat(path)
        .as(scene.text())
        .containsExactly(
            "client CLIENT",
            "gateway SERVER",
            "gateway CLIENT",
            "orders SERVER",
            "orders PRODUCER",
            "shipping CONSUMER",
            "shipping INTERNAL",
            "shipping CLIENT");
    assertThat(scene.rows())
        .as("each below its cause")
        .extracting(Tree.Row::depth)
        .isSorted();
    assertThat(scene.rows())
        .extracting(row -> row.hop().trace())
        .containsOnly(scene.rows().get(0).hop().trace());
    assertThat(scene.rows())
        .as("the deadline goes along: %s", scene.text())
        .allSatisfy(row -> assertThat(row.hop().timeLeftMillis()).isBetween(0L, 2_000L));
  }

  private static void expiredOrderIsNotWorkedOn(Scene scene) {
    assertThat(scene.outcome("shipping", "process")).as(scene.text()).isEqualTo("expired");
    assertThat(scene.rows()).as(scene.text()).noneMatch(row -> row.hop().kind().equals("INTERNAL"));
  }

  private static void slowStatementIsCut(Scene scene) {
    assertThat(scene.outcome("shipping", "SELECT")).as(scene.text()).isEqualTo("timeout");
    assertThat(scene.outcome("shipping", "process")).as(scene.text()).isEqualTo("expired");
  }

  private static void shippingPausesAndRamps(Scene scene) {
    List<Scene.Second> seconds = scene.seconds();
    String states = seconds.stream().map(Scene.Second::state).collect(Collectors.joining(" "));
    assertThat(states).as(scene.text()).startsWith("CONSUMING").contains("PAUSED");
    assertThat(states).as(scene.text()).endsWith("CONSUMING");
    assertThat(seconds.stream().mapToLong(Scene.Second::queued).max().orElse(0))
        .as("what waited in the queue: %s", scene.text())
        .isPositive();
    assertThat(seconds.get(seconds.size() - 1).queued()).isZero();
  }
}
