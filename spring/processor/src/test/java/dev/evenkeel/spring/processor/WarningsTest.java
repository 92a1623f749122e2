package dev.evenkeel.spring.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.spring.processor.Compiled.Message;
import java.nio.file.Path;
import java.util.List;
import javax.tools.Diagnostic.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be meant is a warning. */
class WarningsTest {

  @TempDir
  private Path folder;

  private List<Message> messages(String... sources) {
    List<Message> messages =
        Compiled.of(folder, List.of("-Xlint:all,-processing"), sources).messages();
    assertThat(messages).allSatisfy(one -> assertThat(one.kind()).isEqualTo(Kind.WARNING));
    return messages;
  }

  @Test
  void callsOfTheSameObject() {
    List<Message> messages = messages("""
        public class Stocks {
          @Resilient("inventory")
          public String stock(String sku) {
            return sku;
          }

          public String stock(String sku, int count) {
            return stock(sku) + this.stock(sku) + Stocks.this.stock(sku);
          }

          List<String> all(List<String> skus) {
            Runnable later = new Runnable() {
              @Override
              public void run() {
                stock("A");
              }
            };
            later.run();
            return skus.stream().map(this::stock).toList();
          }

          class Inner {
            String first() {
              return stock("A");
            }
          }
        }
        """);
    assertThat(messages)
        .extracting(Message::line)
        .containsExactlyInAnyOrder(8L, 8L, 8L, 15L, 19L, 24L);
    assertThat(messages.get(0).text())
        .isEqualTo("A call of stock(String) of the same object goes past the proxy, so @Resilient"
            + " does nothing for it. Call it from another bean, or inject the bean into itself;"
            + " @SuppressWarnings(\"evenkeel\") if that is meant.");
  }

  @Test
  void callsOfTheSameObject_ofAnAnnotatedClass_andOfOneThatIsExtended() {
    assertThat(messages("""
        @Within("1s")
        public class Stocks {
          public String stock() {
            return hidden() + hashCode();
          }

          String hidden() {
            return stock();
          }
        }
        """, """
        public class More extends Stocks {
          String more() {
            return stock();
          }
        }
        """)).extracting(Message::line).containsExactlyInAnyOrder(8L, 3L);
  }

  @Test
  void callsOfOtherObjects_areNone() {
    assertThat(messages("""
        @Resilient(value = "inventory", fallback = "unknown")
        public class Stocks {
          private final Stocks self;

          Stocks(Stocks self) {
            this.self = self;
          }

          public String stock() {
            return self.stock() + this.self.stock() + unknown(new IOException()) + toString();
          }

          public String unknown(Exception failure) {
            return "";
          }

          @SuppressWarnings("evenkeel")
          String meant() {
            return stock();
          }
        }
        """, """
        public class More extends Stocks {
          More(Stocks self) {
            super(self);
          }

          @Override
          public String stock() {
            return super.stock();
          }
        }
        """, """
        public interface Client {
          @Resilient("inventory")
          @GetExchange("/stock")
          String stock();

          default String twice() {
            return stock() + stock();
          }
        }
        """)).isEmpty();
  }

  @Test
  void finalMethodsAndClasses_thatAreReachedThroughAnInterface() {
    List<Message> messages = messages("""
        public final class Stocks implements Supplier<String> {
          @Override
          @Resilient("inventory")
          public String get() {
            return "";
          }
        }
        """, """
        public class Prices implements Supplier<String> {
          @Override
          @Resilient("inventory")
          public final String get() {
            return "";
          }
        }
        """);
    assertThat(messages).hasSize(2);
    assertThat(messages.get(0).text()).contains("is final: no proxy can be made of it");
    assertThat(messages.get(1).text()).contains("The method is final: no proxy sees its calls");
  }
}
