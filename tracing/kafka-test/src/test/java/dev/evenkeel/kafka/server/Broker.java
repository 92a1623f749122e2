package dev.evenkeel.kafka.server;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** One real Kafka in this JVM: a broker that is its own controller, on ports that were free. */
final class Broker implements AutoCloseable {

  private static final int TRIES = 3;

  private final Path directory;
  private final int port;
  private final Properties config;
  private final Map<TopicPartition, OffsetSpec> led = new ConcurrentHashMap<>();
  private KafkaRaftServer server;

  private Broker() throws Exception {
    directory = Files.createTempDirectory("evenkeel-kafka");
    port = freePort();
    int controller = freePort();
    String data = directory.resolve("data").toString();
    config = new Properties();
    config.put("process.roles", "broker,controller");
    config.put("node.id", "1");
    config.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
    config.put(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller);
    config.put("controller.listener.names", "CONTROLLER");
    config.put("log.dirs", data);
    config.put("offsets.topic.replication.factor", "1");
    config.put("offsets.topic.num.partitions", "1");
    config.put("group.initial.rebalance.delay.ms", "0");
    Files.createDirectories(directory.resolve("data"));
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .setControllerListenerName("CONTROLLER")
        .setMetadataLogDirectory(data)
        .addDirectory(data)
        .setReleaseVersion(MetadataVersion.latestProduction())
        .run();
    server = begin();
  }

  /** Starts one; once more if somebody was quicker to take the port. */
  static Broker start() {
    Exception last = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        return new Broker();
      } catch (Exception failure) {
        last = failure;
      }
    }
    throw new IllegalStateException("Kafka does not start", last);
  }

  private KafkaRaftServer begin() {
    KafkaRaftServer begun = new KafkaRaftServer(KafkaConfig.fromProps(config), Time.SYSTEM);
    begun.startup();
    return begun;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  void stop() {
    server.shutdown();
    server.awaitShutdown();
  }

  void again() throws Exception {
    server = begin();
    awaitLeadership();
  }

  Admin admin() {
    return Admin.create(Map.<String, Object>of("bootstrap.servers", address()));
  }

  /** A new topic with a name of its own. */
  String topic(int partitions) throws Exception {
    String name = "orders-" + UUID.randomUUID();
    try (Admin admin = admin()) {
      admin
          .createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
          .all()
          .get();
    }
    for (int i = 0; i < partitions; i++) {
      led.put(new TopicPartition(name, i), OffsetSpec.latest());
    }
    awaitLeadership();
    return name;
  }

  /**
   * Waits until the broker leads what it is said to lead: it is told of a topic before it has the
   * partitions. If a producer's first batch is refused for that, and its second is not, the broker
   * takes the second one's number for the producer's first and refuses the repeated first batch as
   * out of order until the producer gives up (KAFKA-15591).
   */
  private void awaitLeadership() throws Exception {
    try (Admin admin = admin()) {
      admin.listOffsets(led).all().get(); // asks the leaders, and asks again while there is none
    }
  }

  Map<String, Object> producer(String serializers) {
    Map<String, Object> given = new HashMap<>();
    given.put("bootstrap.servers", address());
    given.put("key.serializer", "org.apache.kafka.common.serialization." + serializers);
    given.put("value.serializer", "org.apache.kafka.common.serialization." + serializers);
    return given;
  }

  Map<String, Object> consumer(String group) {
    Map<String, Object> given = new HashMap<>();
    given.put("bootstrap.servers", address());
    given.put("group.id", group);
    given.put("auto.offset.reset", "earliest");
    given.put("key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
    given.put("value.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
    return given;
  }

  static void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - until > 0) {
        throw new AssertionError("not within 120 s: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  @Override
  public void close() throws IOException {
    stop();
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
  }
}
