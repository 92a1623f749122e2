package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Gate;
import dev.evenkeel.core.GateState;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.RegistryListener;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.settings.LiveSettings.Current;
import dev.evenkeel.testkit.ManualKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LiveSettingsTest {

  private final ManualKernel kernel = ManualKernel.create();
  private final Pipelines pipelines = Pipelines.create(builder -> builder.kernel(kernel));
  private final LiveSettings live = LiveSettings.of(pipelines);
  private final AtomicReference<IllegalArgumentException> broken = new AtomicReference<>();

  @AfterEach
  void close() {
    pipelines.close();
  }

  private Pipeline pipeline(String name) {
    return pipelines.find(name).orElseThrow();
  }

  private Duration timeout(String name) {
    return pipeline(name).policy(Timeout.class).orElseThrow().duration();
  }

  @Test
  void apply_makesWhatIsMissing_andUpdatesWhatIsThere() {
    assertThat(live.current().version()).isZero();
    Settings first =
        Texts.settings("pipelines.a.timeout.duration=1s", "pipelines.b.timeout.duration=1s");
    Current current = live.apply(first);
    assertThat(current).isEqualTo(new Current(1, first)).isSameAs(live.current());
    Pipeline a = pipeline("a");
    long untouched = pipeline("b").version();

    Settings second =
        Texts.settings("pipelines.a.timeout.duration=2s", "pipelines.b.timeout.duration=1s");
    assertThat(live.apply(second).version()).isEqualTo(2);
    assertThat(pipeline("a")).isSameAs(a);
    assertThat(timeout("a")).isEqualTo(Duration.ofSeconds(2));
    assertThat(pipeline("b").version()).isEqualTo(untouched);
  }

  @Test
  void apply_theSameAgain_changesNothing() {
    live.apply(Texts.settings("pipelines.a.timeout.duration=1s"));
    long version = pipeline("a").version();
    Settings again = Texts.settings("pipelines=", "pipelines.a.timeout.duration=1000ms");
    assertThat(live.apply(again).version()).isEqualTo(1);
    assertThat(pipeline("a").version()).isEqualTo(version);
    assertThat(live.current().settings()).isSameAs(again);
  }

  @Test
  void apply_keepsTheStateOfABreaker() {
    live.apply(Texts.settings("pipelines.a.circuit-breaker.sliding-window-size=10"));
    breaker().forceOpen("maintenance");
    live.apply(Texts.settings("pipelines.a.circuit-breaker.sliding-window-size=20"));
    assertThat(breaker().state().kind()).isEqualTo(GateState.Kind.FORCED_OPEN);
  }

  private CircuitBreaker breaker() {
    return pipeline("a").policy(CircuitBreaker.class).orElseThrow();
  }

  @Test
  void apply_addsAndTakesOutPolicies() {
    live.apply(Texts.settings("pipelines.a.timeout.duration=1s"));
    live.apply(Texts.settings("pipelines.a.retry.max-attempts=2"));
    assertThat(pipeline("a").policy(Timeout.class)).isEmpty();
    assertThat(pipeline("a").policy(Retry.class)).isPresent();
  }

  @Test
  void apply_leavesWhatSettingsCannotSay() {
    Fallback fallback = Fallback.to("unknown");
    pipelines.getOrCreate("a", builder -> builder.policies(fallback, Timeout.ofMillis(100)));
    live.apply(Texts.settings("pipelines.a.timeout.duration=1s"));
    live.apply(Texts.settings("pipelines.a.timeout.duration=2s"));
    assertThat(timeout("a")).isEqualTo(Duration.ofSeconds(2));
    assertThat(pipeline("a").policies()).contains(fallback).hasSize(2);
  }

  @Test
  void apply_whatContradictsThePipeline_changesNothing() {
    pipelines.getOrCreate("b", builder -> builder.policies(Timeout.ofMillis(100)));
    live.apply(Texts.settings("pipelines.a.timeout.duration=1s"));
    LiveSettings customized = LiveSettings.of(
        pipelines,
        (name, policies) -> List.of(
            policies.get(0), Timeout.total(Duration.ofMillis(name.equals("b") ? 1 : 10_000))));
    assertThatThrownBy(() -> customized.apply(
            Texts.settings("pipelines.a.timeout.duration=2s", "pipelines.b.timeout.duration=2s")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("pipeline b")
        .hasMessageContaining("total timeout");
    assertThat(timeout("a")).isEqualTo(Duration.ofSeconds(1));
    assertThat(timeout("b")).isEqualTo(Duration.ofMillis(100));
    assertThat(customized.current().version()).isZero();
  }

  @Test
  void apply_whenMakingOneFails_takesTheOthersBack() {
    pipelines.close();
    Pipelines picky = Pipelines.create(builder -> {
      if (broken.get() != null) {
        throw broken.get();
      }
    });
    LiveSettings settings = LiveSettings.of(picky);
    settings.apply(Texts.settings("pipelines.old.timeout.duration=1s"));
    broken.set(new IllegalArgumentException("no more"));
    assertThatThrownBy(() -> settings.apply(Texts.settings(
            "pipelines.old.timeout.duration=2s", "pipelines.new.timeout.duration=1s")))
        .isSameAs(broken.get());
    assertThat(
            picky.find("old").orElseThrow().policy(Timeout.class).orElseThrow().duration())
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(picky.find("new")).isEmpty();
    assertThat(settings.current().version()).isEqualTo(1);
    broken.set(null);
    assertThat(settings
            .apply(Texts.settings(
                "pipelines.old.timeout.duration=2s", "pipelines.new.timeout.duration=1s"))
            .version())
        .isEqualTo(2);
    picky.close();
  }

  @Test
  void customizer_addsWhatOnlyCodeCanSay_eachTime() {
    LiveSettings customized = LiveSettings.of(pipelines, (name, policies) -> {
      List<Policy> all = new ArrayList<>(policies);
      all.add(Fallback.to(name));
      return all;
    });
    customized.apply(Texts.settings("pipelines.a.timeout.duration=1s"));
    customized.apply(Texts.settings("pipelines.a.timeout.duration=2s"));
    assertThat(pipeline("a").policies()).hasSize(2).hasAtLeastOneElementOfType(Fallback.class);
    assertThat(pipeline("a").<Object, RuntimeException>call(() -> {
          throw new IllegalStateException();
        }))
        .isEqualTo("a");
  }

  /** Changes in place, as limits and breakers do. */
  private static final class Quota implements Gate {
    @Override
    public Policy changedTo(Policy next) {
      return this;
    }

    @Override
    public long admit(CallView call, long nowNanos) {
      return 0;
    }

    @Override
    public void settle(CallView call, long permit, Verdict verdict, long nowNanos) {}

    @Override
    public String name() {
      return "quota";
    }
  }

  @Test
  void customizersGate_thatChangesInPlace_isThereOnce() {
    LiveSettings customized = LiveSettings.of(
        pipelines,
        (name, policies) ->
            Stream.concat(policies.stream(), Stream.of(new Quota())).toList());
    for (int seconds = 1; seconds <= 4; seconds++) {
      customized.apply(Texts.settings("pipelines.a.timeout.duration=" + seconds + "s"));
      assertThat(pipeline("a").policies()).hasSize(2).hasAtLeastOneElementOfType(Quota.class);
    }
  }

  @Test
  void aChangeThatAPolicyCannotTake_isRefusedWhole() {
    live.apply(Texts.settings(
        "pipelines.a.timeout.duration=1s",
        "pipelines.z.circuit-breaker.per-key=true",
        "pipelines.z.circuit-breaker.max-keys=10"));
    assertThatThrownBy(() -> live.apply(Texts.settings(
            "pipelines.a.timeout.duration=2s",
            "pipelines.b.timeout.duration=2s",
            "pipelines.z.circuit-breaker.per-key=true",
            "pipelines.z.circuit-breaker.max-keys=20")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("pipeline z")
        .hasMessageContaining("maxKeys 20");
    assertThat(timeout("a")).isEqualTo(Duration.ofSeconds(1));
    assertThat(pipelines.find("b")).isEmpty();
    assertThat(live.current().version()).isEqualTo(1);
  }

  @Test
  void limits_changeInPlace() {
    live.apply(Texts.settings("pipelines.a.concurrency-limit.max-concurrent-calls=1"));
    ConcurrencyLimit limit = pipeline("a").policy(ConcurrencyLimit.class).orElseThrow();
    live.apply(Texts.settings("pipelines.a.concurrency-limit.max-concurrent-calls=2"));
    assertThat(pipeline("a").policy(ConcurrencyLimit.class).orElseThrow().maxConcurrentCalls())
        .isEqualTo(2);
    assertThat(pipeline("a").policies()).containsExactly(limit);
    assertThat(pipeline("a").version()).isEqualTo(2);
  }

  @Test
  void aPipelineThatIsNotNamedAnyMore_keepsWhatItHad() {
    live.apply(
        Texts.settings("pipelines.a.timeout.duration=1s", "pipelines.b.timeout.duration=1s"));
    assertThat(live.apply(Texts.settings("pipelines.b.timeout.duration=1s")).version())
        .isEqualTo(2);
    assertThat(timeout("a")).isEqualTo(Duration.ofSeconds(1));
    live.apply(
        Texts.settings("pipelines.a.timeout.duration=3s", "pipelines.b.timeout.duration=1s"));
    assertThat(timeout("a")).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void aPipelineThatWasRemoved_isMadeAgain() {
    Settings settings = Texts.settings("pipelines.a.timeout.duration=1s");
    live.apply(settings);
    pipelines.remove("a");
    assertThat(live.apply(settings).version()).isEqualTo(2);
    assertThat(timeout("a")).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void apply_fromAListener_isRefused() {
    AtomicReference<Throwable> heard = new AtomicReference<>();
    pipelines.addListener(new RegistryListener() {
      @Override
      public void onPipelineAdded(Pipeline pipeline) {
        try {
          live.apply(Texts.settings());
        } catch (IllegalStateException refused) {
          heard.set(refused);
        }
      }
    });
    live.apply(Texts.settings("pipelines.a.timeout.duration=1s"));
    assertThat(heard.get()).hasMessageContaining("while settings are applied");
  }

  @Test
  void apply_toAClosedRegistry_isRefused() {
    pipelines.close();
    assertThatThrownBy(() -> live.apply(Texts.settings("pipelines.a.timeout.duration=1s")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
