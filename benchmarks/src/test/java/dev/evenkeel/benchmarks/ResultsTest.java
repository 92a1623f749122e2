package dev.evenkeel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ResultsTest {

  @Test
  void csv_comesBackAsItWasWritten() {
    Results results = new Results();
    results.about("jdk", "25.0.1, x");
    results.about("peers", "failsafe 3.3.2, spring-core 7");
    results.add(new Result("full-stack/evenkeel", 1, 54.25, 50, 60.5, 0));
    results.add(new Result("full-stack/evenkeel", 2, 80, 79, 81, 24));
    results.add(new Result("retained-memory/evenkeel", 1, Double.NaN, Double.NaN, Double.NaN, 900));

    Results read = Results.parse(results.toCsv());

    assertThat(read.all()).containsExactlyInAnyOrderElementsOf(results.all());
    assertThat(read.about()).isEqualTo(results.about());
    assertThat(read.jdk()).isEqualTo(25);
    assertThat(read.toCsv()).isEqualTo(results.toCsv());
  }

  @Test
  void add_replacesAnOlderFigure() {
    Results results = new Results();
    results.add(new Result("a/b", 1, 1, 1, 1, 0));
    results.add(new Result("a/b", 1, 2, 2, 2, 0));
    assertThat(results.all()).containsExactly(new Result("a/b", 1, 2, 2, 2, 0));
  }

  @Test
  void jdk_isUnknownWithoutALineAboutIt() {
    assertThat(Results.parse("").jdk()).isZero();
  }

  @Test
  void parse_namesALineThatIsNoneOfOurs() {
    assertThatThrownBy(() -> Results.parse("a,b,1,2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a,b,1,2 (expected: case,contender,");
    assertThatThrownBy(() -> Results.parse("a,b,one,2,2,2,0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a,b,one");
  }

  @Test
  void kebab_ofClassesAndMethods() {
    assertThat(Run.kebab("FullStack")).isEqualTo("full-stack");
    assertThat(Run.kebab("resilience4jPool")).isEqualTo("resilience4j-pool");
  }

  @Test
  void versions_areReadFromTheJarsNames() {
    String separator = java.io.File.pathSeparator;
    assertThat(Machine.versions(String.join(
            separator,
            "/x/classes",
            "/y/failsafe-3.3.2.jar",
            "/y/spring-core-7.0.10.jar",
            "/y/z-1.jar")))
        .containsExactly("failsafe 3.3.2", "spring-core 7.0.10");
  }

  @Test
  void totalBytes_areInTheLastLineOfAHistogram() {
    assertThat(RetainedMemory.totalBytes(
            " num  #instances\n 1: 2 3 [B\nTotal         12        3456\n"))
        .isEqualTo(3456);
    assertThatThrownBy(() -> RetainedMemory.totalBytes("none"))
        .isInstanceOf(IllegalStateException.class);
  }
}
