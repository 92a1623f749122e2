package dev.evenkeel.examples.comeback;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A child process's line to the process that started it: standard input and output. */
final class Parent {

  private static final BufferedReader INPUT =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  private static final PrintStream OUTPUT = new PrintStream(
      new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 4096),
      false,
      StandardCharsets.UTF_8);

  private Parent() {}

  /** Writes a line in one piece, so that a killed process leaves no half ones. */
  static void tell(String line) {
    synchronized (OUTPUT) {
      OUTPUT.print(line + "\n");
      OUTPUT.flush();
    }
  }

  /** Blocks until the parent has sent a line, and ends this process if it never will. */
  static void awaitLine() throws IOException {
    if (INPUT.readLine() == null) {
      Runtime.getRuntime().halt(0);
    }
  }

  /**
   * However the parent ends, even by kill -9: its end of the pipe closes, and this process ends
   * too.
   */
  static void exitWhenGone() {
    Thread watch = new Thread(Parent::watch, "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void watch() {
    try {
      while (INPUT.readLine() != null) {
        // Nothing more is expected.
      }
    } catch (IOException e) {
      // As good as the end.
    }
    Runtime.getRuntime().halt(0);
  }
}
