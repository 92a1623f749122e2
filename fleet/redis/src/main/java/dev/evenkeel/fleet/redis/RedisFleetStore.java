package dev.evenkeel.fleet.redis;

import dev.evenkeel.core.Checks;
import dev.evenkeel.fleet.FleetStore;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A store in a Redis (5 or newer) or Valkey that the application has already, over a Lettuce
 * connection of its own: to one server, through Sentinel, or to a cluster.
 *
 * <pre>{@code
 * FleetStore store = new RedisFleetStore(redisClient.connect().async());
 * FleetStore other = new RedisFleetStore(redisClusterClient.connect().async());
 * }</pre>
 *
 * <p>Each call is one script, which the server runs as one step; it is sent by its digest, and
 * whole if the server does not know it. A dependency has three keys, all in the same slot of a
 * cluster: {@code evenkeel:fleet:{inventory}} and two that begin like it. They vanish an hour after
 * the last member. Ages are by the server's clock, so the processes' clocks need not agree. The
 * server's user needs {@code eval}, {@code evalsha}, {@code time}, {@code hset}, {@code hget},
 * {@code hdel}, {@code zadd}, {@code zrem}, {@code zrangebyscore} and {@code pexpire}.
 *
 * <p>The connection is never closed here, and may be shared with the application unless it is used
 * for transactions ({@code MULTI}). An interrupt ends the wait for an answer, and a command that
 * has not been sent by then never is; without one a wait ends after 10 s, the longest time limit
 * that a fleet can have. Thread-safe.
 */
public final class RedisFleetStore implements FleetStore {

  private static final String STANDARD_PREFIX = "evenkeel:fleet:";
  private static final int MOST_PREFIX_CHARACTERS = 200;
  private static final long MOST_WAIT_SECONDS = 10;

  private final RedisScriptingAsyncCommands<String, String> commands;
  private final String keyPrefix;
  private final Map<Script, String> digests = new EnumMap<>(Script.class);

  /**
   * Creates a store whose keys begin with {@code evenkeel:fleet:}. Nothing is asked of the server
   * yet.
   *
   * @param commands of a connection; not to the Redis that the fleet guards
   */
  public RedisFleetStore(RedisScriptingAsyncCommands<String, String> commands) {
    this(commands, STANDARD_PREFIX);
  }

  /**
   * Creates a store with other keys, for a Redis whose users may have keys with a certain beginning
   * only, or that several stages share. Nothing is asked of the server yet.
   *
   * @param commands of a connection; not to the Redis that the fleet guards
   * @param keyPrefix what all keys begin with, the same in all processes: 1 to 200 characters, no
   *     braces, which would choose the slot in a cluster; {@code evenkeel:fleet:} by default
   * @throws IllegalArgumentException if the prefix is not as expected
   */
  public RedisFleetStore(RedisScriptingAsyncCommands<String, String> commands, String keyPrefix) {
    this.commands = Checks.notNull("commands", commands);
    this.keyPrefix = Checks.notNull("keyPrefix", keyPrefix);
    boolean hasBraces = keyPrefix.indexOf('{') >= 0 || keyPrefix.indexOf('}') >= 0;
    if (keyPrefix.isEmpty() || keyPrefix.length() > MOST_PREFIX_CHARACTERS || hasBraces) {
      throw new IllegalArgumentException(
          "keyPrefix: " + keyPrefix + " (expected: 1 to 200 characters, no braces)");
    }
    for (Script script : Script.values()) {
      digests.put(script, commands.digest(script.text()));
    }
  }

  @Override
  public Shared exchange(String dependency, String member, @Nullable String report)
      throws Exception {
    List<?> record = report == null
        ? list(dependency, Script.EXCHANGE, member)
        : list(dependency, Script.EXCHANGE, member, report);
    if (record.isEmpty()) {
      return Shared.NONE;
    }
    requireMultiple(dependency, record, 3);
    return new Shared(
        number(dependency, record.get(0)),
        text(dependency, record.get(1)),
        age(number(dependency, record.get(2))));
  }

  @Override
  public List<Report> reports(String dependency, Duration youngerThan) throws Exception {
    List<?> answer = list(dependency, Script.REPORTS, millis(youngerThan));
    requireMultiple(dependency, answer, 3);
    List<Report> reports = new ArrayList<>(answer.size() / 3);
    for (int i = 0; i < answer.size(); i += 3) {
      reports.add(new Report(
          text(dependency, answer.get(i)),
          text(dependency, answer.get(i + 1)),
          age(number(dependency, answer.get(i + 2)))));
    }
    return reports;
  }

  @Override
  public boolean replace(String dependency, long expectedVersion, long newVersion, String text)
      throws Exception {
    Object answer = run(
        dependency,
        Script.REPLACE,
        Long.toString(expectedVersion),
        Long.toString(newVersion),
        text);
    return number(dependency, answer) == 1;
  }

  @Override
  public void remove(String dependency, String member, Duration olderThan) throws Exception {
    var unused = run(dependency, Script.REMOVE, member, millis(olderThan));
  }

  private List<?> list(String dependency, Script script, String... values) throws Exception {
    Object answer = run(dependency, script, values);
    if (answer instanceof List<?> list) {
      return list;
    }
    throw unexpected(dependency, answer, "a list");
  }

  private @Nullable Object run(String dependency, Script script, String... values)
      throws Exception {
    String[] keys = keys(dependency);
    String digest = digests.getOrDefault(script, "");
    try {
      return await(commands.evalsha(digest, script.output(), keys, values));
    } catch (RedisNoScriptException unknown) {
      return await(commands.eval(script.text(), script.output(), keys, values));
    }
  }

  /** What is in braces chooses the slot, so the name itself must have none. */
  private String[] keys(String dependency) {
    String name = dependency.replace("%", "%25").replace("{", "%7B").replace("}", "%7D");
    String record = keyPrefix + "{" + name + "}";
    return new String[] {record, record + ":reports", record + ":members"};
  }

  private static @Nullable Object await(RedisFuture<Object> answer) throws Exception {
    try {
      return answer.get(MOST_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception fault) {
        throw fault;
      }
      throw e;
    } finally {
      answer.cancel(true); // what nobody waits for any more is not sent later
    }
  }

  private static String millis(Duration time) {
    return Long.toString(
        time.compareTo(Checks.MAX_DURATION) < 0 ? time.toMillis() : Checks.MAX_DURATION.toMillis());
  }

  /** The server's clock may have been set back, or be another one's after a failover. */
  private static Duration age(long millis) {
    return Duration.ofMillis(Math.max(0, millis));
  }

  private void requireMultiple(String dependency, List<?> answer, int length) {
    if (answer.size() % length != 0) {
      throw unexpected(dependency, answer, "entries by " + length);
    }
  }

  private String text(String dependency, @Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw unexpected(dependency, value, "a text");
  }

  private long number(String dependency, @Nullable Object value) {
    if (value instanceof Long number) {
      return number;
    }
    String text = text(dependency, value);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw unexpected(dependency, text, "a whole number");
    }
  }

  private IllegalStateException unexpected(
      String dependency, @Nullable Object answer, String expected) {
    String shown = String.valueOf(answer);
    return new IllegalStateException("key " + keys(dependency)[0] + ": "
        + shown.substring(0, Math.min(80, shown.length())) + " (expected: " + expected
        + "; if it stays, delete the key)");
  }

  @Override
  public String toString() {
    return "redis (" + keyPrefix + ")";
  }
}
