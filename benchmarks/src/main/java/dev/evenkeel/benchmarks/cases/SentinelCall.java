package dev.evenkeel.benchmarks.cases;

import com.alibaba.csp.sentinel.Entry;
import com.alibaba.csp.sentinel.SphU;
import com.alibaba.csp.sentinel.Tracer;
import com.alibaba.csp.sentinel.node.ClusterNode;
import com.alibaba.csp.sentinel.slots.block.BlockException;
import com.alibaba.csp.sentinel.slots.block.RuleConstant;
import com.alibaba.csp.sentinel.slots.block.degrade.DegradeRule;
import com.alibaba.csp.sentinel.slots.block.degrade.DegradeRuleManager;
import com.alibaba.csp.sentinel.slots.block.flow.FlowRule;
import com.alibaba.csp.sentinel.slots.block.flow.FlowRuleManager;
import com.alibaba.csp.sentinel.slots.clusterbuilder.ClusterBuilderSlot;
import java.util.List;

/**
 * A call inside an entry of Sentinel's. Its statistics, which it keeps for every resource, are part
 * of its price.
 */
public class SentinelCall {

  static final String RESOURCE = "benchmark";

  final Dependency dependency = new Dependency();

  SentinelCall() {}

  final String call() throws BlockException {
    Entry entry = SphU.entry(RESOURCE);
    try {
      return dependency.answer();
    } catch (Throwable failure) {
      Tracer.traceEntry(failure, entry);
      throw failure;
    } finally {
      entry.exit();
    }
  }

  final void verifyPasses() {
    Verify.reaches(dependency, this::call);
    ClusterNode node = ClusterBuilderSlot.getClusterNode(RESOURCE);
    Verify.that(node != null && node.totalRequest() > 0, "calls were counted");
  }

  /** Its breaker has a time window only. */
  static void breaker() {
    DegradeRuleManager.loadRules(List.of(new DegradeRule(RESOURCE)
        .setGrade(RuleConstant.DEGRADE_GRADE_EXCEPTION_RATIO)
        .setCount(0.5)
        .setMinRequestAmount(Settings.WINDOW)
        .setStatIntervalMs(Settings.WINDOW_SECONDS * 1_000)
        .setTimeWindow((int) Settings.OPEN.toSeconds())));
    Verify.that(DegradeRuleManager.hasConfig(RESOURCE), "the breaker's rule is loaded");
  }

  static void concurrencyLimit() {
    limit(RuleConstant.FLOW_GRADE_THREAD, Settings.CONCURRENT_CALLS);
  }

  static void rateLimit(int callsPerSecond) {
    limit(RuleConstant.FLOW_GRADE_QPS, callsPerSecond);
  }

  private static void limit(int grade, int most) {
    FlowRule rule = new FlowRule(RESOURCE);
    rule.setGrade(grade).setCount(most);
    FlowRuleManager.loadRules(List.of(rule));
    Verify.that(FlowRuleManager.hasConfig(RESOURCE), "the limit's rule is loaded");
  }
}
