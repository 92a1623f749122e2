package dev.evenkeel.spring.nativetest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.springframework.aot.AotDetector;
import org.springframework.aot.agent.RecordedInvocation;
import org.springframework.aot.agent.RecordedInvocationsListener;
import org.springframework.aot.agent.RecordedInvocationsPublisher;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.FileSystemGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.aot.AbstractAotProcessor.Settings;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.SpringProperties;
import org.springframework.javapoet.ClassName;

/**
 * Run twice: {@code build} processes the application ahead of time and compiles what comes of it,
 * as Boot's build does; {@code run} runs that while the agent records reflection, and prints what
 * the hints do not cover. Two JVMs, because classes that one of them has made are known to it. The
 * agent is deprecated in favour of a native image, which needs GraalVM.
 */
public final class Traced {

  static final String DONE = "traced: ";
  static final String UNHINTED = "unhinted: ";

  private static final String PROXIES = "proxies.txt";

  private Traced() {}

  /** Keeps the hints, and what is generated, in one folder. */
  private static final class Processor extends SpringApplicationAotProcessor {

    private final Path sources;
    private final Path classes;
    private RuntimeHints hints = new RuntimeHints();

    Processor(Path sources, Path classes, Settings settings) {
      super(Application.class, settings, new String[0]);
      this.sources = sources;
      this.classes = classes;
    }

    @Override
    protected ClassName performAotProcessing(GenericApplicationContext context) {
      DefaultGenerationContext generation = new DefaultGenerationContext(
          new ClassNameGenerator(ClassName.get(Application.class)),
          new FileSystemGeneratedFiles(kind -> switch (kind) {
            case SOURCE -> sources;
            case RESOURCE, CLASS -> classes;
          }));
      ClassName initializer =
          new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
      generation.writeGeneratedContent();
      hints = generation.getRuntimeHints();
      return initializer;
    }
  }

  /** {@code build} or {@code run}, a folder for classes on the class path, one for sources. */
  public static void main(String[] arguments) throws Exception {
    Path classes = Path.of(arguments[1]);
    Path sources = Path.of(arguments[2]);
    if (arguments[0].equals("build")) {
      keep(process(sources, classes), classes);
      compile(sources, classes);
      return;
    }
    SpringProperties.setProperty(AotDetector.AOT_ENABLED, "true");
    Queue<RecordedInvocation> recorded = new ConcurrentLinkedQueue<>();
    RecordedInvocationsListener listener = recorded::add;
    RecordedInvocationsPublisher.addListener(listener);
    try (ConfigurableApplicationContext application = Application.start()) {
      Use.everything(application);
    }
    RecordedInvocationsPublisher.removeListener(listener);
    SpringProperties.setProperty(AotDetector.AOT_ENABLED, "false");
    RuntimeHints hints = process(sources, Files.createTempDirectory("again"));
    restore(hints, classes);

    List<RecordedInvocation> ours = recorded.stream().filter(Concern::isOurs).toList();
    TreeSet<String> unhinted = ours.stream()
        .filter(invocation -> !invocation.matches(hints))
        .map(Concern::text)
        .collect(Collectors.toCollection(TreeSet::new));
    unhinted.forEach(line -> System.out.println(UNHINTED + line));
    System.out.println(DONE + recorded.size() + " reflective calls, " + ours.size()
        + " of them Evenkeel's concern, unhinted " + unhinted.size());
    System.exit(0); // whatever threads the clients keep
  }

  /** Proxies are made by the first JVM, and hints for them there only. */
  private static void keep(RuntimeHints hints, Path classes) throws IOException {
    List<String> proxies = hints
        .reflection()
        .typeHints()
        .map(hint -> hint.getType().getName())
        .filter(name -> name.contains("$$SpringCGLIB$$"))
        .distinct()
        .toList();
    Files.write(classes.resolve(PROXIES), proxies);
  }

  private static void restore(RuntimeHints hints, Path classes) throws IOException {
    for (String proxy : Files.readAllLines(classes.resolve(PROXIES))) {
      hints.reflection().registerType(TypeReference.of(proxy));
    }
  }

  private static RuntimeHints process(Path sources, Path classes) {
    Processor processor = new Processor(
        sources,
        classes,
        Settings.builder()
            .sourceOutput(sources)
            .resourceOutput(classes)
            .classOutput(classes)
            .groupId("dev.evenkeel")
            .artifactId("native-test")
            .build());
    processor.process();
    return processor.hints;
  }

  private static void compile(Path sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> all = Files.walk(sources)) {
      List<Path> generated =
          all.filter(file -> file.toString().endsWith(".java")).toList();
      boolean isGood = compiler
          .getTask(
              null,
              files,
              null,
              List.of("-d", classes.toString(), "-proc:none", "-nowarn"),
              null,
              files.getJavaFileObjectsFromPaths(generated))
          .call();
      if (!isGood) {
        throw new IllegalStateException("what was generated does not compile");
      }
    }
  }
}
