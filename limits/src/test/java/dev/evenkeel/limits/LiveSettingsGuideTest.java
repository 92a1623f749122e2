package dev.evenkeel.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineEvent;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Refusal;
import dev.evenkeel.core.RefusalReason;
import dev.evenkeel.core.SettingsChange;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.retry.Retry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What docs/guide/live-settings.md shows is what the build compiles and runs. */
class LiveSettingsGuideTest {

  static long stricter(Pipeline inventory) {
    return inventory.update(
        Timeout.ofMillis(200),
        Retry.jittered(2),
        CircuitBreaker.of(CircuitBreakerConfig.custom().failureRateThreshold(30).build()),
        ConcurrencyLimit.of(20));
  }

  static final class DailyQuota implements Gate {
    private final AtomicLong used = new AtomicLong();
    private volatile long most;

    DailyQuota(long most) {
      this.most = most;
    }

    @Override
    public Policy changedTo(Policy next) {
      most = ((DailyQuota) next).most; // always a DailyQuota
      return this; // with what was used already
    }

    @Override
    public long admit(CallView call, long nowNanos) {
      return used.incrementAndGet() <= most ? 0 : Refusal.of(RefusalReason.OTHER);
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

    @Override
    public String name() {
      return "daily-quota";
    }
  }

  static PipelineListener audit(Logger log) {
    return new PipelineListener() {
      @Override
      public void onSettingsChange(SettingsChange change) {
        log.info(
            "{}: settings {}: {} -> {}",
            change.pipelineName(),
            change.version(),
            change.before(),
            change.after());
      }
    };
  }

  @Test
  void codeOfTheGuide_isCodeOfThisClass() throws Exception {
    String source = squeezed(
        Files.readString(Path.of("src/test/java/dev/evenkeel/limits/LiveSettingsGuideTest.java")));
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Path.of("../docs/guide/live-settings.md")));
    int blocks = 0;
    while (block.find()) {
      String code = squeezed(block.group(1));
      assertThat(source).contains(code.startsWith("finalclass") ? "static" + code : code);
      blocks++;
    }
    assertThat(blocks).isEqualTo(3);
  }

  /** Lines are broken where the page wants it. */
  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void whatTheGuideShows_works() {
    Pipeline inventory = Pipeline.of("guide", Timeout.ofMillis(300));
    PipelineListener audit = audit(LoggerFactory.getLogger(LiveSettingsGuideTest.class));
    inventory.addListener(audit);
    assertThat(audit.events()).containsExactly(PipelineEvent.SETTINGS_CHANGE);
    assertThat(stricter(inventory)).isEqualTo(2);
    assertThat(inventory.describe()).contains("200 ms", "30 %", "concurrency-limit(20)");
    long unused = inventory.update(new DailyQuota(1));
    assertThat(inventory.callOrElse(() -> "in", "refused")).isEqualTo("in");
    assertThat(inventory.callOrElse(() -> "in", "refused")).isEqualTo("refused");
    long unusedToo = inventory.update(new DailyQuota(3));
    assertThat(inventory.callOrElse(() -> "in", "refused")).isEqualTo("in");
  }
}
