package dev.evenkeel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.benchmarks.Target.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckTest {

  private final Results results = new Results();

  CheckTest() {
    results.about("jdk", "25.0.1");
    results.add(new Result("stack/evenkeel", 1, 50, 49, 51, 0.4));
    results.add(new Result("stack/peer", 1, 100, 99, 101, 120));
    results.add(new Result("memory/evenkeel", 1, Double.NaN, Double.NaN, Double.NaN, 900));
  }

  @Test
  void ratio_isMetUpToItsLimit() {
    assertThat(check("stack,ns,1,stack/evenkeel,0.5,stack/peer,").met()).isTrue();
    Outcome missed = check("stack,ns,1,stack/evenkeel,0.49,stack/peer,");
    assertThat(missed.met()).isFalse();
    assertThat(missed.line())
        .isEqualTo("MISSED stack, 1 thread: 50.0 ns, at most 49.0 ns"
            + " (0.500 of stack/peer's 100 ns, at most 0.490)");
  }

  @Test
  void absolute_isMetUpToItsLimit() {
    assertThat(check("stack,ns,1,stack/evenkeel,50,,").line())
        .isEqualTo("met    stack, 1 thread: 50.0 ns, at most 50.0 ns");
    assertThat(check("stack,ns,1,stack/evenkeel,49.9,,").met()).isFalse();
    assertThat(check("memory,bytes,1,memory/evenkeel,899,,").met()).isFalse();
  }

  @Test
  void bytes_areComparedWhole() {
    assertThat(check("allocation,bytes,1,stack/evenkeel,0,,").met()).isTrue();
    results.add(new Result("stack/evenkeel", 1, 50, 49, 51, 0.6));
    assertThat(check("allocation,bytes,1,stack/evenkeel,0,,").met()).isFalse();
  }

  @Test
  void missingFigure_missesItsTarget() {
    Outcome ours = check("stack,ns,2,stack/evenkeel,0.5,stack/peer,");
    assertThat(ours.met()).isFalse();
    assertThat(ours.line()).contains("no figure for stack/evenkeel with 2 threads");
    assertThat(check("stack,ns,1,stack/evenkeel,0.5,stack/nobody,").line())
        .contains("no figure for stack/nobody");
  }

  @Test
  void timeThatWasNotTaken_missesItsTarget() {
    assertThat(check("memory,ns,1,memory/evenkeel,1000000,,").met()).isFalse();
  }

  @Test
  void targetsForAnotherJdk_areLeftOut() {
    List<Target> targets =
        Target.parse("a,bytes,1,stack/evenkeel,0,,>=21\nb,bytes,1,stack/evenkeel,24,,<21");
    assertThat(Check.check(targets, results))
        .singleElement()
        .satisfies(outcome -> assertThat(outcome.line()).contains(" a, "));
    results.about("jdk", "17.0.15");
    assertThat(Check.check(targets, results))
        .singleElement()
        .satisfies(outcome -> assertThat(outcome.line()).contains(" b, "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a,ns,1,b/c,0.5,d/e",
        "a,ms,1,b/c,0.5,d/e,",
        "a,ns,one,b/c,0.5,d/e,",
        "a,ns,1,b/c,half,d/e,",
        "a,ns,1,b/c,0.5,d/e,18"
      })
  void parse_namesALineThatIsNoTarget(String line) {
    assertThatThrownBy(() -> Target.parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("target: " + line + " (expected: name,measure,");
  }

  /** A target whose benchmark was renamed would be missed only after a long run. */
  @Test
  void targetsFile_namesBenchmarksThatExist() throws IOException {
    List<Target> targets = Target.parse(Files.readString(Path.of("targets.csv")));
    assertThat(targets).isNotEmpty();
    for (Target target : targets) {
      assertThat(Run.names()).contains(target.ours());
      if (target.peer() != null) {
        assertThat(Run.names()).contains(target.peer());
      }
    }
  }

  @Test
  void table_showsRatiosToOurs() {
    assertThat(Table.of(results))
        .contains("## stack")
        .contains("| evenkeel | 50.0 | 0 | 1.00 | | | |")
        .contains("| peer | 100 | 120 | 2.00 | | | |");
  }

  private Outcome check(String target) {
    return Check.check(Target.parse(target), results).get(0);
  }
}
