package dev.evenkeel.kit;

import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * What the kit asks for and our client does not do on purpose: such a test is reported as aborted,
 * with the reason, but only if it fails by that. For anything else it fails as any other. One test
 * sends to an address outside this machine, and is not run.
 */
final class ExplainedFailures implements ExecutionCondition, TestExecutionExceptionHandler {

  private record Explanation(String sign, String reason) {}

  private static final Explanation NO_EVENT = new Explanation(
      "to have an exception event",
      "exceptions as span events are deprecated: error.type says what it was");

  private static final Map<String, Explanation> BY_TEST = Map.of(
      "connectionErrorUnopenedPort",
      NO_EVENT,
      "connectionErrorUnopenedPortWithCallback",
      new Explanation("to satisfy all the consumers in any order", NO_EVENT.reason()),
      "readTimedOut",
      NO_EVENT,
      "httpClientMetrics",
      new Explanation("Expecting any element of:\n  []", "spans only: no HTTP metrics here"));

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    boolean leaves = context
        .getTestMethod()
        .filter(test -> test.getName().equals("connectionErrorNonRoutableAddress"))
        .isPresent();
    return leaves
        ? ConditionEvaluationResult.disabled("only this machine's own addresses")
        : ConditionEvaluationResult.enabled("stays on this machine");
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    Explanation expected = BY_TEST.get(context.getRequiredTestMethod().getName());
    String message = String.valueOf(failure.getMessage());
    if (expected != null && message.contains(expected.sign())) {
      throw new TestAbortedException(expected.reason(), failure);
    }
    throw failure;
  }
}
