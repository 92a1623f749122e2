package dev.evenkeel.spring;

import java.util.List;
import java.util.stream.Collectors;

/** What is wrong with the application's use of Evenkeel, all at once. */
final class InvalidResilienceException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  InvalidResilienceException(List<Problem> problems) {
    super(problems.stream()
        .map(problem -> problem.where() + ": " + problem.wrong() + " " + problem.action())
        .collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  InvalidResilienceException(List<Problem> problems, Throwable cause) {
    this(problems);
    initCause(cause);
  }

  List<Problem> problems() {
    return problems;
  }
}
