package dev.evenkeel.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipelines;
import dev.evenkeel.spring.http.EvenkeelHttpClientAutoConfiguration;
import dev.evenkeel.spring.web.ClientPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What docs/guide/spring.md shows is what the build compiles and runs. */
class GuideTest {

  private static final Path GUIDE = Path.of("../../docs/guide/spring.md");

  @Test
  void code_isAsCompiled() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/evenkeel/spring/GuideSnippets.java"));
    Matcher marks = Pattern.compile("<!-- snippet: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(GUIDE));
    List<String> found = new ArrayList<>();
    while (marks.find()) {
      found.add(marks.group(1));
      Matcher compiled = Pattern.compile(
              "( *)// snippet: " + marks.group(1) + "\n(.*?) *// end", Pattern.DOTALL)
          .matcher(source);
      assertThat(compiled.find()).as(marks.group(1)).isTrue();
      int indent = compiled.group(1).length();
      String text = compiled
          .group(2)
          .lines()
          .map(line -> line.isEmpty() ? line : line.substring(indent))
          .collect(Collectors.joining("\n", "", "\n"));
      assertThat(marks.group(2)).isEqualTo(text);
    }
    assertThat(found).containsExactly("method", "client", "code", "within");
  }

  @Configuration(proxyBeanMethods = false)
  static class Client {
    @Bean
    GuideSnippets.InventoryClient client() {
      return sku -> sku + ": 7";
    }
  }

  @Test
  void code_runs() {
    Contexts.runner()
        .withUserConfiguration(
            GuideSnippets.Code.class,
            Client.class,
            GuideSnippets.Stocks.class,
            GuideSnippets.Prices.class,
            GuideSnippets.Pages.class)
        .run(context -> {
          GuideSnippets.Pages pages = context.getBean(GuideSnippets.Pages.class);
          assertThat(pages.page("A")).isEqualTo("A: 7, 7 EUR");
          context
              .getBean(Pipelines.class)
              .find("inventory")
              .orElseThrow()
              .policy(CircuitBreaker.class)
              .orElseThrow()
              .forceOpen("test");
          assertThat(pages.page("A")).isEqualTo("A: not asked, the inventory is down, 7 EUR");
        });
  }

  @Test
  void properties_areTaken() throws IOException {
    Matcher shown = Pattern.compile(
            "<!-- run: properties -->\n```properties\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(GUIDE));
    assertThat(shown.find()).isTrue();
    Contexts.runner()
        .withPropertyValues(shown.group(1).split("\n", -1))
        .run(context -> assertThat(context.getBean(Pipelines.class).all())
            .extracting(pipeline -> pipeline.name() + " " + pipeline.policies().size())
            .containsExactly("inventory 4", "prices 3"));
  }

  @Test
  void httpProperties_areTaken() throws IOException {
    Matcher shown = Pattern.compile("<!-- run: http -->\n```properties\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(GUIDE));
    assertThat(shown.find()).isTrue();
    Contexts.runner()
        .withConfiguration(AutoConfigurations.of(EvenkeelHttpClientAutoConfiguration.class))
        .withPropertyValues(shown.group(1).split("\n", -1))
        .run(context -> {
          EvenkeelProperties.Http http =
              context.getBean(EvenkeelProperties.class).getHttp();
          assertThat(http.getHosts()).containsExactly(Map.entry("stock.example", "stock"));
          assertThat(http.getGroups()).containsExactly(Map.entry("prices", "stock"));
          assertThat(context.getBean(ClientPolicy.class))
              .asString()
              .contains("stock.example", ".svc.cluster.local");
        });
  }

  static class Misspelt {
    @Resilient("inventroy")
    public String stock(String sku) {
      return sku;
    }
  }

  @Test
  void message_isWhatTheLogSays() throws IOException {
    String guide = Files.readString(GUIDE);
    Contexts.runner()
        .withUserConfiguration(GuideSnippets.Code.class, Misspelt.class)
        .run(context -> {
          FailureAnalysis failure = Contexts.analysis(context.getStartupFailure());
          String shown =
              failure.getDescription().replace(Misspelt.class.getName(), "com.example.Stocks");
          assertThat(guide)
              .contains("<!-- message: unknown -->\n```\n" + shown + "\n\nAction:\n\n"
                  + failure.getAction() + "\n```");
        });
  }
}
