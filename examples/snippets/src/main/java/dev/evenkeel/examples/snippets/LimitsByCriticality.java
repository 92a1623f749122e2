package dev.evenkeel.examples.snippets;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallRefusedException;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.limits.AdaptiveLimit;
import dev.evenkeel.limits.RateLimit;
import dev.evenkeel.testkit.ManualKernel;
import dev.evenkeel.testkit.ScriptedDependency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A quota that is used up; and a full server, which still answers the calls that matter. */
public final class LimitsByCriticality {

  private LimitsByCriticality() {}

  /**
   * Runs it.
   *
   * @param args none
   */
  public static void main(String[] args) {
    ManualKernel kernel = ManualKernel.create();
    ScriptedDependency<String> service = ScriptedDependency.on(kernel);

    // guide: quota
    Pipeline quota = Pipeline.builder("partner")
        .kernel(kernel)
        .policies(Timeout.ofMillis(300), RateLimit.of(3, Duration.ofSeconds(1)))
        .build();
    // end
    for (int call = 1; call <= 4; call++) {
      System.out.println(
          "call " + call + ": " + quota.call(service::call, LimitsByCriticality::refusal));
    }

    Pipeline search = Pipeline.builder("search")
        .kernel(kernel)
        .policies(Timeout.ofMillis(300), AdaptiveLimit.of(10, 10, 10))
        .build();
    service.hang();
    List<CompletableFuture<String>> searches = new ArrayList<>();
    for (int call = 1; call <= 8; call++) {
      searches.add(search.callAsync(service::callAsync));
    }
    searches.subList(4, 8).forEach(answer -> answer.cancel(true)); // four users give up
    for (int call = 1; call <= 3; call++) { // 4 of 10 are under way; lately users needed 8
      // guide: shed
      CompletableFuture<String> prefetch = CallContext.current()
          .withCriticality(Criticality.SHEDDABLE)
          .call(() -> search.callAsync(service::callAsync));
      // end
      System.out.println("prefetch " + call + ": "
          + prefetch.handle((answer, failure) -> refusal(failure)).getNow("under way"));
    }
    service.succeed();
    System.out.println(
        "a user's search: " + search.call(service::call, LimitsByCriticality::refusal));
  }

  private static String refusal(Throwable failure) {
    return failure instanceof CallRefusedException refused
        ? refused.reason() + ", again after " + refused.retryAfter()
        : failure.toString();
  }

  // Prints:
  // call 1: ok
  // call 2: ok
  // call 3: ok
  // call 4: RATE_LIMIT, again after PT1S
  // prefetch 1: under way
  // prefetch 2: under way
  // prefetch 3: LOAD_SHED, again after PT0S
  // a user's search: ok
}
