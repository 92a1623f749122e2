package dev.evenkeel.kafka;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.Kernel;
import dev.evenkeel.tracing.messaging.Demand;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Handles the records of some topics, one after the other and in the order of each partition,
 * through the pipeline of what the handler needs. For more at a time build several in one group.
 *
 * <pre>{@code
 * EvenkeelConsumer<String, String> consumer = EvenkeelConsumer.<String, String>builder(config, "orders")
 *     .handler(record -> ship(record.value()))
 *     .pipeline(Pipeline.of("database", Timeout.ofSeconds(2), CircuitBreaker.standard()))
 *     .deadLetters(letters)
 *     .build();
 * consumer.start();
 * }</pre>
 *
 * <p>What the record brought is in force around the handler: trace, deadline, criticality. Offsets
 * are committed for what is done and nothing else, so deliveries are at least once.
 *
 * <table>
 *   <caption>What becomes of a record</caption>
 *   <tr><th>the handler</th><th>the record</th></tr>
 *   <tr><td>returns</td><td>is done</td></tr>
 *   <tr><td>is not called, or is cut, as the record's deadline has passed</td>
 *     <td>{@link ExpiredAction}</td></tr>
 *   <tr><td>throws, also an {@code Error}, or is ended by the pipeline's timeout</td>
 *     <td>is tried again in its place, after 0.1 s to 10 s; {@link FailureAction}, once it has
 *     failed as often as it may, and another record or some time shows that the failure is its
 *     own</td></tr>
 *   <tr><td>is refused by a breaker, a ramp or a limit, or ends with such a refusal</td>
 *     <td>is tried again</td></tr>
 *   <tr><td>cannot be called, as the record cannot be read</td>
 *     <td>{@link FailureAction} at once</td></tr>
 * </table>
 *
 * <p><b>Pause and ramp.</b> While a breaker of {@link EvenkeelConsumerBuilder#pipeline} or
 * {@link EvenkeelConsumerBuilder#needs} is open, the partitions are paused; it polls on, and so
 * stays in its group. When the breaker's cool-down is over, it handles one record as a probe; while
 * the breaker ramps, the ramp's share of {@code recordsPerPoll}, ten times a second. Others cannot
 * have its records meanwhile: a partition has one consumer in a group.
 *
 * <p>A handler without a timeout that hangs, hangs this consumer: give the pipeline one. It has two
 * threads of its own. Thread-safe.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class EvenkeelConsumer<K, V> implements AutoCloseable {

  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final ConsumerSettings<K, V> settings;
  private final Counts counts = new Counts();
  private final Pauses pauses = new Pauses();
  private final PollLoop<K, V> loop;
  private final Dispatch<K, V> dispatch;
  private final Worker<K, V> worker;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  EvenkeelConsumer(ConsumerSettings<K, V> settings) {
    this.settings = settings;
    Kernel kernel = settings.kernel();
    int all = settings.recordsPerPoll();
    Demand demand =
        new Demand(settings.watched(), all, 1, share -> Math.max(1, (int) (all * share)), kernel);
    Lanes<K, V> lanes = new Lanes<>(settings, pauses::isByUser);
    dispatch = new Dispatch<>(settings, lanes, demand, counts);
    loop = new PollLoop<>(settings, lanes, pauses, demand, counts, this::onWork);
    worker = new Worker<>(kernel, lanes, dispatch, loop);
  }

  private void onWork() {
    worker.signal();
  }

  /**
   * A builder.
   *
   * @param config Kafka's own, with servers, group and deserializers. {@code enable.auto.commit} is
   *     off, as it commits what is not done; {@code max.poll.records} is what a ramp takes a share
   *     of
   * @param topics one or more
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return it needs a handler, and to know what becomes of records that fail
   */
  public static <K, V> EvenkeelConsumerBuilder<K, V> builder(
      Map<String, Object> config, String... topics) {
    return new EvenkeelConsumerBuilder<>(ConsumerConfigs.checked(config), null, topics(topics));
  }

  /**
   * A builder over a consumer that was made elsewhere: one that is decorated, or a mock.
   *
   * @param consumer it belongs to the new one from now on, which subscribes, polls and closes it.
   *     <b>It must not commit by itself</b>: {@code enable.auto.commit=false}, or records are lost
   * @param topics one or more
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return it needs a handler, and to know what becomes of records that fail
   */
  public static <K, V> EvenkeelConsumerBuilder<K, V> over(
      Consumer<K, V> consumer, String... topics) {
    return new EvenkeelConsumerBuilder<>(
        Map.of(), Checks.notNull("consumer", consumer), topics(topics));
  }

  private static List<String> topics(String... topics) {
    List<String> all = List.of(Checks.notNull("topics", topics));
    if (all.isEmpty()) {
      throw new IllegalArgumentException("topics: none (expected: one or more)");
    }
    all.forEach(topic -> Checks.name("topic", topic));
    return all;
  }

  /**
   * The key by which a record that comes twice is recognised: its header {@code Idempotency-Key},
   * which {@link EvenkeelProducer} writes.
   *
   * @param record the record
   * @return null if its producer gave none
   */
  public static @Nullable String idempotencyKey(ConsumerRecord<?, ?> record) {
    return RecordHeaders.idempotencyKey(Checks.notNull("record", record).headers());
  }

  /**
   * Begins to consume, in the background. Once is enough.
   *
   * @return this
   */
  public EvenkeelConsumer<K, V> start() {
    if (started.compareAndSet(false, true)) {
      String name = "evenkeel-kafka-" + String.join("-", settings.topics());
      ConsumerThreads.start(name + "-handler", worker::run);
      ConsumerThreads.start(name + "-poll", this::poll);
    }
    return this;
  }

  private void poll() {
    try {
      dispatch.group(settings.consumer().groupMetadata().groupId());
    } catch (RuntimeException noGroup) {
      dispatch.group(null); // subscribing will say so
    }
    try {
      loop.run();
    } finally {
      worker.end();
    }
  }

  /**
   * Pauses partitions for a reason of your own. It is one beside those of this consumer: what it
   * resumes stays paused until {@link #resume}. It holds for partitions that are assigned later
   * too. A record in hand is finished.
   *
   * @param partitions which
   */
  public void pause(Collection<TopicPartition> partitions) {
    pauses.byUser(Checks.notNull("partitions", partitions), true);
    loop.nudge();
  }

  /**
   * Ends your own reason to pause. They go on unless this consumer has another one.
   *
   * @param partitions which
   */
  public void resume(Collection<TopicPartition> partitions) {
    pauses.byUser(Checks.notNull("partitions", partitions), false);
    loop.nudge();
  }

  /**
   * What it does now.
   *
   * @return the state
   */
  public ConsumerState state() {
    return loop.state();
  }

  /**
   * What it has done.
   *
   * @return the figures, each exact, but not all of one instant
   */
  public ConsumerFigures figures() {
    return counts.figures();
  }

  /**
   * Ends it: takes no more records, waits up to 30 s for the one that is being handled, commits,
   * leaves the group and closes Kafka's consumer. Not to be called by the handler.
   */
  @Override
  public void close() {
    if (started.compareAndSet(false, true)) { // from now on it cannot be
      closed.set(true);
      loop.closeUnstarted();
      return;
    }
    if (closed.compareAndSet(false, true)) {
      loop.close();
    }
    try {
      loop.awaitEnd(CLOSE_NANOS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "EvenkeelConsumer(" + String.join(", ", settings.topics()) + ", " + state() + ")";
  }
}
