package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Calls that throw two checked exceptions, in methods that declare those and no others. */
class ThrowingPipelineTest {

  private final Pipeline pipeline = Pipeline.of("two");

  /** That it compiles is the point. */
  private String send(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    return pipeline
        .throwing(IOException.class, InterruptedException.class)
        .call(() -> client.send(request, BodyHandlers.ofString()).body());
  }

  @Test
  void jdksHttpClient_throwsWhatItThrows() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort(); // nobody listens there any more
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build();
    assertThatThrownBy(() -> send(HttpClient.newHttpClient(), request))
        .isInstanceOf(IOException.class);
  }

  @Test
  void runAndCall_goThroughTheSamePipeline() throws IOException, InterruptedException {
    AtomicInteger admitted = new AtomicInteger();
    Pipeline counted = Pipeline.builder("counted")
        .listener(new PipelineListener() {
          @Override
          public void onCallStart(CallView call) {
            admitted.incrementAndGet();
          }
        })
        .build();
    ThrowingPipeline<IOException, InterruptedException> view =
        counted.throwing(IOException.class, InterruptedException.class);
    assertThat(view.call(() -> "seven")).isEqualTo("seven");
    view.run(() -> {});
    assertThat(admitted).hasValue(2);
    assertThatThrownBy(() -> view.call(() -> {
          throw new InterruptedException("from outside");
        }))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).as("the exception says it").isFalse();
  }

  @Test
  void nulls_areRefused() {
    assertThatThrownBy(() -> pipeline.throwing(null, IOException.class))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("first");
    assertThatThrownBy(() -> pipeline.throwing(IOException.class, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("second");
  }
}
