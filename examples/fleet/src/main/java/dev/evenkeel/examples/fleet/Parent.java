package dev.evenkeel.examples.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;

/** A child's line to the process that started it. */
final class Parent {

  private static final BufferedReader INPUT =
      new BufferedReader(new InputStreamReader(System.in, UTF_8));
  private static final FileOutputStream OUTPUT = new FileOutputStream(FileDescriptor.out);

  private Parent() {}

  /** In one piece. */
  static synchronized void tell(String line) {
    try {
      OUTPUT.write((line + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      Runtime.getRuntime().halt(0); // nobody listens any more
    }
  }

  static void awaitLine() throws IOException {
    if (INPUT.readLine() == null) {
      Runtime.getRuntime().halt(0);
    }
  }

  /** However the parent ends, even by kill -9: its end of the pipe closes, and so does this. */
  static void exitWhenGone() {
    Thread watch = new Thread(
        () -> {
          try {
            while (INPUT.readLine() != null) {
              // Nothing more is expected.
            }
          } catch (IOException e) {
            // As good as the end.
          }
          Runtime.getRuntime().halt(0);
        },
        "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
