package dev.evenkeel.benchmarks.cases;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpPrincipal;
import com.sun.net.httpserver.HttpServer;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An exchange of the JDK's server without a wire. */
final class EmptyExchange extends HttpExchange {

  private final Headers requestHeaders;
  private final Headers responseHeaders = new Headers();
  private final HttpContext context = new Context();
  private final URI uri = URI.create("/stock");
  private int status = -1;

  EmptyExchange(Headers requestHeaders) {
    this.requestHeaders = requestHeaders;
  }

  /** Where it was registered. */
  private static final class Context extends HttpContext {
    @Override
    public HttpHandler getHandler() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setHandler(HttpHandler handler) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String getPath() {
      return "/";
    }

    @Override
    public HttpServer getServer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Object> getAttributes() {
      return new HashMap<>();
    }

    @Override
    public List<Filter> getFilters() {
      return List.of();
    }

    @Override
    public @Nullable Authenticator setAuthenticator(Authenticator authenticator) {
      return null;
    }

    @Override
    public @Nullable Authenticator getAuthenticator() {
      return null;
    }
  }

  @Override
  public Headers getRequestHeaders() {
    return requestHeaders;
  }

  @Override
  public Headers getResponseHeaders() {
    return responseHeaders;
  }

  @Override
  public URI getRequestURI() {
    return uri;
  }

  @Override
  public String getRequestMethod() {
    return "GET";
  }

  @Override
  public HttpContext getHttpContext() {
    return context;
  }

  @Override
  public void close() {}

  @Override
  public InputStream getRequestBody() {
    return InputStream.nullInputStream();
  }

  @Override
  public OutputStream getResponseBody() {
    return OutputStream.nullOutputStream();
  }

  @Override
  public void sendResponseHeaders(int newStatus, long length) {
    status = newStatus;
  }

  @Override
  public InetSocketAddress getRemoteAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @Override
  public int getResponseCode() {
    return status;
  }

  @Override
  public InetSocketAddress getLocalAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @Override
  public String getProtocol() {
    return "HTTP/1.1";
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    return null;
  }

  @Override
  public void setAttribute(String name, Object value) {}

  @Override
  public void setStreams(InputStream in, OutputStream out) {}

  @Override
  public @Nullable HttpPrincipal getPrincipal() {
    return null;
  }
}
