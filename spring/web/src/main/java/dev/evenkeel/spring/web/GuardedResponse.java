package dev.evenkeel.spring.web;

import dev.evenkeel.core.Deadline;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/** An answer whose body ends at the deadline, read or not; or one whose body has been read. */
final class GuardedResponse implements ClientHttpResponse {

  /** The most of an error's body that is kept while its request is repeated. */
  private static final int MOST_KEPT_BYTES = 64 * 1024;

  /** Where the body comes from. */
  @FunctionalInterface
  private interface Body {
    InputStream open() throws IOException;
  }

  private final ClientHttpResponse response;
  private final Body body;
  private final @Nullable BodyDeadline timer;
  private final @Nullable RuntimeException ifOverdue;
  private volatile boolean overdue;

  private GuardedResponse(
      ClientHttpResponse response,
      Body body,
      @Nullable Deadline deadline,
      @Nullable RuntimeException ifOverdue) {
    this.response = response;
    this.body = body;
    this.ifOverdue = ifOverdue;
    timer = deadline == null ? null : new BodyDeadline(deadline, this::onOverdue);
  }

  /**
   * With its body as it comes.
   *
   * @param deadline until when the whole body must have come; null for no such time
   */
  static GuardedResponse streaming(
      ClientHttpResponse response,
      @Nullable Deadline deadline,
      @Nullable RuntimeException ifOverdue) {
    GuardedResponse guarded = new GuardedResponse(response, response::getBody, deadline, ifOverdue);
    if (guarded.timer != null) {
      guarded.timer.arm();
    }
    return guarded;
  }

  /**
   * With its body read, so that its connection is free for the next attempt while it is kept. A
   * body that is too large or breaks off fails when it is read.
   */
  static GuardedResponse kept(ClientHttpResponse response) {
    try (ClientHttpResponse closing = response) {
      byte[] bytes = closing.getBody().readNBytes(MOST_KEPT_BYTES + 1);
      if (bytes.length <= MOST_KEPT_BYTES) {
        return new GuardedResponse(response, () -> new ByteArrayInputStream(bytes), null, null);
      }
      abortBody(closing);
      IOException tooLarge =
          new IOException("the body of an error that was repeated is larger than " + MOST_KEPT_BYTES
              + " bytes, and was not kept");
      return failing(response, tooLarge);
    } catch (IOException unread) {
      return failing(response, unread);
    }
  }

  private static GuardedResponse failing(ClientHttpResponse response, IOException failure) {
    return new GuardedResponse(
        response,
        () -> {
          throw failure;
        },
        null,
        null);
  }

  private void onOverdue() {
    overdue = true;
    abortBody(response);
  }

  /** Nobody gets it. */
  void abort() {
    disarm();
    abortBody(response);
    response.close();
  }

  /** A response's own close would read the rest first. */
  private static void abortBody(ClientHttpResponse response) {
    try {
      response.getBody().close();
    } catch (IOException | RuntimeException closed) {
      // it is what was wanted
    }
  }

  private void disarm() {
    if (timer != null) {
      timer.disarm();
    }
  }

  @Override
  public HttpStatusCode getStatusCode() throws IOException {
    return response.getStatusCode();
  }

  @Override
  public String getStatusText() throws IOException {
    return response.getStatusText();
  }

  @Override
  public HttpHeaders getHeaders() {
    return response.getHeaders();
  }

  @Override
  public InputStream getBody() throws IOException {
    InputStream opened = body.open();
    return timer == null ? opened : new InTime(opened);
  }

  @Override
  public void close() {
    disarm();
    response.close();
  }

  /** Fails when the time is over, whatever it was doing then. */
  private final class InTime extends FilterInputStream {

    InTime(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      check();
      try {
        return seen(in.read());
      } catch (IOException broken) {
        check();
        throw broken;
      }
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      check();
      try {
        return seen(in.read(into, from, length));
      } catch (IOException broken) {
        check();
        throw broken;
      }
    }

    private int seen(int count) throws IOException {
      check();
      if (count < 0) {
        disarm();
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      disarm();
      super.close();
    }

    private void check() throws IOException {
      if (overdue) {
        InterruptedIOException late =
            new InterruptedIOException("the deadline passed before the whole body had arrived");
        late.initCause(ifOverdue);
        throw late;
      }
    }
  }
}
