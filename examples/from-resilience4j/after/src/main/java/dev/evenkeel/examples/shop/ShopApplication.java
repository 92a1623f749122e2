package dev.evenkeel.examples.shop;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;

/** The shop. */
@SpringBootApplication
public class ShopApplication {

  /** Starts it. */
  public static void main(String[] arguments) {
    SpringApplication.run(ShopApplication.class, arguments);
  }

  @Bean
  RestClient inventory(RestClient.Builder builder, @Value("${inventory.url}") String url) {
    return builder.baseUrl(url).build();
  }
}
