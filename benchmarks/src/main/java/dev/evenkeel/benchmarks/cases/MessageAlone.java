package dev.evenkeel.benchmarks.cases;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import dev.evenkeel.circuitbreaker.CircuitBreaker;
import dev.evenkeel.core.Pipeline;
import dev.evenkeel.core.Timeout;
import dev.evenkeel.kafka.EvenkeelProducer;
import dev.evenkeel.rabbitmq.EvenkeelPublisher;
import dev.evenkeel.retry.Retry;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A message that is sent and confirmed at once, without a wire: what publisher and producer add to
 * it, with the default headers and without an OpenTelemetry. What a broker takes for a confirm is a
 * hundred times as much.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("this-escape") // JMH extends states and adds nothing that could be met half made
public class MessageAlone {

  private static final byte[] BODY = new byte[256];
  private static final BasicProperties PROPERTIES = MessageProperties.PERSISTENT_BASIC;

  private static Pipeline pipeline() {
    return Pipeline.of(
        "broker",
        Retry.jittered(Settings.ATTEMPTS),
        CircuitBreaker.of(Settings.countWindow()),
        Timeout.of(Settings.TIMEOUT));
  }

  /** A channel and nothing else. */
  @State(Scope.Benchmark)
  public static class Rabbitmq {
    final ConfirmsAtOnce broker = new ConfirmsAtOnce();
    private final Channel channel = broker.channel();

    void publish() throws Exception {
      channel.basicPublish("", "orders", false, PROPERTIES, BODY);
    }

    @TearDown
    public void check() throws Exception {
      long before = broker.published();
      publish();
      Verify.that(broker.published() == before + 1, "a message reaches the channel");
    }
  }

  @Benchmark
  public void bareRabbitmq(Rabbitmq state) throws Exception {
    state.publish();
  }

  @State(Scope.Benchmark)
  public static class EvenkeelRabbitmq extends Rabbitmq {
    private final EvenkeelPublisher publisher = publisher();

    EvenkeelPublisher publisher() {
      return EvenkeelPublisher.builder(broker.connection()).build();
    }

    @Override
    void publish() throws Exception {
      publisher.publish("", "orders", PROPERTIES, BODY);
    }
  }

  @Benchmark
  public void evenkeelRabbitmq(EvenkeelRabbitmq state) throws Exception {
    state.publish();
  }

  @State(Scope.Benchmark)
  public static class EvenkeelRabbitmqFullStack extends EvenkeelRabbitmq {
    @Override
    EvenkeelPublisher publisher() {
      return EvenkeelPublisher.builder(broker.connection()).pipeline(pipeline()).build();
    }
  }

  @Benchmark
  public void evenkeelRabbitmqFullStack(EvenkeelRabbitmqFullStack state) throws Exception {
    state.publish();
  }

  /** A producer that has the acknowledgement when it is asked. */
  @State(Scope.Benchmark)
  public static class Kafka {
    final AcknowledgesAtOnce broker = new AcknowledgesAtOnce();
    private final Producer<String, byte[]> producer = producer(broker.producer());

    Producer<String, byte[]> producer(Producer<String, byte[]> bare) {
      return bare;
    }

    RecordMetadata send() throws Exception {
      return producer.send(new ProducerRecord<>("orders", "key", BODY)).get();
    }

    @TearDown
    public void check() throws Exception {
      Verify.that(send().topic().equals("orders"), "the acknowledgement arrives");
    }
  }

  @Benchmark
  public RecordMetadata bareKafka(Kafka state) throws Exception {
    return state.send();
  }

  @State(Scope.Benchmark)
  public static class EvenkeelKafka extends Kafka {
    @Override
    Producer<String, byte[]> producer(Producer<String, byte[]> bare) {
      return EvenkeelProducer.builder(bare).build();
    }
  }

  @Benchmark
  public RecordMetadata evenkeelKafka(EvenkeelKafka state) throws Exception {
    return state.send();
  }

  @State(Scope.Benchmark)
  public static class EvenkeelKafkaFullStack extends Kafka {
    @Override
    Producer<String, byte[]> producer(Producer<String, byte[]> bare) {
      return EvenkeelProducer.builder(bare).pipeline(pipeline()).build();
    }
  }

  @Benchmark
  public RecordMetadata evenkeelKafkaFullStack(EvenkeelKafkaFullStack state) throws Exception {
    return state.send();
  }
}
