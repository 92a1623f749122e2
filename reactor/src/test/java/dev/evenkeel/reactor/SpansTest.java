package dev.evenkeel.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.CallTimeoutException;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Policy;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.retry.Backoff;
import dev.evenkeel.retry.Hedge;
import dev.evenkeel.retry.Retry;
import dev.evenkeel.testkit.ManualKernel;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * An instrumented client makes a span for each attempt, as a child of what is in force where it is
 * asked: all of them are children of the span that was in force where somebody subscribed, also
 * those that begin later, when that one is in force nowhere any more.
 */
class SpansTest {

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final SdkTracerProvider provider = SdkTracerProvider.builder()
      .addSpanProcessor(SimpleSpanProcessor.create(exporter))
      .build();
  private final Tracer tracer = provider.get("client");
  private final Span caller = tracer.spanBuilder("caller").startSpan();
  private final ManualKernel kernel = ManualKernel.create();

  @AfterEach
  void nothingStaysOnTheThread() {
    assertThat(Span.current().getSpanContext().isValid()).isFalse();
    provider.close();
  }

  private ReactivePipeline pipeline(Policy... policies) {
    return ReactivePipeline.of(
        Pipeline.builder("spans").kernel(kernel).policies(policies).build());
  }

  private static Retry retry() {
    return Retry.builder()
        .maxAttempts(2)
        .backoff(Backoff.fixed(Duration.ofMillis(10)))
        .unlimitedBudget()
        .build();
  }

  private Span attempt() {
    CallContext context = CallContext.current();
    return tracer
        .spanBuilder("attempt " + context.attempt() + "." + context.hedge())
        .startSpan();
  }

  /** Subscribed to where the caller's span is in force, which it is not afterwards. */
  @SuppressWarnings("try") // it is there to be closed
  private StepVerifier subscribed(Supplier<StepVerifier> verifier) {
    try (Scope ignored = caller.makeCurrent()) {
      return verifier.get().verifyLater();
    }
  }

  private void assertSpans(String... names) {
    caller.end();
    List<SpanData> spans = exporter.getFinishedSpanItems();
    assertThat(spans).extracting(SpanData::getName).containsExactlyInAnyOrder(names);
    assertThat(spans)
        .extracting(SpanData::getTraceId)
        .containsOnly(caller.getSpanContext().getTraceId());
    assertThat(spans)
        .filteredOn(span -> !span.getName().equals("caller"))
        .extracting(SpanData::getParentSpanId)
        .containsOnly(caller.getSpanContext().getSpanId());
  }

  @Test
  void mono_retriesAndHedges_areTheCallersChildren_andTheSubscriberIsInItsSpan() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Mono<String> call = pipeline(
            Timeout.ofMillis(50), retry(), Hedge.after(Duration.ofMillis(5)).forIdempotentCalls())
        .mono(() -> {
          Span span = attempt();
          return Mono.<String>never().doFinally(end -> span.end());
        })
        .doOnError(failure -> seen.add(Span.current().getSpanContext().getSpanId()));
    StepVerifier verifier =
        subscribed(() -> StepVerifier.create(call).expectError(CallTimeoutException.class));
    kernel.advance(Duration.ofSeconds(1));
    assertThat(verifier.verify(Duration.ofSeconds(60))).isNotNull();
    assertThat(seen).containsExactly(caller.getSpanContext().getSpanId());
    assertSpans("caller", "attempt 1.0", "attempt 1.1", "attempt 2.0", "attempt 2.1");
  }

  @Test
  void flux_retries_areTheCallersChildren() {
    AtomicInteger asked = new AtomicInteger();
    Flux<String> call = pipeline(Timeout.ofMillis(50), retry()).flux(() -> {
      Span span = attempt();
      Flux<String> source =
          asked.incrementAndGet() == 1 ? Flux.error(new IOException("down")) : Flux.just("a", "b");
      return source.doFinally(end -> span.end());
    });
    StepVerifier verifier =
        subscribed(() -> StepVerifier.create(call).expectNext("a", "b").expectComplete());
    kernel.advance(Duration.ofSeconds(1));
    assertThat(verifier.verify(Duration.ofSeconds(60))).isNotNull();
    assertSpans("caller", "attempt 1.0", "attempt 2.0");
  }
}
