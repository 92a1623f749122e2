package dev.evenkeel.healthcheck.http;

import dev.evenkeel.healthcheck.http.RequestHead.BadRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client. It never waits: it reads and writes what can be read and written now, and each state
 * has a time by which it must be over. Only the server's thread touches it.
 *
 * <pre>
 *   READING -- head complete --> WRITING -- all written, more may come --> READING
 *                                        -- all written, last ----------> LINGERING -> closed
 * </pre>
 */
final class HttpConnection {

  /** A head is longer than this only by mistake or with ill intent. */
  static final int MAX_HEAD_BYTES = 8_192;

  /**
   * From the first byte of a head, or the connection, to its end; and for the answer to be taken.
   */
  static final long SLOW_NANOS = 5_000_000_000L;

  /** Between two requests. */
  static final long IDLE_NANOS = 60_000_000_000L;

  /** What a client still sends is read and dropped, else it would lose the answer. */
  private static final long LINGER_NANOS = 1_000_000_000L;

  private static final int MAX_LINGER_BYTES = 2_000_000;

  private enum State {
    READING,
    WRITING,
    LINGERING
  }

  private final SocketChannel channel;
  private final SelectionKey key;
  private final RequestHandler handler;
  private final ByteBuffer in = ByteBuffer.allocate(MAX_HEAD_BYTES);
  private @Nullable ByteBuffer out;
  private State state = State.READING;
  private boolean last;
  private int lingered;
  private long untilNanos;

  /** What answers. */
  interface RequestHandler {
    HealthResponse handle(RequestHead head, SocketChannel from);
  }

  HttpConnection(SocketChannel channel, SelectionKey key, RequestHandler handler, long nowNanos) {
    this.channel = channel;
    this.key = key;
    this.handler = handler;
    this.untilNanos = nowNanos + SLOW_NANOS;
  }

  boolean isOverdue(long nowNanos) {
    return nowNanos - untilNanos >= 0;
  }

  void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException gone) {
      // It is what was wanted.
    }
  }

  /** Does what can be done now; false if the connection is over. */
  boolean proceed(long nowNanos) throws IOException {
    return switch (state) {
      case READING -> read(nowNanos);
      case WRITING -> write(nowNanos);
      case LINGERING -> linger();
    };
  }

  private boolean read(long nowNanos) throws IOException {
    boolean wasEmpty = in.position() == 0;
    int count = channel.read(in);
    if (count < 0) {
      return false;
    }
    if (wasEmpty && count > 0) {
      untilNanos = nowNanos + SLOW_NANOS;
    }
    return answer(nowNanos);
  }

  /** Answers if a whole head is there. */
  private boolean answer(long nowNanos) throws IOException {
    int end = RequestHead.end(in.array(), in.position());
    if (end < 0) {
      if (in.hasRemaining()) {
        return true;
      }
      refuse(431, "head: longer than " + MAX_HEAD_BYTES + " bytes");
      return startWriting(nowNanos);
    }
    try {
      RequestHead head = RequestHead.parse(in.array(), end);
      last = head.last();
      HealthResponse response = handler.handle(head, channel);
      out = encode(response, head.method().equals("HEAD"));
    } catch (BadRequest bad) {
      refuse(bad.status, bad.getMessage());
    }
    in.limit(in.position()).position(end);
    in.compact();
    return startWriting(nowNanos);
  }

  private void refuse(int status, @Nullable String why) {
    last = true;
    Map<String, String> headers = Map.of("Content-Type", "text/plain; charset=utf-8");
    out = encode(new HealthResponse(status, headers, why + "\n"), false);
  }

  private ByteBuffer encode(HealthResponse response, boolean headOnly) {
    byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(response.status()).append(' ');
    head.append(reason(response.status())).append("\r\n");
    response
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\nConnection: ");
    head.append(last ? "close" : "keep-alive").append("\r\n\r\n");
    byte[] bytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length + (headOnly ? 0 : body.length));
    buffer.put(bytes);
    if (!headOnly) {
      buffer.put(body);
    }
    return buffer.flip();
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      case 505 -> "HTTP Version Not Supported";
      default -> "Error";
    };
  }

  private boolean startWriting(long nowNanos) throws IOException {
    state = State.WRITING;
    untilNanos = nowNanos + SLOW_NANOS;
    key.interestOps(SelectionKey.OP_WRITE);
    return write(nowNanos);
  }

  private boolean write(long nowNanos) throws IOException {
    ByteBuffer answer = out;
    if (answer != null) {
      channel.write(answer);
      if (answer.hasRemaining()) {
        return true;
      }
    }
    out = null;
    key.interestOps(SelectionKey.OP_READ);
    if (last) {
      state = State.LINGERING;
      untilNanos = nowNanos + LINGER_NANOS;
      channel.shutdownOutput();
      return true;
    }
    state = State.READING;
    untilNanos = nowNanos + (in.position() == 0 ? IDLE_NANOS : SLOW_NANOS);
    return in.position() == 0 || answer(nowNanos); // the next may be here already
  }

  private boolean linger() throws IOException {
    in.clear();
    int count = channel.read(in);
    lingered += Math.max(0, count);
    return count >= 0 && lingered < MAX_LINGER_BYTES;
  }
}
