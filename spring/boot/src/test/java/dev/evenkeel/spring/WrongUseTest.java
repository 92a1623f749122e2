package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.core.Timeout;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.ParallelFlux;

/** What is wrong stops the start, and says what to write. */
class WrongUseTest {

  @Configuration(proxyBeanMethods = false)
  static class Inventory {
    @Bean
    PipelineCustomizer inventory() {
      return PipelineCustomizer.of("inventory", builder -> builder.policies(Timeout.ofMillis(300)));
    }
  }

  private static FailureAnalysis failure(Class<?>... beans) {
    FailureAnalysis[] found = new FailureAnalysis[1];
    Contexts.runner()
        .withUserConfiguration(Inventory.class)
        .withUserConfiguration(beans)
        .run(context -> {
          assertThat(context).hasFailed();
          found[0] = Contexts.analysis(context.getStartupFailure());
        });
    return found[0];
  }

  public static class Misspelt {
    @Resilient("inventroy")
    public String stock() {
      return "7";
    }
  }

  @Test
  void unknownPipeline_isToldWithTheNearestName() {
    FailureAnalysis failure = failure(Misspelt.class);
    assertThat(failure.getDescription())
        .isEqualTo("@Resilient(\"inventroy\") on " + Misspelt.class.getName() + ".stock()\n\n"
            + "Looked for a pipeline named 'inventroy'. There are: [inventory].");
    assertThat(failure.getAction())
        .isEqualTo("Write @Resilient(\"inventory\") if that is the one you mean, or make"
            + " 'inventroy': with properties evenkeel.pipelines.inventroy.*, or with a bean of type"
            + " PipelineCustomizer or Pipeline.");
  }

  public static class NoFallback {
    @Resilient(value = "inventory", fallback = "unkown")
    public String stock(String sku) {
      return sku;
    }

    String unknown(String sku, Exception failure) {
      return "";
    }
  }

  @Test
  void fallbackThatIsNotThere_isToldWithTheSignaturesThatFit() {
    FailureAnalysis failure = failure(NoFallback.class);
    assertThat(failure.getDescription())
        .contains("Looked for the fallback 'unkown' in " + NoFallback.class.getName()
            + ". There is no method of that name; the nearest is 'unknown'.");
    assertThat(failure.getAction())
        .isEqualTo(
            "Write `String unkown(String, Exception failure)` or"
                + " `String unkown(Exception failure)`, with whatever type of exception it is to answer.");
  }

  public static class WrongFallbacks {
    @Resilient(value = "inventory", fallback = "unknown")
    public String stock(String sku) {
      return sku;
    }

    int unknown(String sku, Exception failure) {
      return 0;
    }

    String unknown(String sku) {
      return "";
    }

    String unknown(Integer sku, Exception failure) {
      return "";
    }

    String unknown(StackOverflowError failure) {
      return "";
    }

    String unknown(IllegalStateException failure) throws IOException {
      throw new IOException();
    }
  }

  @Test
  void fallbacksThatDoNotFit_areToldWithTheReason() {
    assertThat(failure(WrongFallbacks.class).getDescription())
        .contains("Found, but not fitting: ")
        .contains("int unknown(String, Exception): its result is no String")
        .contains("String unknown(String): its last parameter is no exception")
        .contains("String unknown(Integer, Exception): its other parameters are not (String)")
        .contains("String unknown(StackOverflowError): an Error is never answered")
        .contains("String unknown(IllegalStateException): it throws IOException, which the method"
            + " does not declare");
  }

  public static class TwoFallbacks {
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

  @Test
  void twoFallbacksForOneException_areTold() {
    FailureAnalysis failure = failure(TwoFallbacks.class);
    assertThat(failure.getDescription())
        .contains("Two fallbacks for IOException: ")
        .contains("String unknown(String, IOException)")
        .contains("String unknown(IOException)");
    assertThat(failure.getAction()).startsWith("Keep one of them");
  }

  public static class Unseen {
    @Resilient("inventory")
    private String hidden() {
      return "";
    }

    @Resilient("inventory")
    public final String fixed() {
      return hidden();
    }

    @Within("1s")
    public static String shared() {
      return "";
    }
  }

  @Test
  void methodsThatNoProxySees_areAllNamed() {
    FailureAnalysis failure = failure(Unseen.class);
    assertThat(failure.getDescription())
        .startsWith("3 things are wrong:")
        .contains(".hidden()\n   The method is private: no proxy sees its calls")
        .contains(".fixed()\n   The method is final")
        .contains("@Within on " + Unseen.class.getName() + ".shared()\n   The method is static");
    assertThat(failure.getAction()).contains("1. ").contains("2. ").contains("3. ");
  }

  @Resilient("inventory")
  public static class FinalInAClass {
    public final String fixed() {
      return "";
    }
  }

  @Resilient("inventory")
  public static class NothingPublic {
    String stock() {
      return "";
    }
  }

  @Test
  void annotatedClassWithoutAPublicMethod_isNamed() {
    FailureAnalysis failure = failure(NothingPublic.class);
    assertThat(failure.getDescription())
        .startsWith("@Resilient(\"inventory\") on " + NothingPublic.class.getName())
        .contains("The class has no public method");
    assertThat(failure.getAction()).startsWith("Make the methods public");
  }

  @Configuration(proxyBeanMethods = false)
  static class ContradictingCustomizer {
    @Bean
    PipelineCustomizer contradicting() {
      return PipelineCustomizer.of(
          "stock", builder -> builder.policies(Timeout.ofMillis(1), Timeout.ofMillis(2)));
    }
  }

  @Test
  void customizerWhosePoliciesContradict_isNamed() {
    assertThat(failure(ContradictingCustomizer.class).getDescription())
        .startsWith("PipelineCustomizer for 'stock'")
        .contains("timeout: two of them");
  }

  @Test
  void finalMethodOfAnAnnotatedClass_isNamed() {
    assertThat(failure(FinalInAClass.class).getDescription()).contains("The method is final");
  }

  public static final class FinalClass {
    @Resilient("inventory")
    public String stock() {
      return "";
    }
  }

  public record Recorded(String sku) {
    @Resilient("inventory")
    public String stock() {
      return sku;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class ARecord {
    @Bean
    Recorded recorded() {
      return new Recorded("A");
    }
  }

  @Test
  void finalClasses_areNamed() {
    assertThat(failure(FinalClass.class).getDescription())
        .startsWith(FinalClass.class.getName())
        .contains("is final: no proxy can be made of it");
    assertThat(failure(ARecord.class).getAction()).contains("open, which a record is not,");
  }

  public static class Reactive {
    @Resilient("inventory")
    public ParallelFlux<String> parallel() {
      return Flux.<String>empty().parallel();
    }

    @Resilient("inventory")
    public Flow.Publisher<String> ofTheJdk() {
      return subscriber -> {};
    }

    @Resilient(value = "inventory", fallback = "unknown")
    public Mono<String> mono() {
      return Mono.empty();
    }

    String unknown(Exception failure) {
      return "no Mono";
    }
  }

  @Test
  void otherReactiveResults_andPlainFallbacks_areRefused_andSaidSo() {
    assertThat(failure(Reactive.class).getDescription())
        .contains("It returns a ParallelFlux, and of reactive results only Mono, Flux and")
        .contains("It returns a Publisher, and of reactive results only Mono, Flux and")
        .contains("unknown(Exception): its result is no Mono");
  }

  /** A stage that only its own class can make. */
  public static class OwnStage extends CompletableFuture<String> {}

  public static class Futures {
    @Resilient("inventory")
    public Future<String> future() {
      return CompletableFuture.completedFuture("");
    }

    @Resilient("inventory")
    public OwnStage stage() {
      return new OwnStage();
    }
  }

  @Test
  void futuresThatDoNotTellTheirEnd_areRefused() {
    assertThat(failure(Futures.class).getDescription())
        .contains("It returns a Future, which does not tell when it is done")
        .contains("It returns a OwnStage, a stage that only its own class can make");
  }

  public static class WrongTimes {
    @Within("500")
    public void noUnit() {}

    @Within("0s")
    public void none() {}

    @Within("soon")
    public void words() {}
  }

  @Test
  void timesWithoutAUnit_areRefused() {
    FailureAnalysis failure = failure(WrongTimes.class);
    assertThat(failure.getDescription())
        .contains("3 things are wrong")
        .contains("@Within(\"500\") on " + WrongTimes.class.getName() + ".noUnit()")
        .contains("Found \"0s\".")
        .contains("Found \"soon\".");
    assertThat(failure.getAction()).contains("@Within(\"500ms\")");
  }

  public static class Nameless {
    @Resilient("${none:}")
    public void stock() {}
  }

  @Test
  void emptyName_isRefused() {
    assertThat(failure(Nameless.class).getDescription()).contains("name of the pipeline is empty");
  }

  @Configuration(proxyBeanMethods = false)
  static class Late {
    @Bean
    @org.springframework.context.annotation.Lazy
    Misspelt misspelt() {
      return new Misspelt();
    }
  }

  @Test
  void beanThatComesLater_failsWhenItComes() {
    Contexts.runner().withUserConfiguration(Inventory.class, Late.class).run(context -> {
      assertThat(context).hasNotFailed();
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> context.getBean(Misspelt.class))
          .hasRootCauseInstanceOf(InvalidResilienceException.class)
          .hasMessageContaining("Looked for a pipeline named 'inventroy'");
    });
  }
}
