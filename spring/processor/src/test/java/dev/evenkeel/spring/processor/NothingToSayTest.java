package dev.evenkeel.spring.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A compile that is right is not broken, and gets no warning either. */
class NothingToSayTest {

  private static final List<String> STRICT =
      List.of("-Xlint:all,-processing", "-Werror", "-Aevenkeel.pipelines=inventory");

  @TempDir
  private Path folder;

  /** Compiles beans, and starts an application with them. */
  private void isRight(List<String> beans, String... sources) {
    Compiled compiled = Compiled.of(folder, STRICT, sources);
    assertThat(compiled.messages()).isEmpty();
    assertThat(Application.failure(compiled.load(beans.toArray(new String[0])))).isEmpty();
  }

  @Test
  void fallbacksOfAllKinds() {
    isRight(List.of("Stocks"), """
        public class Stocks extends Base {
          @Resilient(value = "inventory", fallback = "unknown")
          public CharSequence stock(String sku, int... counts) throws IOException {
            return sku;
          }

          private String unknown(String sku, int[] counts, CallRefusedException refused) {
            return "";
          }

          String unknown(FileNotFoundException failure) throws FileNotFoundException {
            throw failure;
          }

          CharSequence unknown(Exception failure) {
            return "";
          }

          @Resilient(value = "inventory", fallback = "inherited")
          public int count() {
            return 1;
          }

          @Resilient(value = "inventory", fallback = "ofInterface")
          public CompletableFuture<String> later() {
            return CompletableFuture.completedFuture("");
          }

          @Resilient(value = "inventory", fallback = "none")
          public Mono<String> mono() {
            return Mono.empty();
          }

          Mono<String> none(Exception failure) throws IOException {
            throw new IOException(failure);
          }
        }

        class Base implements Answers {
          private Integer inherited(Throwable failure) {
            return 0;
          }
        }

        interface Answers {
          default CompletableFuture<String> ofInterface(Exception failure) {
            return CompletableFuture.failedFuture(failure);
          }
        }
        """);
  }

  @Test
  void generics_andBridges() {
    isRight(List.of("Stocks", "Any"), """
        public class Stocks extends Store<String, List<Integer>> implements Function<String, String> {
          @Override
          @Resilient(value = "inventory", fallback = "unknown")
          public List<Integer> read(String key) {
            return List.of();
          }

          List<Integer> unknown(String key, Exception failure) {
            return List.of();
          }

          @Override
          @Resilient(value = "inventory", fallback = "same")
          public String apply(String key) {
            return key;
          }

          @Resilient(value = "inventory", fallback = "first")
          public <T extends Comparable<T>> T largest(List<? extends T> of) {
            return of.get(0);
          }

          <T extends Comparable<T>> T first(List<? extends T> of, Exception failure) {
            return of.get(0);
          }
        }

        abstract class Store<K, V> {
          public abstract V read(K key);

          K same(K key, RuntimeException failure) {
            return key;
          }
        }
        """, """
        public class Any<T extends Number> {
          @Resilient(value = "inventory", fallback = "unknown")
          public T[] read(T key) {
            return null;
          }

          T[] unknown(T key, Exception failure) {
            return null;
          }
        }
        """);
  }

  @Test
  void httpClient_thatIsAnInterface() {
    isRight(List.of(), """
        @Resilient(value = "inventory", fallback = "unknown")
        public interface InventoryClient extends Pinged {
          @GetExchange("/stock/{sku}")
          String stock(String sku);

          @GetExchange("/fresh")
          @Resilient("inventory")
          Flux<String> fresh();

          default String unknown(CallRefusedException refused) {
            return "";
          }
        }

        interface Pinged {
          @GetExchange("/ping")
          String ping();
        }
        """);
  }

  @Test
  void abstractClass_andInterface_whoseFallbackIsInTheBean() {
    isRight(List.of("Stocks", "Prices"), """
        public abstract class Base<T> {
          @Resilient(value = "inventory", fallback = "unknown")
          public T read(T key) {
            return key;
          }
        }
        """, """
        public class Stocks extends Base<String> {
          String unknown(String key, Exception failure) {
            return "";
          }
        }
        """, """
        public interface Priced {
          @Resilient(value = "inventory", fallback = "noPrice")
          String price(String sku);
        }
        """, """
        public class Prices implements Priced {
          @Override
          public String price(String sku) {
            return sku;
          }

          private String noPrice(Exception failure) {
            return "";
          }
        }
        """);
  }

  @Test
  void annotatedClass_whoseMethodsSayOtherwise() {
    isRight(List.of("Stocks"), """
        @Resilient(value = "inventory", fallback = "unknown")
        @Within("2s")
        public class Stocks implements Priced, Counted {
          public String stock() {
            return "";
          }

          private String unknown(Exception failure) {
            return "";
          }

          @Override
          public int price() {
            return 1;
          }

          private int noPrice(Exception failure) {
            return 0;
          }

          @Override
          public int count() {
            return 1;
          }

          @Override
          public boolean equals(Object other) {
            return other == this;
          }

          @Override
          public final int hashCode() {
            return 1;
          }

          static void shared() {}

          void ofThePackage() {}
        }

        interface Priced {
          @Resilient(value = "inventory", fallback = "noPrice")
          int price();
        }

        interface Counted {
          @Guarded
          int count();
        }
        """, """
        @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
        @Resilient("inventory")
        @interface Guarded {}
        """);
  }

  @Test
  void signaturesAsKotlinWritesThem() {
    isRight(List.of("Stocks"), """
        public class Stocks {
          @Resilient(value = "inventory", fallback = "unknown")
          public @Nullable String stock(@Nullable String sku, List<@Nullable String> more) {
            return sku;
          }

          public String unknown(String sku, List<String> more, Exception failure) {
            return "";
          }

          @Resilient(value = "inventory", fallback = "no")
          public boolean isThere(String sku) {
            return true;
          }

          public @Nullable Boolean no(@Nullable String sku, @Nullable Throwable failure) {
            return false;
          }
        }
        """);
  }

  @Test
  void placeholders_andConstants() {
    assertThat(Compiled.of(folder, STRICT, """
        public class Stocks {
          private static final String NAME = "inven" + "tory";

          @Resilient(NAME)
          public void stock() {}

          @Resilient("${shop.pipeline}")
          public void other() {}
        }
        """).messages()).isEmpty();
  }

  @Test
  void classesInPlacesOfAllKinds() {
    isRight(List.of("Shop$Stocks"), """
        public class Shop {
          public static class Stocks {
            @Resilient("inventory")
            void ofThePackage() {}

            @Resilient("inventory")
            protected Optional<String> found() {
              class Local {
                @Resilient("inventory")
                public void local() {}
              }
              return Optional.of(new Local().toString());
            }
          }

          record Data(String sku) {}

          enum Kind { A { @Override void m() {} }; void m() {} }

          sealed interface Shape permits Circle {}

          record Circle(int r) implements Shape {}
        }
        """);
  }

  @Test
  void whatTheCompilerDoesNotKnow_isLeftToIt() {
    assertThat(Compiled.of(folder, STRICT, """
        public class Stocks extends Missing {
          @Resilient(value = "inventory", fallback = "unknown")
          public Absent stock(String sku) {
            return null;
          }
        }
        """).messages())
        .allSatisfy(message -> assertThat(message.text()).contains("symbol"));
  }

  @Test
  void suppressedOnes() {
    assertThat(Compiled.of(folder, STRICT, """
        public class Stocks {
          @Resilient(value = "inventory", fallback = "unknown")
          @SuppressWarnings("evenkeel")
          public String stock(String sku) {
            return sku;
          }

          @SuppressWarnings("evenkeel")
          static final class Inner {
            @Within("1s")
            public void run() {}
          }
        }
        """).messages()).isEmpty();
  }
}
