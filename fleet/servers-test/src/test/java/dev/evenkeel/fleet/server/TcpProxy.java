package dev.evenkeel.fleet.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes bytes on, until it is a black hole: connections stay, and nothing comes through. */
final class TcpProxy implements AutoCloseable {

  private final ServerSocket server;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final Object gate = new Object();
  private boolean hole; // guarded by the gate

  TcpProxy(int target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  void swallow() {
    synchronized (gate) {
      hole = true;
    }
  }

  /** What was swallowed comes through after all, as with any network that was away. */
  void pass() {
    synchronized (gate) {
      hole = false;
      gate.notifyAll();
    }
  }

  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  private static void start(Task task) {
    Thread thread = new Thread(() -> {
      try {
        task.run();
      } catch (IOException | InterruptedException e) {
        // closed
      }
    });
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket near = server.accept();
      sockets.add(near);
      try {
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(far);
        start(() -> copy(near, far));
        start(() -> copy(far, near));
      } catch (IOException e) {
        near.close(); // nobody is there
      }
    }
  }

  private void copy(Socket from, Socket to) throws IOException, InterruptedException {
    byte[] bytes = new byte[8192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        synchronized (gate) {
          while (hole) {
            gate.wait();
          }
        }
        out.write(bytes, 0, count);
        out.flush();
      }
    }
  }

  @Override
  public void close() throws IOException {
    pass();
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
