package dev.evenkeel.rabbitmq.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Stands between a client and a server: can keep what the server says to itself, and cut. */
final class TcpProxy implements AutoCloseable {

  private final ServerSocket door;
  private final String host;
  private final int port;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private volatile boolean deaf;

  TcpProxy(String host, int port) throws IOException {
    this.host = host;
    this.port = port;
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start("accept", this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  /** From now on nothing that the server says comes through; what the client says does. */
  void swallowAnswers() {
    deaf = true;
  }

  /** Cuts all connections; new ones are served. */
  void cut() {
    deaf = false;
    for (Socket socket = sockets.poll(); socket != null; socket = sockets.poll()) {
      close(socket);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = door.accept();
        Socket server = new Socket(host, port);
        sockets.add(client);
        sockets.add(server);
        start("up", () -> copy(client, server, false));
        start("down", () -> copy(server, client, true));
      }
    } catch (IOException closed) {
      cut();
    }
  }

  private void copy(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[65_536];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!answers || !deaf) {
          out.write(buffer, 0, read);
          out.flush();
        }
      }
    } catch (IOException cut) {
      // The other direction ends too.
    }
    close(from);
    close(to);
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, "proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // It is closed.
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    cut();
  }
}
