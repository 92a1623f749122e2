package dev.evenkeel.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@link Services} under the agent; its spans are read from what it logs. */
final class ChildJvm implements AutoCloseable {

  /** As the agent's exporter writes them, with OTLP's numbers for the kinds. */
  record Span(String trace, String id, String parent, String name, String kind) {}

  private static final Pattern SPAN = Pattern.compile(
      "\"traceId\":\"(\\w+)\",\"spanId\":\"(\\w+)\",(?:\"parentSpanId\":\"(\\w*)\",)?"
          + "(?:\"flags\":\\d+,)?\"name\":\"([^\"]*)\",\"kind\":(\\d)");
  private static final Map<String, String> KINDS =
      Map.of("1", "INTERNAL", "2", "SERVER", "3", "CLIENT", "4", "PRODUCER", "5", "CONSUMER");

  private final Process process;
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final List<String> log = new CopyOnWriteArrayList<>();

  ChildJvm(Path agent, Path extension, boolean v3) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:TieredStopAtLevel=1",
        "-javaagent:" + agent,
        "-cp",
        System.getProperty("java.class.path"),
        Services.class.getName())));
    builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
    builder
        .environment()
        .putAll(Map.of(
            "OTEL_JAVAAGENT_EXTENSIONS", extension.toString(),
            "OTEL_PROPAGATORS", "tracecontext,baggage,evenkeel",
            "OTEL_TRACES_EXPORTER", "logging-otlp",
            "OTEL_METRICS_EXPORTER", "none",
            "OTEL_LOGS_EXPORTER", "none",
            "OTEL_BSP_SCHEDULE_DELAY", "100",
            "OTEL_INSTRUMENTATION_COMMON_V3_PREVIEW", Boolean.toString(v3)));
    process = builder.start();
    read(process.getInputStream(), this::out);
    read(process.getErrorStream(), this::logged);
  }

  private static void read(InputStream stream, Consumer<String> taker) {
    Thread reader = new Thread(() -> {
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        lines.lines().forEach(taker);
      } catch (IOException | UncheckedIOException closed) {
        // the child has gone
      }
    });
    reader.setDaemon(true);
    reader.start();
  }

  private void out(String line) {
    if (line.startsWith("PORT\t")) {
      port.complete(Integer.valueOf(line.substring("PORT\t".length())));
    } else {
      logged(line);
    }
  }

  private synchronized void logged(String line) {
    Matcher span = SPAN.matcher(line);
    boolean found = false;
    while (span.find()) {
      found = true;
      String parent = span.group(3);
      spans.add(new Span(
          span.group(1),
          span.group(2),
          parent == null ? "" : parent,
          span.group(4),
          KINDS.getOrDefault(span.group(5), span.group(5))));
    }
    if (found) {
      notifyAll();
    } else {
      log.add(line);
    }
  }

  int port() throws Exception {
    return port.get(300, TimeUnit.SECONDS);
  }

  /** Those of a trace, once there are so many of them. */
  synchronized List<Span> awaitSpans(String trace, int count) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    long left = until - System.nanoTime();
    while (of(trace).size() < count && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = until - System.nanoTime();
    }
    return of(trace);
  }

  private List<Span> of(String trace) {
    return spans.stream().filter(span -> span.trace().equals(trace)).toList();
  }

  String log() {
    return String.join("\n", log);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
