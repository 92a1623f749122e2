package dev.evenkeel.spring;

import java.util.List;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is wrong and what to write, instead of a stack trace. */
final class InvalidResilienceFailureAnalyzer
    extends AbstractFailureAnalyzer<InvalidResilienceException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, InvalidResilienceException cause) {
    List<Problem> problems = cause.problems();
    if (problems.size() == 1) {
      Problem only = problems.get(0);
      return new FailureAnalysis(only.where() + "\n\n" + only.wrong(), only.action(), cause);
    }
    StringBuilder description =
        new StringBuilder().append(problems.size()).append(" things are wrong:");
    StringBuilder action = new StringBuilder();
    for (int i = 0; i < problems.size(); i++) {
      Problem problem = problems.get(i);
      String number = (i + 1) + ". ";
      description.append("\n\n").append(number).append(problem.where());
      description.append("\n").append(problem.wrong().indent(3).stripTrailing());
      action.append(i == 0 ? "" : "\n").append(number).append(problem.action());
    }
    return new FailureAnalysis(description.toString(), action.toString(), cause);
  }
}
