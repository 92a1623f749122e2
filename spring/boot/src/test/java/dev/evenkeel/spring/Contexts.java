package dev.evenkeel.spring;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What the tests of this package share. */
public final class Contexts {

  private Contexts() {}

  /** A context with the auto-configuration, and nothing else. */
  public static ApplicationContextRunner runner() {
    return new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(EvenkeelAutoConfiguration.class));
  }

  /** What the log says of a start that failed. */
  public static FailureAnalysis analysis(Throwable failure) {
    FailureAnalysis analysis = new InvalidResilienceFailureAnalyzer().analyze(failure);
    if (analysis == null) {
      throw new AssertionError("no analysis", failure);
    }
    return analysis;
  }
}
