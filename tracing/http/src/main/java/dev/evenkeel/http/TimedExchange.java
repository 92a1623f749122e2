package dev.evenkeel.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import com.sun.net.httpserver.HttpsExchange;
import dev.evenkeel.core.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What the handler gets: an answer that would begin after the call's time is refused, so that the
 * filter can give its own. The handler's thread has been interrupted by then, and the JDK closes
 * the connection of an interrupted thread that writes: the client would hear nothing at all. Nor
 * does it close what has not been answered by then.
 */
final class TimedExchange extends HttpExchange {

  private final HttpExchange exchange;
  private final @Nullable Deadline deadline;

  private TimedExchange(HttpExchange exchange, @Nullable Deadline deadline) {
    this.exchange = exchange;
    this.deadline = deadline;
  }

  /** The deadline is that of the call; a handler may set others around parts of its work. */
  static HttpExchange of(HttpExchange exchange, @Nullable Deadline deadline) {
    return exchange instanceof HttpsExchange secure
        ? new TimedHttpsExchange(secure, deadline)
        : new TimedExchange(exchange, deadline);
  }

  /** Whether an answer would begin too late. */
  static boolean isTooLate(HttpExchange exchange, @Nullable Deadline deadline) {
    return deadline != null && deadline.isExpired() && exchange.getResponseCode() < 0;
  }

  static void begin(HttpExchange exchange, @Nullable Deadline deadline, int status, long length)
      throws IOException {
    if (isTooLate(exchange, deadline)) {
      throw new InterruptedIOException("the deadline has passed: the answer is 504, by the filter");
    }
    exchange.sendResponseHeaders(status, length);
  }

  static void close(HttpExchange exchange, @Nullable Deadline deadline) {
    if (!isTooLate(exchange, deadline)) {
      exchange.close();
    }
  }

  @Override
  public void sendResponseHeaders(int status, long length) throws IOException {
    begin(exchange, deadline, status, length);
  }

  @Override
  public Headers getRequestHeaders() {
    return exchange.getRequestHeaders();
  }

  @Override
  public Headers getResponseHeaders() {
    return exchange.getResponseHeaders();
  }

  @Override
  public URI getRequestURI() {
    return exchange.getRequestURI();
  }

  @Override
  public String getRequestMethod() {
    return exchange.getRequestMethod();
  }

  @Override
  public HttpContext getHttpContext() {
    return exchange.getHttpContext();
  }

  @Override
  public void close() {
    close(exchange, deadline);
  }

  @Override
  public InputStream getRequestBody() {
    return exchange.getRequestBody();
  }

  @Override
  public OutputStream getResponseBody() {
    return exchange.getResponseBody();
  }

  @Override
  public InetSocketAddress getRemoteAddress() {
    return exchange.getRemoteAddress();
  }

  @Override
  public int getResponseCode() {
    return exchange.getResponseCode();
  }

  @Override
  public InetSocketAddress getLocalAddress() {
    return exchange.getLocalAddress();
  }

  @Override
  public String getProtocol() {
    return exchange.getProtocol();
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    return exchange.getAttribute(name);
  }

  @Override
  public void setAttribute(String name, @Nullable Object value) {
    exchange.setAttribute(name, value);
  }

  @Override
  public void setStreams(InputStream in, OutputStream out) {
    exchange.setStreams(in, out);
  }

  @Override
  public @Nullable HttpPrincipal getPrincipal() {
    return exchange.getPrincipal();
  }
}
