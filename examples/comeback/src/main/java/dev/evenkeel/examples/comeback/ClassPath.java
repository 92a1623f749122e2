package dev.evenkeel.examples.comeback;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Where this program's classes come from, for a child that needs the same. */
final class ClassPath {

  private ClassPath() {}

  /**
   * Under {@code mvn exec:java} the property is Maven's own class path, and the program's is the
   * class loader's.
   */
  static String ofThisProgram() {
    if (ClassPath.class.getClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(ClassPath::file)
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }

  private static String file(URL url) {
    try {
      return Path.of(url.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("class path entry: " + url + " (expected: a file)", e);
    }
  }
}
