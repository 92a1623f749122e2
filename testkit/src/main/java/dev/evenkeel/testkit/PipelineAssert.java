package dev.evenkeel.testkit;

import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions on the build of a pipeline. */
public final class PipelineAssert extends AbstractAssert<PipelineAssert, Pipeline> {

  PipelineAssert(@Nullable Pipeline actual) {
    super(actual, PipelineAssert.class);
  }

  /**
   * Its policies are nested in this order.
   *
   * @param names the policies' names, outermost first
   * @return this
   */
  public PipelineAssert isNestedAs(String... names) {
    isNotNull();
    List<String> nesting = actual.policies().stream().map(Policy::name).toList();
    if (!nesting.equals(List.of(names))) {
      failWithMessage(
          "%s: expected the nesting %s but was %s", actual.name(), List.of(names), nesting);
    }
    return this;
  }

  /**
   * Nothing is doubtful about its policies.
   *
   * @return this
   */
  public PipelineAssert hasNoWarnings() {
    isNotNull();
    if (!actual.warnings().isEmpty()) {
      failWithMessage("%s: expected no warnings but had %s", actual.name(), actual.warnings());
    }
    return this;
  }

  /**
   * One of its warnings contains a text.
   *
   * @param text the text
   * @return this
   */
  public PipelineAssert hasWarningContaining(String text) {
    isNotNull();
    if (actual.warnings().stream().noneMatch(warning -> warning.contains(text))) {
      failWithMessage(
          "%s: expected a warning with \"%s\" but had %s", actual.name(), text, actual.warnings());
    }
    return this;
  }
}
