package dev.evenkeel.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.agent.ChildJvm.Span;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside OpenTelemetry's agent: one span for each attempt and call, one trace, the deadline. */
class AgentTest {

  private static final Path AGENT =
      Path.of("target", "agent", "opentelemetry-javaagent.jar").toAbsolutePath();
  private static final long GIVEN_MILLIS = 600_000;

  @TempDir
  Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  @ParameterizedTest(name = "OTEL_INSTRUMENTATION_COMMON_V3_PREVIEW={0}")
  @ValueSource(booleans = {false, true})
  void underTheAgent(boolean v3) throws Exception {
    assertThat(Files.exists(AGENT)).as("the agent's jar, copied by the build").isTrue();
    try (ChildJvm child =
        new ChildJvm(AGENT, Extension.jar(folder.resolve("evenkeel-agent.jar")), v3)) {
      int port = child.port();
      wrapped(child, port, "0af7651916cd43dd8448eb211c803190");
      unwrapped(child, port, "0af7651916cd43dd8448eb211c803191");
      order(child, port, "0af7651916cd43dd8448eb211c803192");
    }
  }

  /** Filter, client and two attempts of ours: the agent makes the spans, and each once. */
  private void wrapped(ChildJvm child, int port, String trace) throws Exception {
    HttpResponse<String> answer = get(port, "/wrapped", trace);
    List<Span> spans = allSpans(child, port, trace, 5);

    assertThat(answer.statusCode()).as(child.log()).isEqualTo(200);
    List<Span> clients = only(spans, span -> span.kind().equals("CLIENT"));
    List<Span> servers = only(spans, span -> span.kind().equals("SERVER"));
    assertThat(clients).as("one for each attempt: %s", spans).hasSize(2);
    assertThat(servers).as("one for each call: %s", spans).hasSize(3);
    Span front = only(servers, span -> span.name().contains("wrapped")).get(0);
    assertThat(front.parent()).isEqualTo("b7ad6b7169203331");
    assertThat(clients).allSatisfy(span -> assertThat(span.parent()).isEqualTo(front.id()));
    assertThat(only(servers, span -> !span.equals(front)))
        .extracting(Span::parent)
        .containsExactlyInAnyOrderElementsOf(
            clients.stream().map(Span::id).collect(Collectors.toSet()));
    assertThat(millisAtTheLastHop(answer))
        .as("our client's own deadline, which the agent does not lengthen")
        .isBetween(1L, 60_000L);
    assertThat(answer.body()).contains("evenkeel-attempt=[2]");
  }

  /** An application without a line of Evenkeel's. */
  private void unwrapped(ChildJvm child, int port, String trace) throws Exception {
    HttpResponse<String> answer = get(port, "/unwrapped", trace);
    List<Span> spans = allSpans(child, port, trace, 3);

    assertThat(answer.statusCode()).as(child.log()).isEqualTo(200);
    assertThat(spans).as("%s", spans).hasSize(3);
    assertThat(only(spans, span -> span.kind().equals("CLIENT"))).hasSize(1);
    assertThat(answer.body()).contains("traceparent=[00-" + trace);
    assertThat(millisAtTheLastHop(answer))
        .as("the deadline went through: %s\n%s", answer.body(), child.log())
        .isBetween(1L, GIVEN_MILLIS - 20);
  }

  /** Publisher, consumer and data source of ours: the agent makes the spans, and each once. */
  private void order(ChildJvm child, int port, String trace) throws Exception {
    HttpResponse<String> answer = get(port, "/order", trace);
    List<Span> spans = allSpans(child, port, trace, 6); // with two of its own

    assertThat(answer.statusCode()).as(child.log()).isEqualTo(200);
    List<Span> producers = only(spans, span -> span.kind().equals("PRODUCER"));
    List<Span> consumers = only(spans, span -> span.kind().equals("CONSUMER"));
    List<Span> inserts = only(spans, span -> span.name().contains("INSERT"));
    assertThat(producers).as("%s", spans).hasSize(1);
    assertThat(consumers).as("%s", spans).hasSize(1);
    assertThat(inserts).as("%s", spans).hasSize(1);
    assertThat(only(spans, span -> span.name().equals("transaction"))).isEmpty();
    assertThat(consumers.get(0).parent()).isEqualTo(producers.get(0).id());
    assertThat(inserts.get(0).parent()).isEqualTo(consumers.get(0).id());
    assertThat(millisAtTheLastHop(answer))
        .as("the deadline went through: %s", answer.body())
        .isBetween(1L, GIVEN_MILLIS - 20);
  }

  /** One too many would have been exported before those of a request that came later. */
  private List<Span> allSpans(ChildJvm child, int port, String trace, int count) throws Exception {
    child.awaitSpans(trace, count);
    String later = "f" + trace.substring(1);
    get(port, "/unwrapped", later);
    child.awaitSpans(later, 3);
    return child.awaitSpans(trace, count);
  }

  private static long millisAtTheLastHop(HttpResponse<String> answer) {
    Matcher header = Pattern.compile("evenkeel-timeout-ms=\\[?(\\d+)]?").matcher(answer.body());
    return header.find() ? Long.parseLong(header.group(1)) : -1;
  }

  private static List<Span> only(List<Span> spans, Predicate<Span> condition) {
    return spans.stream().filter(condition).toList();
  }

  private HttpResponse<String> get(int port, String path, String trace) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("traceparent", "00-" + trace + "-b7ad6b7169203331-01")
        .header("evenkeel-timeout-ms", Long.toString(GIVEN_MILLIS))
        .build();
    return client.send(request, BodyHandlers.ofString());
  }
}
