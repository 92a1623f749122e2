package dev.evenkeel.testkit;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.StatefulGate;
import org.jspecify.annotations.Nullable;

/** Entry to AssertJ assertions for pipelines and for gates with a state. */
public final class EvenkeelAssertions {

  private EvenkeelAssertions() {}

  /**
   * Asserts on a breaker or another gate with a state.
   *
   * @param actual the gate
   * @return its assertions
   */
  public static StatefulGateAssert assertThat(@Nullable StatefulGate actual) {
    return new StatefulGateAssert(actual);
  }

  /**
   * Asserts on a pipeline.
   *
   * @param actual the pipeline
   * @return its assertions
   */
  public static PipelineAssert assertThat(@Nullable Pipeline actual) {
    return new PipelineAssert(actual);
  }

  /**
   * Assertions on a comeback.
   *
   * @param figures what was measured
   * @return the assertions
   */
  public static ComebackAssert assertThat(ComebackFigures figures) {
    return new ComebackAssert(figures);
  }
}
