package dev.evenkeel.spring.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic.Kind;
import javax.tools.ToolProvider;
import org.eclipse.jdt.internal.compiler.tool.EclipseCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Eclipse's compiler, and build tools that hide javac. */
class OtherCompilersTest {

  private static final String WRONG = """
      public class Stocks {
        @Resilient(value = "inventory", fallback = "unknown")
        public String stock(String sku) {
          return sku;
        }

        String unknown(String sku) {
          return stock(sku);
        }
      }
      """;

  private static final String ERROR =
      "@Resilient(\"inventory\") on shop.Stocks.stock(String): Looked"
          + " for the fallback 'unknown' in shop.Stocks. Found, but not fitting:"
          + " String unknown(String): its last parameter is no exception. Write"
          + " `String unknown(String, Exception failure)` or `String unknown(Exception failure)`, with"
          + " whatever type of exception it is to answer.";

  @TempDir
  private Path folder;

  @Test
  void eclipsesCompiler_findsTheSame_butSelfCalls() {
    Compiled compiled = Compiled.with(
        new EclipseCompiler(), new ResilientProcessor(), folder, List.of("--release", "17"), WRONG);
    assertThat(compiled.texts(Kind.ERROR)).containsExactly(ERROR);
    assertThat(compiled.messages()).noneSatisfy(one -> assertThat(one.text()).contains("has not"));
  }

  @Test
  void eclipsesCompiler_isNotBrokenByWhatIsRight() {
    Compiled compiled = Compiled.with(
        new EclipseCompiler(),
        new ResilientProcessor(),
        folder,
        List.of("--release", "17", "-Aevenkeel.pipelines=inventory"),
        """
        @Resilient(value = "inventory", fallback = "unknown")
        public class Stocks extends Store<String, List<Integer>> implements Supplier<String> {
          @Override
          public List<Integer> read(String key) {
            return List.of();
          }

          private List<Integer> unknown(String key, Exception failure) {
            return List.of();
          }

          @Override
          @Resilient("inventory")
          public String get() {
            return "";
          }
        }

        abstract class Store<K, V> {
          public abstract V read(K key);
        }
        """,
        """
        @Resilient(value = "inventory", fallback = "unknown")
        public interface InventoryClient {
          @GetExchange("/stock/{sku}")
          String stock(String sku);

          default String unknown(CallRefusedException refused) {
            return "";
          }
        }
        """);
    assertThat(compiled.messages()).noneSatisfy(one -> assertThat(one.text()).contains("Evenkeel"));
    assertThat(compiled.texts(Kind.ERROR)).isEmpty();
  }

  /** As Gradle and IntelliJ do: the processor sees no environment of javac's. */
  private static final class Hidden extends AbstractProcessor {

    private final Processor processor = new ResilientProcessor();

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
      super.init(environment);
      processor.init((ProcessingEnvironment) Proxy.newProxyInstance(
          Hidden.class.getClassLoader(),
          new Class<?>[] {ProcessingEnvironment.class},
          (proxy, method, arguments) -> method.invoke(environment, arguments)));
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
      return processor.getSupportedAnnotationTypes();
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
      return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
      boolean unused = processor.process(annotations, round);
      return false;
    }
  }

  @Test
  void hiddenJavac_findsTheSame_butSelfCalls() {
    Compiled compiled =
        Compiled.with(ToolProvider.getSystemJavaCompiler(), new Hidden(), folder, List.of(), WRONG);
    assertThat(compiled.messages())
        .singleElement()
        .extracting(Compiled.Message::text)
        .isEqualTo(ERROR);
  }

  @Test
  void compilers_findTheProcessor() {
    assertThat(ServiceLoader.load(Processor.class).stream().map(ServiceLoader.Provider::type))
        .contains(ResilientProcessor.class);
  }

  @Test
  void gradle_isToldThatEachClassIsCheckedByItself() throws IOException {
    try (InputStream told = ResilientProcessor.class.getResourceAsStream(
        "/META-INF/gradle/incremental.annotation.processors")) {
      assertThat(new String(told.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(ResilientProcessor.class.getName() + ",isolating\n");
    }
  }
}
