package dev.evenkeel.fleet.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's side, against a server that answers what the test says. */
class RedisFleetStoreTest {

  private static final Duration YOUNG = Duration.ofSeconds(2);
  private static final String NO_RECORD = "*0\r\n";

  private @Nullable RespStub server;
  private @Nullable RedisClient client;

  private RespStub stub(Function<List<String>, @Nullable String> answers) throws Exception {
    server = new RespStub(answers);
    return server;
  }

  private StatefulRedisConnection<String, String> connect() {
    client = RedisClient.create(server.uri());
    return client.connect();
  }

  private RedisFleetStore store() {
    return new RedisFleetStore(connect().async());
  }

  @AfterEach
  void endAll() throws Exception {
    if (client != null) {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(10));
    }
    if (server != null) {
      server.close();
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("waited for a minute").isNegative();
      Thread.onSpinWait();
    }
  }

  @Test
  void scriptThatIsKnown_isSentByItsDigest() throws Exception {
    RespStub stub = stub(command -> NO_RECORD);
    assertThat(store().exchange("inventory", "a", "r").version()).isZero();
    assertThat(stub.commands()).hasSize(1);
    List<String> sent = stub.commands().get(0);
    assertThat(sent.get(0)).isEqualTo("EVALSHA");
    assertThat(sent.get(1)).hasSize(40);
    assertThat(sent.subList(2, 6))
        .containsExactly(
            "3",
            "evenkeel:fleet:{inventory}",
            "evenkeel:fleet:{inventory}:reports",
            "evenkeel:fleet:{inventory}:members");
    assertThat(sent.subList(6, 8)).containsExactly("a", "r");
  }

  @Test
  void scriptThatIsNotKnown_isSentWhole() throws Exception {
    RespStub stub = stub(command ->
        command.get(0).equals("EVALSHA") ? "-NOSCRIPT No matching script\r\n" : ":1\r\n");
    assertThat(store().replace("inventory", 0, 7, "text")).isTrue();
    assertThat(stub.commands())
        .extracting(command -> command.get(0))
        .containsExactly("EVALSHA", "EVAL");
    assertThat(stub.commands().get(1).get(1)).contains("redis.call('TIME')");
  }

  @Test
  void serverRefuses_itsOwnWordsAreThrown() throws Exception {
    stub(command -> "-OOM command not allowed when used memory > 'maxmemory'.\r\n");
    RedisFleetStore store = store();
    assertThatThrownBy(() -> store.exchange("inventory", "a", "r"))
        .isInstanceOf(RedisCommandExecutionException.class)
        .hasMessageContaining("OOM");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":7\r\n",
        "$-1\r\n",
        "*1\r\n:7\r\n",
        "*2\r\n$1\r\n7\r\n$4\r\ntext\r\n",
        "*3\r\n$5\r\nseven\r\n$4\r\ntext\r\n$1\r\n0\r\n",
        "*3\r\n$1\r\n7\r\n$-1\r\n$1\r\n0\r\n",
        "*3\r\n$1\r\n7\r\n$4\r\ntext\r\n$20\r\n99999999999999999999\r\n",
        "*3\r\n*1\r\n:7\r\n$4\r\ntext\r\n$1\r\n0\r\n",
      })
  void answerThatIsGarbage_isAnErrorThatNamesTheKey(String answer) throws Exception {
    stub(command -> answer);
    RedisFleetStore store = store();
    assertThatThrownBy(() -> store.exchange("inventory", "a", "r"))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("key evenkeel:fleet:{inventory}: ")
        .hasMessageContaining("(expected: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {":7\r\n", "*1\r\n:7\r\n", "*3\r\n$1\r\na\r\n$1\r\nr\r\n$3\r\nold\r\n"})
  void reportsThatAreGarbage_areAnErrorThatNamesTheKey(String answer) throws Exception {
    stub(command -> answer);
    RedisFleetStore store = store();
    assertThatThrownBy(() -> store.reports("inventory", YOUNG))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("key evenkeel:fleet:{inventory}: ")
        .hasMessageContaining("(expected: ");
  }

  @Test
  void ageBelowZero_isZero() throws Exception {
    stub(command -> "*3\r\n$1\r\n7\r\n$4\r\ntext\r\n$5\r\n-3600\r\n");
    RedisFleetStore store = store();
    assertThat(store.exchange("inventory", "a", "r").age()).isZero();
    assertThat(store.reports("inventory", YOUNG).get(0).age()).isZero();
  }

  private static FutureTask<Throwable> interruptible(RedisFleetStore store) {
    return new FutureTask<>(() -> {
      try {
        var unused = store.exchange("inventory", "a", "r");
        return new AssertionError("it has answered");
      } catch (Exception e) {
        return e;
      }
    });
  }

  private static Thread start(FutureTask<Throwable> task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void serverThatHangs_interruptEndsTheWait() throws Exception {
    RespStub stub = stub(command -> null);
    FutureTask<Throwable> exchange = interruptible(store());
    Thread thread = start(exchange);
    await(() -> !stub.commands().isEmpty());
    thread.interrupt();
    assertThat(exchange.get(1, TimeUnit.MINUTES)).isInstanceOf(InterruptedException.class);
  }

  @Test
  void serverThatIsNoRedis_isNotWaitedForAfterAnInterrupt() throws Exception {
    RespStub stub = stub(command -> "HTTP/1.1 400 Bad Request\r\n\r\n");
    FutureTask<Throwable> exchange = interruptible(store());
    Thread thread = start(exchange);
    await(() -> !stub.commands().isEmpty());
    thread.interrupt();
    assertThat(exchange.get(1, TimeUnit.MINUTES)).isNotInstanceOf(AssertionError.class);
  }

  /** A process that has given an exchange up must not make it when the server is back. */
  @Test
  void exchangeThatWasGivenUp_isNotSentLater() throws Exception {
    RespStub stub = stub(command -> NO_RECORD);
    StatefulRedisConnection<String, String> connection = connect();
    RedisFleetStore store = new RedisFleetStore(connection.async());
    CountDownLatch back = stub.cut();
    await(() -> !connection.isOpen());
    FutureTask<Throwable> exchange = interruptible(store);
    Thread thread = start(exchange);
    await(() -> thread.getState() == Thread.State.TIMED_WAITING);
    thread.interrupt();
    assertThat(exchange.get(1, TimeUnit.MINUTES)).isInstanceOf(InterruptedException.class);
    back.countDown();
    await(() -> answers(store, "orders"));
    assertThat(stub.commands())
        .isNotEmpty()
        .allSatisfy(command -> assertThat(command).contains("evenkeel:fleet:{orders}"));
  }

  private static boolean answers(RedisFleetStore store, String dependency) {
    try {
      return store.exchange(dependency, "b", "s").version() == 0;
    } catch (Exception notYet) {
      return false;
    }
  }

  @Test
  void connectionThatIsClosed_failsAtOnce() throws Exception {
    stub(command -> NO_RECORD);
    StatefulRedisConnection<String, String> connection = connect();
    RedisFleetStore store = new RedisFleetStore(connection.async());
    connection.close();
    assertThatThrownBy(() -> store.exchange("inventory", "a", "r")).hasMessageContaining("closed");
  }

  /** Else a script would touch keys on several servers of a cluster. */
  @ParameterizedTest
  @ValueSource(strings = {"inventory", "}", "{}", "a}b", "{", "%7D", "stock/{7}", "ä"})
  void keysOfADependency_areInOneSlot(String dependency) throws Exception {
    RespStub stub = stub(command -> NO_RECORD);
    var unused = store().exchange(dependency, "a", "r");
    Stream<String> keys = stub.commands().get(0).subList(3, 6).stream();
    assertThat(keys.map(SlotHash::getSlot).distinct()).hasSize(1);
  }

  @Test
  void dependenciesWithOddNames_haveKeysOfTheirOwn() throws Exception {
    RespStub stub = stub(command -> NO_RECORD);
    RedisFleetStore store = store();
    for (String name : new String[] {"}", "%7D", "%257D", "{"}) {
      var unused = store.exchange(name, "a", "r");
    }
    assertThat(stub.commands()).extracting(command -> command.get(3)).doesNotHaveDuplicates();
  }

  @Test
  void badInput_isRefused() throws Exception {
    RespStub stub = stub(command -> NO_RECORD);
    assertThat(stub.commands()).isEmpty();
    StatefulRedisConnection<String, String> connection = connect();
    assertThatThrownBy(() -> new RedisFleetStore(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("commands");
    assertThatThrownBy(() -> new RedisFleetStore(connection.async(), null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("keyPrefix");
    for (String prefix : new String[] {"", "{app}:", "a}", "p".repeat(201)}) {
      assertThatThrownBy(() -> new RedisFleetStore(connection.async(), prefix))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("keyPrefix: ");
    }
    assertThat(new RedisFleetStore(connection.async(), "shop:")).hasToString("redis (shop:)");
  }

  @Test
  void anyTime_isUnderstood() throws Exception {
    RespStub stub = stub(command -> command.size() == 7 ? NO_RECORD : ":0\r\n");
    RedisFleetStore store = store();
    assertThat(store.reports("inventory", Duration.ofSeconds(Long.MAX_VALUE))).isEmpty();
    store.remove("inventory", "a", Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(stub.commands()).hasSize(2);
    assertThat(stub.commands().get(0).get(6)).isEqualTo("3153600000000");
  }
}
