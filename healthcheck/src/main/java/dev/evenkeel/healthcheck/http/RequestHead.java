package dev.evenkeel.healthcheck.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP/1 request, as far as it matters here. Only what is read of it is kept.
 *
 * @param method the method
 * @param target the path with its query
 * @param accept all {@code Accept} headers as one; null if there is none
 * @param authorization the {@code Authorization} header; null if there is none
 * @param forwarded whether a proxy has passed it on
 * @param last whether the connection ends with this request
 */
record RequestHead(
    String method,
    String target,
    @Nullable String accept,
    @Nullable String authorization,
    boolean forwarded,
    boolean last) {

  /** It is no request that can be answered; the message is for the client. */
  static final class BadRequest extends Exception {
    final int status;

    BadRequest(int status, String message) {
      super(message, null, false, false);
      this.status = status;
    }
  }

  /** Where the head ends; -1 if its end has not come yet. */
  static int end(byte[] bytes, int length) {
    for (int i = 1; i < length; i++) {
      if (bytes[i] == '\n'
          && (bytes[i - 1] == '\n' || (i > 1 && bytes[i - 1] == '\r' && bytes[i - 2] == '\n'))) {
        return i + 1;
      }
    }
    return -1;
  }

  static RequestHead parse(byte[] bytes, int length) throws BadRequest {
    String[] lines = new String(bytes, 0, length, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
    String[] first = lines[0].split(" ", -1);
    if (first.length != 3 || !isToken(first[0])) {
      throw new BadRequest(400, "request line: not <method> <target> <version>");
    }
    boolean http10 = first[2].equals("HTTP/1.0");
    if (!http10 && !first[2].equals("HTTP/1.1")) {
      throw new BadRequest(first[2].startsWith("HTTP/") ? 505 : 400, "version: not HTTP/1.1");
    }
    Headers headers = new Headers();
    for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
      headers.read(lines[i]);
    }
    if (!http10 && headers.hosts != 1) {
      throw new BadRequest(400, "Host: not exactly one");
    }
    boolean last = headers.body
        || (http10
            ? !headers.connection.contains("keep-alive")
            : headers.connection.contains("close"));
    return new RequestHead(
        first[0], target(first[1]), headers.accept, headers.authorization, headers.forwarded, last);
  }

  /** The path of the target, which may be a whole URI. */
  private static String target(String target) throws BadRequest {
    String path = target;
    if (target.startsWith("http://")) {
      int slash = target.indexOf('/', "http://".length());
      path = slash < 0 ? "/" : target.substring(slash);
    }
    if (!path.startsWith("/") && !path.equals("*")) {
      throw new BadRequest(400, "target: not a path");
    }
    return path;
  }

  private static boolean isToken(String method) {
    return !method.isEmpty()
        && method
            .chars()
            .allMatch(c -> c > ' ' && c < 0x7f && "()<>@,;:\\\"/[]?={}".indexOf(c) < 0);
  }

  /** The headers that matter. */
  private static final class Headers {
    @Nullable String accept;

    @Nullable String authorization;

    String connection = "";
    boolean forwarded;
    boolean body;
    int hosts;

    void read(String line) throws BadRequest {
      int colon = line.indexOf(':');
      if (colon <= 0 || !isToken(line.substring(0, colon))) {
        throw new BadRequest(400, "header: not <name>: <value>");
      }
      String value = line.substring(colon + 1).trim();
      switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "accept" -> accept = accept == null ? value : accept + "," + value;
        case "authorization" -> authorization = value;
        case "connection" -> connection += value.toLowerCase(Locale.ROOT) + ",";
        case "forwarded", "x-forwarded-for", "via" -> forwarded = true;
        case "content-length" -> body |= !value.equals("0");
        case "transfer-encoding" -> body = true;
        case "host" -> hosts++;
        default -> {
          // nothing to learn from it
        }
      }
    }
  }
}
