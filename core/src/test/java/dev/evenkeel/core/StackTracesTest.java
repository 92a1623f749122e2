package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Stack traces on request, and what a refusal says of its key. */
class StackTracesTest {

  private static Gate refusing() {
    RecordingGate gate = new RecordingGate();
    gate.refusal = Refusal.of(RefusalReason.CONCURRENCY_LIMIT);
    return gate;
  }

  @Test
  void onRequest_theCallersFramesAreThere() {
    Pipeline pipeline = Pipeline.builder("p").policies(refusing()).stackTraces().build();
    assertThatThrownBy(() -> pipeline.run(() -> {}))
        .isInstanceOf(CallRefusedException.class)
        .satisfies(refused -> assertThat(refused.getStackTrace())
            .isNotEmpty()
            .noneMatch(frame -> frame.getClassName().equals(Pipeline.class.getName())));
  }

  @Test
  void exceptionOfAPipelineInside_keepsItsOwn() {
    Pipeline inner =
        Pipeline.builder("inner").policies(refusing()).stackTraces().build();
    Pipeline outer = Pipeline.builder("outer").stackTraces().build();
    StackTraceElement[][] seen = new StackTraceElement[1][];
    assertThatThrownBy(() -> outer.run(() -> {
          try {
            inner.run(() -> {});
          } catch (CallRefusedException refused) {
            seen[0] = refused.getStackTrace();
            throw refused;
          }
        }))
        .satisfies(refused -> assertThat(refused.getStackTrace()).isEqualTo(seen[0]));
  }

  @Test
  void withoutRequest_andInAFuture_thereAreNone() {
    assertThatThrownBy(() -> Pipeline.of("p", refusing()).run(() -> {}))
        .satisfies(refused -> assertThat(refused.getStackTrace()).isEmpty());
    Pipeline traced = Pipeline.builder("p").policies(refusing()).stackTraces().build();
    assertThat(traced
            .callAsync(() -> CompletableFuture.completedFuture("never"))
            .handle((result, failure) -> failure.getStackTrace().length))
        .isCompletedWithValue(0);
  }

  @Test
  void refusal_namesTheKey() {
    Pipeline pipeline = Pipeline.of("p", PerKey.of(StackTracesTest::refusing));
    assertThatThrownBy(() -> pipeline.forKey("host-a").run(() -> {}))
        .isInstanceOfSatisfying(CallRefusedException.class, refused -> {
          assertThat(refused.key()).isEqualTo("host-a");
          assertThat(refused).hasMessage("p [host-a]: refused by recording (CONCURRENCY_LIMIT)");
        });
    assertThatThrownBy(() -> Pipeline.of("p", refusing()).forKey("b").run(() -> {}))
        .hasMessage("p [b]: refused by recording (CONCURRENCY_LIMIT)");
    CallRefusedException made =
        new CallRefusedException("p", "limit", RefusalReason.OTHER, Duration.ZERO);
    assertThat(made.key()).isNull();
    assertThat(made).hasMessage("p: refused by limit (OTHER)");
  }
}
