package dev.evenkeel.examples.journey;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The network between shipping and its database, so that the database can be away. */
final class Network implements AutoCloseable {

  private static final Pattern HOST_AND_PORT = Pattern.compile("//([^/:]+):(\\d+)");

  private final String host;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private ServerSocket entrance;
  private final int entrancePort;

  /** Leads to the host and port of a URL. */
  Network(String url) throws IOException {
    Matcher address = HOST_AND_PORT.matcher(url);
    if (!address.find()) {
      throw new IllegalArgumentException("database: " + url + " (expected: ...//host:port/...)");
    }
    host = address.group(1);
    port = Integer.parseInt(address.group(2));
    entrance = listen(0);
    entrancePort = entrance.getLocalPort();
  }

  /** The URL of the same database, by way of this. */
  String through(String url) {
    return HOST_AND_PORT.matcher(url).replaceFirst("//127.0.0.1:" + entrancePort);
  }

  private ServerSocket listen(int wanted) throws IOException {
    ServerSocket socket = new ServerSocket(wanted, 50, InetAddress.getLoopbackAddress());
    start(() -> accept(socket));
    return socket;
  }

  private static void start(Runnable code) {
    Thread thread = new Thread(code, "journey-network");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket near = socket.accept();
        Socket far = new Socket(host, port);
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        open.add(near);
        open.add(far);
        if (socket.isClosed()) {
          closeAll();
        }
        start(() -> copy(near, far));
        start(() -> copy(far, near));
      } catch (IOException away) {
        // nobody there, or cut
      }
    }
  }

  private void copy(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException cut) {
      // then both are closed
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  /** Breaks all connections and refuses new ones. */
  void cut() throws IOException {
    entrance.close();
    closeAll();
  }

  /** Lets connections through again. */
  void restore() throws IOException {
    entrance = listen(entrancePort);
  }

  private void closeAll() {
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  @Override
  public void close() throws IOException {
    cut();
  }
}
