package dev.evenkeel.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import io.micrometer.context.ContextRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class ContextSnapshotTest {

  private static final SpanContext SPAN = SpanContext.create(
      "0af7651916cd43dd8448eb211c80319c",
      "b7ad6b7169203331",
      TraceFlags.getSampled(),
      TraceState.getDefault());

  /** What one thread sees. */
  private record Seen(
      boolean deadline, Criticality criticality, String span, String mdc, ClassLoader loader) {

    static Seen here() {
      return new Seen(
          Deadline.current() != null,
          CallContext.current().criticality(),
          Span.current().getSpanContext().getSpanId(),
          MDC.get("user"),
          Thread.currentThread().getContextClassLoader());
    }
  }

  private final ExecutorService pool = Executors.newSingleThreadExecutor();
  private final ClassLoader loaderBefore = Thread.currentThread().getContextClassLoader();

  @BeforeEach
  void setUp() {
    MDC.put("user", "u-7");
  }

  @AfterEach
  void tearDown() {
    MDC.clear();
    Thread.currentThread().setContextClassLoader(loaderBefore);
    pool.shutdownNow();
  }

  @Test
  void everythingFollows_andTheOtherThreadHasItsOwnBack() throws Exception {
    Seen outside = pool.submit(Seen::here).get(10, TimeUnit.SECONDS);
    ExecutorService wrapped = ContextSnapshot.wrap(pool);

    Seen here = inCall(Seen::here);
    Seen there = inCall(() -> wrapped.submit(Seen::here).get(10, TimeUnit.SECONDS));
    Seen after = pool.submit(Seen::here).get(10, TimeUnit.SECONDS);

    assertThat(there).isEqualTo(here);
    assertThat(there.deadline()).isTrue();
    assertThat(there.span()).isEqualTo(SPAN.getSpanId());
    assertThat(after).isEqualTo(outside);
  }

  @Test
  void everyWayIntoAnExecutor_carriesIt() throws Exception {
    ExecutorService wrapped = ContextSnapshot.wrap(pool);
    Callable<String> user = () -> MDC.get("user");

    assertThat(wrapped.submit(user).get(10, TimeUnit.SECONDS)).isEqualTo("u-7");
    assertThat(wrapped.invokeAny(List.of(user))).isEqualTo("u-7");
    assertThat(wrapped.invokeAny(List.of(user), 10, TimeUnit.SECONDS)).isEqualTo("u-7");
    for (Future<String> one : wrapped.invokeAll(List.of(user, user))) {
      assertThat(one.get()).isEqualTo("u-7");
    }
    for (Future<String> one : wrapped.invokeAll(List.of(user), 10, TimeUnit.SECONDS)) {
      assertThat(one.get()).isEqualTo("u-7");
    }
    String[] seen = new String[3];
    wrapped.submit(() -> seen[0] = MDC.get("user")).get(10, TimeUnit.SECONDS);
    wrapped.submit((Runnable) () -> seen[1] = MDC.get("user"), "x").get(10, TimeUnit.SECONDS);
    ContextSnapshot.wrap((Runnable) () -> seen[2] = MDC.get("user")).run();
    assertThat(seen).containsOnly("u-7");
    wrapped.shutdown();
    assertThat(wrapped.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pool.isShutdown()).isTrue();
    assertThatThrownBy(() -> wrapped.execute(() -> {}))
        .isInstanceOf(java.util.concurrent.RejectedExecutionException.class);
  }

  @Test
  void aTaskThatThrows_leavesNothingBehind() throws Exception {
    Runnable failing = inCall(() -> ContextSnapshot.wrap((Runnable) () -> {
      throw new IllegalStateException("no");
    }));
    pool.submit(() -> {
          assertThatThrownBy(failing::run).hasMessage("no");
          assertThat(MDC.get("user")).isNull();
          assertThat(Deadline.current()).isNull();
          assertThat(Span.current().getSpanContext().isValid()).isFalse();
        })
        .get(10, TimeUnit.SECONDS);
  }

  @Test
  void onlyOpenTelemetrysContextArrived_theCallIsTakenFromIt() {
    CallContext call = CallContext.current().withCriticality(Criticality.SHEDDABLE);
    try (Scope scope = CallContexts.with(Context.root(), call).makeCurrent()) {
      assertThat(scope).isNotNull();
      assertThat(ContextSnapshot.capture().callContext().criticality())
          .isEqualTo(Criticality.SHEDDABLE);
    }
  }

  @Test
  void micrometersThreadLocals_follow() throws Exception {
    ThreadLocal<String> tenant = new ThreadLocal<>();
    ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", tenant);
    try {
      tenant.set("blue");
      assertThat(ContextSnapshot.wrap(pool).submit(tenant::get).get(10, TimeUnit.SECONDS))
          .isEqualTo("blue");
      assertThat(pool.submit(tenant::get).get(10, TimeUnit.SECONDS)).isNull();
    } finally {
      tenant.remove();
      ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
    }
  }

  @Test
  void virtualThreads_carryItToo() throws Exception {
    ExecutorService perTask = threadPerTask();
    try {
      Seen there =
          inCall(() -> ContextSnapshot.wrap(perTask).submit(Seen::here).get(10, TimeUnit.SECONDS));
      assertThat(there.span()).isEqualTo(SPAN.getSpanId());
      assertThat(there.deadline()).isTrue();
    } finally {
      perTask.shutdownNow();
    }
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

  private static <T> T inCall(Callable<T> code) throws Exception {
    ClassLoader own = loader();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(own);
    try (Scope scope = Context.root().with(Span.wrap(SPAN)).makeCurrent()) {
      assertThat(scope).isNotNull();
      return CallContext.current()
          .withDeadline(Deadline.after(Duration.ofSeconds(60)))
          .withCriticality(Criticality.SHEDDABLE_PLUS)
          .call(code::call);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static final ClassLoader OTHER = new URLClassLoader(new URL[0]);

  private static ClassLoader loader() throws IOException {
    return OTHER;
  }
}
