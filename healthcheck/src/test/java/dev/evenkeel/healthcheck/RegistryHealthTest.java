package dev.evenkeel.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.PerKey;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Timeout;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All pipelines of a registry are looked at, as they come and go. */
class RegistryHealthTest {

  private final Lab lab = new Lab();
  private final PipelineWatch watch = PipelineWatch.create();
  private final Pipelines pipelines =
      Pipelines.create(builder -> builder.kernel(lab.kernel).listener(watch));

  private Pipeline withBreaker(String name) {
    return pipelines.getOrCreate(
        name,
        builder -> builder.policies(
            Timeout.cooperative(Duration.ofSeconds(1)), CircuitBreaker.standard()));
  }

  private static List<String> names(Health health) {
    return health.snapshot().checks().stream().map(CheckSnapshot::name).sorted().toList();
  }

  @Test
  void pipelinesOfARegistry_areLookedAt_asLongAsTheyAreInIt() {
    withBreaker("before");
    Health health = lab.builder().watch(watch).pipelines(pipelines, Group.READY).start();
    Pipeline later = withBreaker("later");
    pipelines.getOrCreate("plain", builder -> {});
    pipelines.getOrCreate("keys", b -> b.policies(PerKey.of(CircuitBreaker::standard)));
    assertThat(names(health)).containsExactly("before", "keys", "later");
    lab.settle();
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.UP);
    for (int i = 0; i < 50; i++) {
      String unused = later.callOrElse(
          () -> {
            throw new IOException("down");
          },
          "-");
    }
    lab.advanceSeconds(1);
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.DOWN);
    CheckSnapshot seen = health.snapshot().checks().stream()
        .filter(check -> check.name().equals("later"))
        .findFirst()
        .orElseThrow();
    assertThat(seen.cause()).isNotNull();
    assertThat(watch.figures("later").lastFailure()).isNotNull();
    later.close();
    assertThat(watch.figures("later").lastFailure()).as("forgotten").isNull();
    pipelines.remove("before");
    assertThat(names(health)).containsExactly("keys");
    assertThat(Lab.status(health, Group.READY)).isEqualTo(Status.UP);
    withBreaker("later");
    assertThat(names(health)).containsExactly("keys", "later");
    health.close();
    withBreaker("after");
    assertThat(names(health)).doesNotContain("after");
  }

  @Test
  void nameThatACheckHasAlready_isNotLookedAtTwice() {
    withBreaker("taken");
    Health health = lab.builder()
        .check(Check.shared("taken", () -> {}))
        .pipelines(pipelines)
        .start();
    assertThat(names(health)).containsExactly("taken");
    assertThat(pipelines.remove("taken")).isPresent();
    assertThat(names(health)).as("the check stays").containsExactly("taken");
  }

  @Test
  void groupsAreCheckedAtTheStart() {
    assertThatThrownBy(() -> lab.builder().pipelines(pipelines, Group.LIVE))
        .hasMessageStartingWith("group: \"live\" for the SHARED check");
    assertThatThrownBy(() -> lab.builder().pipelines(pipelines, "unknown").start())
        .hasMessageStartingWith("group: \"unknown\"");
  }
}
