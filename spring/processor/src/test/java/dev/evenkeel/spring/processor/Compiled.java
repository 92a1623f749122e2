package dev.evenkeel.spring.processor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.Diagnostic.Kind;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What a compiler said of sources.
 *
 * @param messages of the processor and of the compiler, in their order
 * @param classes where the classes are
 */
record Compiled(List<Message> messages, Path classes) {

  private static final Pattern TYPE =
      Pattern.compile("(?m)^(?:@\\S+(?: .*)?\\s+)*(?:public |abstract |final |sealed |non-sealed )*"
          + "(?:class|interface|record|enum|@interface) (\\w+)");

  private static final String IMPORTS = """
      package shop;
      import dev.evenkeel.core.*;
      import dev.evenkeel.spring.*;
      import java.io.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.function.*;
      import org.jspecify.annotations.Nullable;
      import org.springframework.web.service.annotation.*;
      import reactor.core.publisher.*;
      """;

  /**
   * A message.
   *
   * @param line of the source, below its imports; 0 if it has none
   */
  record Message(Kind kind, String text, long line) {}

  /** Compiles classes of the package {@code shop} with javac and the processor. */
  static Compiled of(Path folder, List<String> options, String... sources) {
    return with(
        ToolProvider.getSystemJavaCompiler(), new ResilientProcessor(), folder, options, sources);
  }

  /** Compiles without a processor, for an application that is started. */
  static Compiled unchecked(Path folder, String... sources) {
    return with(ToolProvider.getSystemJavaCompiler(), null, folder, List.of("-proc:none"), sources);
  }

  static Compiled with(
      JavaCompiler compiler,
      Processor processor,
      Path folder,
      List<String> options,
      String... sources) {
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(diagnostics, Locale.ROOT, null)) {
      Path classes = Files.createTempDirectory(folder, "classes");
      List<String> all = new ArrayList<>(List.of(
          "-d",
          classes.toString(),
          "-classpath",
          System.getProperty("java.class.path"),
          "-parameters"));
      all.addAll(options);
      List<Path> written = new ArrayList<>();
      for (String source : sources) {
        written.add(write(folder, source));
      }
      JavaCompiler.CompilationTask task = compiler.getTask(
          Writer.nullWriter(), // what it prints besides
          files,
          diagnostics,
          all,
          null,
          files.getJavaFileObjectsFromPaths(written));
      if (processor != null) {
        task.setProcessors(List.of(processor));
      }
      var unused = task.call();
      return new Compiled(
          diagnostics.getDiagnostics().stream().map(Compiled::message).toList(), classes);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Into a file, because Eclipse's compiler takes nothing else. */
  private static Path write(Path folder, String source) throws IOException {
    Matcher type = TYPE.matcher(source);
    if (!type.find()) {
      throw new IllegalArgumentException("no type in " + source);
    }
    Path file = folder.resolve("shop").resolve(type.group(1) + ".java");
    Files.createDirectories(file.getParent());
    return Files.writeString(file, IMPORTS + source);
  }

  private static Message message(Diagnostic<? extends JavaFileObject> diagnostic) {
    long line = diagnostic.getLineNumber() == Diagnostic.NOPOS
        ? 0
        : diagnostic.getLineNumber() - IMPORTS.lines().count();
    return new Message(diagnostic.getKind(), diagnostic.getMessage(Locale.ROOT), line);
  }

  /** Texts of one kind, in their order. */
  List<String> texts(Kind kind) {
    return messages.stream()
        .filter(message -> message.kind() == kind)
        .map(Message::text)
        .toList();
  }

  /** Classes of the package {@code shop}, without their package. */
  Class<?>[] load(String... names) {
    try {
      URLClassLoader loader =
          new URLClassLoader(new URL[] {classes.toUri().toURL()}, Compiled.class.getClassLoader());
      Class<?>[] loaded = new Class<?>[names.length];
      for (int i = 0; i < names.length; i++) {
        loaded[i] = loader.loadClass("shop." + names[i]);
      }
      return loaded;
    } catch (IOException | ClassNotFoundException failure) {
      throw new IllegalStateException(messages.toString(), failure);
    }
  }
}
