package dev.evenkeel.agent;

import dev.evenkeel.core.CallContext;
import dev.evenkeel.tracing.EvenkeelPropagator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.slf4j.jul.JULServiceProvider;

/**
 * Core, tracing and SLF4J in one jar, as the agent wants its extensions: what the shaded jar of
 * {@code evenkeel-agent} holds.
 */
final class Extension {

  private Extension() {}

  static Path jar(Path file) throws Exception {
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out)) {
      Set<String> written = new HashSet<>();
      for (Class<?> type : List.of(
          CallContext.class,
          EvenkeelPropagator.class,
          LoggerFactory.class,
          JULServiceProvider.class)) {
        add(location(type), jar, written);
      }
    }
    return file;
  }

  private static Path location(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static void add(Path location, JarOutputStream jar, Set<String> written)
      throws IOException {
    if (Files.isDirectory(location)) {
      addAll(location, jar, written);
      return;
    }
    try (FileSystem archive = FileSystems.newFileSystem(location)) {
      addAll(archive.getPath("/"), jar, written);
    }
  }

  private static void addAll(Path root, JarOutputStream jar, Set<String> written)
      throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      files.filter(Files::isRegularFile).forEach(file -> {
        String name = root.relativize(file).toString().replace('\\', '/');
        if (!name.endsWith("MANIFEST.MF")
            && !name.endsWith("module-info.class")
            && written.add(name)) {
          try {
            jar.putNextEntry(new JarEntry(name));
            Files.copy(file, jar);
            jar.closeEntry();
          } catch (IOException failure) {
            throw new UncheckedIOException(failure);
          }
        }
      });
    }
  }
}
