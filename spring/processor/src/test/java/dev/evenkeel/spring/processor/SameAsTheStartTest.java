package dev.evenkeel.spring.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.Diagnostic.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compiler says what the start of the application would say, word for word. */
class SameAsTheStartTest {

  @TempDir
  private Path folder;

  /** Compiles a bean, starts an application with it, and compares what both say. */
  private List<String> errors(String bean, String source) {
    Compiled compiled = Compiled.of(folder, List.of(), source);
    List<String> errors = compiled.texts(Kind.ERROR);
    assertThat(compiled.texts(Kind.WARNING)).isEmpty();
    String started = Application.failure(Compiled.unchecked(folder, source).load(bean));
    assertThat(errors).isNotEmpty().allSatisfy(error -> assertThat(started).contains(error));
    int length = errors.stream().mapToInt(String::length).sum() + 2 * (errors.size() - 1);
    assertThat(started).as("all that the start says: " + errors).hasSize(length);
    return errors;
  }

  @Test
  void fallbackThatIsNotThere() {
    assertThat(errors("Stocks", """
        public class Stocks {
          @Resilient(value = "inventory", fallback = "unkown")
          public String stock(String sku) {
            return sku;
          }

          String unknown(String sku, Exception failure) {
            return "";
          }
        }
        """))
        .containsExactly("@Resilient(\"inventory\") on shop.Stocks.stock(String): Looked for the"
            + " fallback 'unkown' in shop.Stocks. There is no method of that name; the nearest is"
            + " 'unknown'. Write `String unkown(String, Exception failure)` or"
            + " `String unkown(Exception failure)`, with whatever type of exception it is to"
            + " answer.");
  }

  @Test
  void errors_areAtTheAnnotation_asTheGuideShows() throws IOException {
    Compiled.Message error = Compiled.of(folder, List.of(), """
        public class Stocks {
          public void other() {}

          void unknown() {}

          public void more() {}

          // The annotation is on the line below.
          @Resilient(value = "inventory", fallback = "unkown")
          public String stock(String sku) {
            return sku;
          }
        }
        """).messages().get(0);
    assertThat(Files.readString(Path.of("../../docs/guide/spring.md")))
        .contains("<!-- message: compiler -->\n```\nStocks.java:" + error.line() + ": error: "
            + error.text().replace("shop.Stocks", "com.example.Stocks") + "\n```");
  }

  @Test
  void fallbacksThatDoNotFit() {
    List<String> fallbacks = List.of(
        "int unknown(String sku, Exception failure) { return 0; }",
        "void unknown(String sku, Exception failure) {}",
        "String unknown(String sku) { return \"\"; }",
        "String unknown() { return \"\"; }",
        "String unknown(Integer sku, Exception failure) { return \"\"; }",
        "String unknown(String sku, String more, Exception failure) { return \"\"; }",
        "String unknown(StackOverflowError failure) { return \"\"; }",
        "String unknown(IllegalStateException f) throws IOException { throw new IOException(); }",
        "<X extends Exception> String unknown(Exception f) throws X { return \"\"; }",
        "Object unknown(Map.Entry<String, int[]>[] sku, Exception failure) { return \"\"; }");
    StringBuilder methods = new StringBuilder();
    for (int i = 0; i < fallbacks.size(); i++) {
      methods.append("""
            @Resilient(value = "inventory", fallback = "unknown%1$d")
            public String stock(String sku) {
              return sku;
            }
            %2$s
          """.formatted(i, fallbacks.get(i))
          .replace("stock(", "stock" + i + "(")
          .replace("unknown(", "unknown" + i + "("));
    }
    assertThat(errors("Stocks", "public class Stocks {\n" + methods + "}\n"))
        .hasSize(fallbacks.size())
        .allSatisfy(error -> assertThat(error).contains("Found, but not fitting: "));
  }

  @Test
  void resultsOfFallbacks_areBoxedButNotWidened() {
    assertThat(errors("Numbers", """
        public class Numbers {
          @Resilient(value = "inventory", fallback = "none")
          public long wide() {
            return 1;
          }

          int none(Exception failure) {
            return 0;
          }

          @Resilient(value = "inventory", fallback = "nobody")
          public int narrow() {
            return 1;
          }

          Long nobody(Exception failure) {
            return 0L;
          }

          @Resilient(value = "inventory", fallback = "nothing")
          public void quiet() {
          }

          int nothing(Exception failure) {
            return 0;
          }
        }
        """)).hasSize(3);
  }

  @Test
  void twoFallbacksForOneException() {
    String source = """
        public class Stocks {
          @Resilient(value = "inventory", fallback = "unknown")
          public String stock(String sku) {
            return sku;
          }

          String unknown(String sku, IOException failure) {
            return "";
          }

          String unknown(IOException failure) {
            return "";
          }
        }
        """;
    String two = "Two fallbacks for IOException: ";
    assertThat(Application.failure(Compiled.unchecked(folder, source).load("Stocks")))
        .contains(two); // which of them is named first is not said anywhere
    assertThat(Compiled.of(folder, List.of(), source).texts(Kind.ERROR))
        .singleElement()
        .asString()
        .contains(two + "String unknown(String, IOException) and String unknown(IOException).")
        .endsWith("Keep one of them, or give one a type of exception of its own.");
  }

  @Test
  void methodsThatNoProxySees() {
    assertThat(errors("Unseen", """
        public class Unseen {
          @Resilient("inventory")
          private String hidden() {
            return "";
          }

          @Resilient("inventory")
          public final String fixed() {
            return "";
          }

          @Within("1s")
          public static String shared() {
            return "";
          }
        }
        """)).hasSize(3);
  }

  @Test
  void finalMethodsOfAnAnnotatedClass_alsoThoseThatItInherits() {
    assertThat(errors("Stocks", """
        @Resilient(value = "inventory", fallback = "unknown")
        public class Stocks extends Base {
          public final String fixed() {
            return "";
          }

          public final String unknown(Exception failure) {
            return "";
          }
        }

        class Base {
          public final void open() {}

          protected final void hidden() {}
        }
        """)).hasSize(2);
  }

  @Test
  void finalClasses_andRecords() {
    assertThat(errors("Stocks", """
        public final class Stocks {
          @Resilient("inventory")
          public String stock() {
            return "";
          }
        }
        """))
        .singleElement()
        .asString()
        .contains("is final: no proxy can be made of it");
    assertThat(errors("Stocks", """
        @Within("1s")
        public record Stocks() {
          public String stock() {
            return "";
          }
        }
        """))
        .singleElement()
        .asString()
        .contains("open, which a record is not,");
    assertThat(errors("Stocks", """
        public sealed class Stocks permits More {
          @Resilient("inventory")
          public String stock() {
            return "";
          }
        }

        final class More extends Stocks {}
        """))
        .singleElement()
        .asString()
        .contains("is sealed: no proxy can be made of it");
  }

  @Test
  void resultsThatCannotBeFollowed() {
    assertThat(errors("Stocks", """
        public class Stocks {
          @Resilient("inventory")
          public Future<String> future() {
            return null;
          }

          @Resilient("inventory")
          public Flow.Publisher<String> publisher() {
            return null;
          }

          @Resilient("inventory")
          public ParallelFlux<String> parallel() {
            return null;
          }

          @Resilient("inventory")
          public OwnStage stage() {
            return null;
          }

          public static class OwnStage extends CompletableFuture<String> {}
        }
        """))
        .hasSize(4)
        .allSatisfy(error -> assertThat(error).contains(": It returns a "));
  }

  @Test
  void fallbackOfAMono_thatReturnsTheValue() {
    assertThat(errors("Stocks", """
        public class Stocks {
          @Resilient(value = "inventory", fallback = "unknown")
          public Mono<String> stock() {
            return Mono.empty();
          }

          String unknown(Exception failure) throws IOException {
            return "";
          }
        }
        """)).singleElement().asString().contains("its result is no Mono");
  }

  @Test
  void emptyName() {
    assertThat(errors("Stocks", """
        public class Stocks {
          @Resilient("")
          public void stock() {}
        }
        """))
        .singleElement()
        .asString()
        .contains("The name of the pipeline is empty.");
  }

  @Test
  void genericClass_whoseFallbackIsOfAnotherType() {
    assertThat(errors("Stocks", """
        public class Stocks extends Store<String> {
          @Override
          @Resilient(value = "inventory", fallback = "unknown")
          public String read(String key) {
            return key;
          }

          String unknown(Object key, Exception failure) {
            return "";
          }
        }

        abstract class Store<K> {
          public abstract K read(K key);
        }
        """))
        .singleElement()
        .asString()
        .contains("its other parameters are not (String)");
  }

  @Test
  void nestedClass_isNamedAsAtTheStart() {
    assertThat(errors("Shop$Stocks", """
        public class Shop {
          public static class Stocks {
            @Resilient(value = "inventory", fallback = "unknown")
            public String stock(String... skus) {
              return "";
            }
          }
        }
        """))
        .singleElement()
        .asString()
        .contains("on shop.Shop$Stocks.stock(String[]): ");
  }
}
