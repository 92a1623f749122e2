package dev.evenkeel.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.CallContext;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** What docs/guide/kafka.md shows is what the build compiles. */
class GuideTest {

  static Producer<String, String> producer(Map<String, Object> config) {
    return EvenkeelProducer.builder(new KafkaProducer<String, String>(config))
        .pipeline(Pipeline.of("kafka", Timeout.ofMillis(10_000), CircuitBreaker.standard()))
        .build();
  }

  static Future<RecordMetadata> placed(
      Producer<String, String> producer, String order, String body) {
    return CallContext.current()
        .withIdempotencyKey(order) // the consumer recognises a repeat
        .call(() -> producer.send(new ProducerRecord<>("orders", order, body)));
  }

  static EvenkeelConsumer<String, String> shipping(
      Map<String, Object> config,
      RecordHandler<String, String> handler,
      DeadLetters<String, String> deadLetters) {
    EvenkeelConsumerBuilder<String, String> consumer = EvenkeelConsumer.builder(config, "orders");
    return consumer
        .handler(handler)
        .pipeline(Pipeline.of("database", Timeout.ofMillis(2_000), CircuitBreaker.standard()))
        .deadLetters(deadLetters)
        .build()
        .start();
  }

  @Test
  void codeOfTheGuide_isCodeOfThisClass() throws Exception {
    String source =
        squeezed(Files.readString(Path.of("src/test/java/dev/evenkeel/kafka/GuideTest.java")));
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(Path.of("../../docs/guide/kafka.md")));
    int blocks = 0;
    while (block.find()) {
      assertThat(source).contains(squeezed(block.group(1)));
      blocks++;
    }
    assertThat(blocks).isEqualTo(2);
  }

  /** Lines are broken where the page wants it. */
  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void keyOfTheCall_isInTheHeader() {
    MockProducer<String, String> kafka =
        new MockProducer<>(true, null, new StringSerializer(), new StringSerializer());
    assertThat(placed(EvenkeelProducer.builder(kafka).build(), "order-17", "two boxes"))
        .isNotNull();
    byte[] key = kafka.history().get(0).headers().lastHeader("Idempotency-Key").value();
    assertThat(new String(key, StandardCharsets.UTF_8)).isEqualTo("order-17");
  }
}
