package dev.evenkeel.spring.nativetest;

import dev.evenkeel.spring.Within;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.restclient.RestTemplateBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.registry.ImportHttpServices;

/** An application with all parts of the starter; see {@code application.properties}. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({Shop.class, Application.Page.class})
@ImportHttpServices(group = "stock", types = StockClient.class)
public class Application {

  /** What is served. */
  @RestController
  public static class Page {

    private final Shop shop;
    private final StockClient client;
    private final RestClient blocking;
    private final RestTemplateBuilder templates;
    private final WebClient reactive;

    Page(
        Shop shop,
        StockClient client,
        RestClient.Builder blocking,
        RestTemplateBuilder templates,
        WebClient.Builder reactive) {
      this.shop = shop;
      this.client = client;
      this.blocking = blocking.build();
      this.templates = templates;
      this.reactive = reactive.build();
    }

    /** Asks through everything; nothing listens at that port. */
    @Within("30s")
    @GetMapping("/page")
    public String page() throws Exception {
      return String.join(
          " ",
          shop.stock("A"),
          shop.later().toCompletableFuture().get(60, TimeUnit.SECONDS),
          shop.mono().block(Duration.ofSeconds(60)),
          shop.flux().blockLast(Duration.ofSeconds(60)),
          client.stock(),
          failed(() -> blocking.get().uri("http://127.0.0.1:0/").retrieve().body(String.class)),
          failed(() -> templates.build().getForObject("http://127.0.0.1:0/", String.class)),
          failed(() -> reactive
              .get()
              .uri("http://127.0.0.1:0/")
              .retrieve()
              .bodyToMono(String.class)
              .block(Duration.ofSeconds(60))));
    }

    private static String failed(Runnable call) {
      try {
        call.run();
        return "answered";
      } catch (RuntimeException refused) {
        return "failed";
      }
    }
  }

  /** Asked when it is processed ahead of time. */
  public static void main(String[] arguments) {
    start();
  }

  static ConfigurableApplicationContext start() {
    SpringApplication application = new SpringApplication(Application.class);
    application.setMainApplicationClass(Application.class); // Traced has the main method
    return application.run();
  }
}
