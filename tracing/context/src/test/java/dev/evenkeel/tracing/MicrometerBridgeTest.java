package dev.evenkeel.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallView;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Fallback;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.core.Verdict;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelBaggageManager;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/**
 * Micrometer Tracing's bridge to OpenTelemetry, with an observation inside another one: wherever a
 * user's code runs for a call, the call's context, the trace, the observation and the MDC are its
 * caller's.
 */
class MicrometerBridgeTest {

  /** What one piece of a user's code sees. */
  private record Seen(
      boolean deadline, Criticality criticality, String span, String observation, String mdc) {

    static Seen here(ObservationRegistry registry) {
      Observation current = registry.getCurrentObservation();
      CallContext call = CallContexts.effective(Context.current());
      return new Seen(
          call.deadline() != null,
          call.criticality(),
          Span.current().getSpanContext().getSpanId(),
          current == null ? "none" : current.getContext().getName(),
          MDC.get("user"));
    }
  }

  private final SdkTracerProvider provider = SdkTracerProvider.builder()
      .addSpanProcessor(SimpleSpanProcessor.create(InMemorySpanExporter.create()))
      .build();
  private final ObservationRegistry registry = ObservationRegistry.create();
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());

  MicrometerBridgeTest() {
    OtelCurrentTraceContext current = new OtelCurrentTraceContext();
    registry
        .observationConfig()
        .observationHandler(new DefaultTracingObservationHandler(new OtelTracer(
            provider.get("test"),
            current,
            event -> {},
            new OtelBaggageManager(current, List.of(), List.of()))));
  }

  @AfterEach
  void tearDown() {
    MDC.clear();
    pool.shutdownNow();
    provider.close();
  }

  private void look() {
    seen.add(Seen.here(registry));
  }

  /** Runs code in a call and in two observations; all that was seen is what its caller sees. */
  private void everywhereTheSame(int places, Callable<?> code) throws Exception {
    MDC.put("user", "u-7");
    Seen caller = CallContext.current()
        .withDeadline(Deadline.after(Duration.ofMinutes(5)))
        .withCriticality(Criticality.SHEDDABLE_PLUS)
        .call(() -> Observation.createNotStarted("outer", registry)
            .observeChecked(
                () -> Observation.createNotStarted("inner", registry).observeChecked(() -> {
                  code.call();
                  return Seen.here(registry);
                })));
    assertThat(caller.deadline()).isTrue();
    assertThat(caller.observation()).isEqualTo("inner");
    assertThat(caller.span()).isNotEqualTo(Span.getInvalid().getSpanContext().getSpanId());
    assertThat(seen).hasSize(places).containsOnly(caller);
    assertThat(pool.submit(() -> Seen.here(registry)).get(60, TimeUnit.SECONDS).observation())
        .as("the threads have their own back")
        .isEqualTo("none");
  }

  @Test
  void executors() throws Exception {
    everywhereTheSame(
        1, () -> ContextSnapshot.wrap(pool).submit(this::look).get(60, TimeUnit.SECONDS));
  }

  /** Which knows the call by our accessor; the MDC needs one of its own there. */
  @Test
  void micrometersOwnSnapshot_carriesTheCallToo() throws Exception {
    Deadline deadline = Deadline.after(Duration.ofMinutes(5));
    CallContext.current()
        .withDeadline(deadline)
        .withIdempotencyKey("k-1")
        .call(() -> pool.submit(ContextSnapshotFactory.builder()
                .build()
                .captureAll()
                .wrap(() -> {
                  assertThat(Deadline.current().remaining()).isPositive();
                  assertThat(CallContext.current().idempotencyKey()).isEqualTo("k-1");
                }))
            .get(60, TimeUnit.SECONDS));
    assertThat(pool.submit(CallContext::current).get(60, TimeUnit.SECONDS).deadline())
        .isNull();
    assertThat(CallContext.current().deadline()).isNull();
  }

  @Test
  void accessor_setsAndRestoresInPairs() {
    CallContextAccessor accessor = new CallContextAccessor();
    CallContext one = CallContext.current().withIdempotencyKey("one");
    CallContext two = CallContext.current().withIdempotencyKey("two");
    assertThat(accessor.getValue()).isNull();

    accessor.setValue(one);
    accessor.setValue(two);
    assertThat(accessor.getValue().idempotencyKey()).isEqualTo("two");
    accessor.setValue();
    accessor.restore();
    accessor.restore(one);
    assertThat(accessor.getValue().idempotencyKey()).isEqualTo("one");
    accessor.restore();
    assertThat(accessor.getValue()).isNull();
    accessor.restore(); // once too often
    assertThat(CallContext.current().idempotencyKey()).isNull();
  }

  @Test
  void virtualThreads() throws Exception {
    ExecutorService virtual = threadPerTask();
    try {
      everywhereTheSame(
          1, () -> ContextSnapshot.wrap(virtual).submit(this::look).get(60, TimeUnit.SECONDS));
    } finally {
      virtual.shutdownNow();
    }
  }

  @Test
  void laterAttemptsFallbackListenerAndContinuation() throws Exception {
    Pipeline pipeline = Pipeline.builder("stock")
        .listener(new PipelineListener() {
          @Override
          public void onCallEnd(CallView call, Verdict verdict, long durationNanos) {
            look();
          }
        })
        .policies(
            Fallback.of(failure -> {
              look();
              return "fallback";
            }),
            Retry.builder().maxAttempts(3).build(),
            Timeout.ofMillis(20))
        .build();
    everywhereTheSame(
        6,
        () -> pipeline
            .<String>callAsync(() -> {
              look();
              return new CompletableFuture<>();
            })
            .thenAccept(answer -> look())
            .get(60, TimeUnit.SECONDS));
  }

  @Test
  void virtualThreadsAsTheExecutorOfAPipeline() throws Exception {
    ExecutorService virtual = threadPerTask();
    Pipeline pipeline = Pipeline.builder("stock")
        .executor(virtual)
        .policies(Retry.builder().maxAttempts(2).build(), Timeout.ofMillis(20))
        .build();
    try {
      everywhereTheSame(
          3,
          () -> pipeline
              .<String>callAsync(() -> {
                look();
                return new CompletableFuture<>();
              })
              .handle((answer, failure) -> {
                look();
                return "";
              })
              .get(60, TimeUnit.SECONDS));
    } finally {
      virtual.shutdownNow();
    }
  }

  @Test
  void blockingHedge() throws Exception {
    Pipeline pipeline = Pipeline.of(
        "stock", Timeout.ofMillis(60_000), Hedge.after(Duration.ofMillis(1)).forIdempotentCalls());
    everywhereTheSame(
        2,
        () -> pipeline.call(() -> {
          look();
          if (CallContext.current().hedge() == 0) {
            new CountDownLatch(1).await();
          }
          return "answer";
        }));
  }

  @Test
  void asynchronousHedge() throws Exception {
    Pipeline pipeline = Pipeline.of(
        "stock", Timeout.ofMillis(60_000), Hedge.after(Duration.ofMillis(1)).forIdempotentCalls());
    everywhereTheSame(
        3,
        () -> pipeline
            .<String>callAsync(() -> {
              look();
              return CallContext.current().hedge() == 0
                  ? new CompletableFuture<>()
                  : CompletableFuture.completedFuture("answer");
            })
            .thenAccept(answer -> look())
            .get(60, TimeUnit.SECONDS));
  }

  @Test
  void detachedAttempt() throws Exception {
    Pipeline pipeline = Pipeline.of("stock", Timeout.detached(Duration.ofMinutes(1), pool));
    everywhereTheSame(1, () -> {
      pipeline.run(this::look);
      return "";
    });
  }

  /** Of virtual threads where the JDK has them. */
  private static ExecutorService threadPerTask() throws ReflectiveOperationException {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException beforeJava21) {
      return Executors.newCachedThreadPool();
    }
  }
}
