package dev.evenkeel.jdbc.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A TCP proxy that stops passing anything on when it is told to, without a word to either side. */
final class BlackHole implements AutoCloseable {

  private static final Pattern HOST = Pattern.compile("//([^:/?]+)(?::(\\d+))?");

  private final ServerSocket server;
  private final String host;
  private final int port;
  private final String url;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean swallows;

  BlackHole(String target) throws IOException {
    Matcher matcher = HOST.matcher(target);
    if (!matcher.find() || matcher.group(2) == null) {
      throw new IllegalArgumentException("url: " + target + " (expected: //host:port in it)");
    }
    host = matcher.group(1);
    port = Integer.parseInt(matcher.group(2));
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    url = target.replace(matcher.group(), "//127.0.0.1:" + server.getLocalPort());
    daemon(this::accept);
  }

  String url() {
    return url;
  }

  /** From now on nothing is passed on, and new connections are accepted and not answered. */
  void swallow() {
    swallows = true;
  }

  /** New connections are served again; those that were swallowed stay so. */
  void restore() {
    swallows = false;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        sockets.add(client);
        if (swallows) {
          continue;
        }
        Socket upstream = new Socket(host, port);
        sockets.add(upstream);
        boolean[] dead = new boolean[1];
        daemon(() -> copy(client, upstream, dead));
        daemon(() -> copy(upstream, client, dead));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void copy(Socket from, Socket to, boolean[] dead) {
    byte[] buffer = new byte[8_192];
    try {
      for (int read = from.getInputStream().read(buffer);
          read >= 0;
          read = from.getInputStream().read(buffer)) {
        synchronized (dead) {
          dead[0] |= swallows;
          if (!dead[0]) {
            to.getOutputStream().write(buffer, 0, read);
          }
        }
      }
      to.close();
    } catch (IOException closed) {
      // one side has gone
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "black-hole");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
