package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.reflection;
import static org.springframework.aot.hint.predicate.RuntimeHintsPredicates.resource;

import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.spring.actuate.EvenkeelEndpointAutoConfiguration;
import dev.evenkeel.spring.actuate.PipelineEvents;
import dev.evenkeel.spring.actuate.PipelineViews;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.env.MapPropertySource;
import org.springframework.javapoet.ClassName;

/** What a native image is told, as Boot's build asks for it; there is no such image here. */
class NativeHintsTest {

  public interface Answers {
    default String byDefault(Exception failure) {
      return "none";
    }
  }

  public static class Shop implements Answers {

    @Resilient(value = "${shop.pipeline}", fallback = "unknown")
    public String stock(String sku) {
      return "7";
    }

    String unknown(String sku, IllegalStateException failure) {
      return "unknown";
    }

    String unknown(Exception failure) {
      return "unknown";
    }

    @Within("${shop.time}")
    @Resilient(value = "prices", fallback = "byDefault")
    public String price() {
      return "1";
    }
  }

  private final InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();

  private RuntimeHints hints() {
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(new MapPropertySource(
              "test",
              Map.of(
                  "evenkeel.pipelines.prices.timeout.duration", "1s",
                  "evenkeel.pipelines.prices.retry.retry-exceptions[0]", "java.io.IOException",
                  "evenkeel.resilience4j-keys", "true",
                  "resilience4j.retry.instances.stock.ignore-exceptions",
                      "java.util.NoSuchElementException",
                  "management.endpoints.web.exposure.include", "evenkeel")));
      context.register(
          Shop.class,
          EvenkeelAutoConfiguration.class,
          EndpointAutoConfiguration.class,
          WebEndpointAutoConfiguration.class,
          EvenkeelEndpointAutoConfiguration.class);
      DefaultGenerationContext generation = new DefaultGenerationContext(
          new ClassNameGenerator(ClassName.get("com.example", "Application")), files);
      ClassName unused =
          new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
      generation.writeGeneratedContent();
      RuntimeHints hints = generation.getRuntimeHints();
      new EvenkeelHints().registerHints(hints, getClass().getClassLoader());
      return hints;
    }
  }

  @Test
  void annotatedMethodsAndTheirFallbacks_canBeCalled() throws Exception {
    RuntimeHints hints = hints();
    assertThat(reflection().onMethodInvocation(Shop.class.getMethod("stock", String.class)))
        .accepts(hints);
    assertThat(reflection().onMethodInvocation(Shop.class.getMethod("price"))).accepts(hints);
    assertThat(reflection()
            .onMethodInvocation(
                Shop.class.getDeclaredMethod("unknown", String.class, IllegalStateException.class)))
        .accepts(hints);
    assertThat(reflection()
            .onMethodInvocation(Shop.class.getDeclaredMethod("unknown", Exception.class)))
        .accepts(hints);
    assertThat(
            reflection().onMethodInvocation(Answers.class.getMethod("byDefault", Exception.class)))
        .accepts(hints);
  }

  @Test
  void proxyOfAnAnnotatedClass_isMadeAheadOfTime() {
    hints();
    assertThat(files.getGeneratedFiles(Kind.CLASS).keySet())
        .anyMatch(name -> name.contains("NativeHintsTest$Shop$$SpringCGLIB$$"));
  }

  @Test
  void exceptionsThatThePropertiesName_areFound() {
    RuntimeHints hints = hints();
    assertThat(reflection().onType(java.io.IOException.class)).accepts(hints);
    assertThat(reflection().onType(java.util.NoSuchElementException.class)).accepts(hints);
  }

  @Test
  void whatTheEndpointAnswersWith_canBeWritten() throws Exception {
    RuntimeHints hints = hints();
    for (Class<?> type : PipelineViews.class.getDeclaredClasses()) {
      if (type.isRecord()) {
        assertThat(reflection()
                .onMethodInvocation(type.getMethod(type.getRecordComponents()[0].getName())))
            .as(type.getSimpleName())
            .accepts(hints);
      }
    }
    assertThat(reflection().onMethodInvocation(PipelineEvents.Event.class.getMethod("text")))
        .accepts(hints);
  }

  @Test
  void listeners_canBeAskedForTheirMethods_andTheRestIsFound() throws Exception {
    RuntimeHints hints = hints();
    assertThat(reflection().onMethodInvocation(PipelineListener.class.getMethods()[0]))
        .accepts(hints);
    assertThat(reflection().onType(PipelineEvents.class)).accepts(hints);
    assertThat(reflection()
            .onType(org.springframework.aot.hint.TypeReference.of(
                "dev.evenkeel.micrometer.CallMeters")))
        .accepts(hints);
    assertThat(reflection().onFieldAccess("dev.evenkeel.core.SuspendedCall", "phase"))
        .accepts(hints);
    assertThat(resource().forResource("META-INF/services/dev.evenkeel.core.ContextCarrier"))
        .accepts(hints);
    assertThat(org.springframework.beans.factory.aot.AotServices.factories()
            .load(org.springframework.aot.hint.RuntimeHintsRegistrar.class))
        .hasAtLeastOneElementOfType(EvenkeelHints.class);
  }
}
