package dev.evenkeel.examples.comeback;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What stands between one node's callers and the service: the only thing in which the pairs differ.
 */
interface Protection {

  /**
   * Makes one user's call: none, one or several attempts. A failed stage is a user without an
   * answer.
   */
  CompletionStage<Integer> call(Supplier<CompletionStage<Integer>> attempt);
}
