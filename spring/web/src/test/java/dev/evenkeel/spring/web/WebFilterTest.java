package dev.evenkeel.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.ConcurrencyLimit;
import dev.evenkeel.core.Criticality;
import dev.evenkeel.core.Deadline;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.reactor.ReactivePipeline;
import dev.evenkeel.tracing.server.EdgeTrust;
import dev.evenkeel.tracing.server.ServerPolicy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The filter before WebFlux handlers, on a real server. */
class WebFilterTest {

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger handled = new AtomicInteger();
  private DisposableServer server;

  private void start(ServerPolicy policy, WebHandler handler) {
    WebHandler counting = exchange -> {
      handled.incrementAndGet();
      return handler.handle(exchange);
    };
    server = HttpServer.create()
        .host("127.0.0.1")
        .port(0)
        .handle(new ReactorHttpHandlerAdapter(WebHttpHandlerBuilder.webHandler(counting)
            .filter(EvenkeelWebFilter.with(policy))
            .build()))
        .bindNow();
  }

  @AfterEach
  void stop() {
    server.disposeNow(Duration.ofSeconds(1));
  }

  private HttpRequest.Builder request() {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/orders?a=b"))
        .timeout(Duration.ofSeconds(60));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static Mono<Void> say(ServerWebExchange exchange, String text) {
    return exchange
        .getResponse()
        .writeWith(Mono.fromSupplier(() ->
            exchange.getResponse().bufferFactory().wrap(text.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void deadlineAndCriticality_holdInTheHandler() throws Exception {
    start(ServerPolicy.standard("orders"), exchange -> {
      CallContext here = CallContext.current();
      return Mono.deferContextual(view -> {
        CallContext context = view.get(ReactivePipeline.CONTEXT_KEY);
        boolean same = here.criticality() == context.criticality();
        Deadline deadline = context.deadline();
        return say(
            exchange,
            context.criticality() + " " + same + " "
                + (deadline != null
                    && deadline.remaining().compareTo(Duration.ofSeconds(50)) <= 0));
      });
    });
    HttpResponse<String> response = send(request()
        .header("evenkeel-timeout-ms", "50000")
        .header("evenkeel-criticality", "sheddable"));
    assertThat(response.body()).isEqualTo(Criticality.SHEDDABLE + " true true");
    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void expired_isRefusedBeforeTheHandler_withAProblem() throws Exception {
    start(ServerPolicy.standard("orders"), exchange -> say(exchange, "7"));
    HttpResponse<String> response = send(request().header("evenkeel-timeout-ms", "0"));
    assertThat(response.statusCode()).isEqualTo(504);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(response.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"The deadline has passed\",\"status\":504}");
    HttpResponse<String> head = send(request()
        .header("evenkeel-timeout-ms", "0")
        .method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(504);
    assertThat(head.body()).isEmpty();
    assertThat(handled).hasValue(0);
  }

  @Test
  void whatDoesNotParse_isIgnored_andStrangersAreNotBelieved() throws Exception {
    start(
        ServerPolicy.builder("orders").edgeTrust(EdgeTrust.IGNORE).build(),
        exchange -> say(exchange, "7"));
    assertThat(send(request().header("evenkeel-timeout-ms", "-5")).body()).isEqualTo("7");
    assertThat(send(request().header("evenkeel-timeout-ms", "0")).body()).isEqualTo("7");
  }

  @Test
  void handlerThatTakesTooLong_isCancelled() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    start(
        ServerPolicy.builder("orders").defaultDeadline(Duration.ofMillis(50)).build(),
        exchange -> Mono.<Void>never().doOnCancel(cancelled::countDown));
    assertThat(send(request()).statusCode()).isEqualTo(504);
    assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void answerThatHasBegun_isCutOff() {
    start(
        ServerPolicy.builder("orders").defaultDeadline(Duration.ofMillis(500)).build(),
        exchange -> exchange
            .getResponse()
            .writeAndFlushWith(Flux.concat(
                Mono.just(Mono.fromSupplier(
                    () -> exchange.getResponse().bufferFactory().wrap(new byte[] {'7'}))),
                Mono.never())));
    assertThatThrownBy(() -> {
          if (send(request()).statusCode() == 504) {
            throw new IOException("on a slow machine it had not begun");
          }
        })
        .isInstanceOf(IOException.class);
  }

  @Test
  void tooMuch_isRefused_andSaysWhenToComeBack() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    start(ServerPolicy.builder("orders").limits(ConcurrencyLimit.of(1)).build(), exchange -> {
      if (begun.getCount() == 0) {
        return say(exchange, "free again");
      }
      begun.countDown();
      return Mono.<Void>never().doOnCancel(gone::countDown);
    });
    CompletableFuture<HttpResponse<String>> first =
        client.sendAsync(request().build(), BodyHandlers.ofString());
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    HttpResponse<String> second = send(request());
    assertThat(second.statusCode()).isEqualTo(503);
    assertThat(second.headers().firstValue("Retry-After")).isPresent();
    assertThat(second.headers().firstValue("retry-after-millis")).isPresent();

    first.cancel(true); // the client goes: the handler ends, and its place is free
    assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
    HttpResponse<String> third = send(request());
    while (third.statusCode() == 503) { // its end is on its way to the limit
      third = send(request());
    }
    assertThat(third.body()).isEqualTo("free again");
  }

  @Test
  void refusalOfAPipelineInside_becomesAnHonestAnswer() throws Exception {
    Pipeline inventory = Pipeline.of("inventory", CircuitBreaker.standard());
    inventory.policy(CircuitBreaker.class).orElseThrow().forceOpen("test");
    start(
        ServerPolicy.standard("orders"),
        exchange -> ReactivePipeline.of(inventory)
            .mono(Mono.just("7"))
            .onErrorMap(refused -> new IllegalStateException("wrapped", refused))
            .flatMap(stock -> say(exchange, stock)));
    assertThat(send(request()).statusCode()).isEqualTo(503);
  }

  @Test
  void otherFailures_areTheFrameworks() throws Exception {
    start(
        ServerPolicy.standard("orders"),
        exchange -> Mono.error(new IllegalStateException("a bug")));
    assertThat(send(request()).statusCode()).isEqualTo(500);
  }
}
