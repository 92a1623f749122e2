package dev.evenkeel.fleet.redis;

import io.lettuce.core.ScriptOutputType;

/**
 * What the server does in one step, by its own clock. The keys are the shared record, the reports
 * by member, and the members by the time of their report. All that is written vanishes by itself an
 * hour after the last of it.
 */
enum Script {
  EXCHANGE(ScriptOutputType.MULTI, """
      if ARGV[2] then
        redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
        redis.call('ZADD', KEYS[3], text(now), ARGV[1])
        redis.call('PEXPIRE', KEYS[2], 3600000)
        redis.call('PEXPIRE', KEYS[3], 3600000)
      end
      local version = redis.call('HGET', KEYS[1], 'version')
      if not version then return {} end
      local changed = tonumber(redis.call('HGET', KEYS[1], 'changed'))
      return {version, redis.call('HGET', KEYS[1], 'text'), text(now - changed)}
      """),

  REPORTS(ScriptOutputType.MULTI, """
      local young = redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. text(now - tonumber(ARGV[1])), '+inf', 'WITHSCORES')
      local reports = {}
      for i = 1, #young, 2 do
        local report = redis.call('HGET', KEYS[2], young[i])
        if report then
          reports[#reports + 1] = young[i]
          reports[#reports + 1] = report
          reports[#reports + 1] = text(now - tonumber(young[i + 1]))
        end
      end
      return reports
      """),

  REPLACE(ScriptOutputType.INTEGER, """
      local version = redis.call('HGET', KEYS[1], 'version') or '0'
      if version ~= ARGV[1] then return 0 end
      redis.call('HSET', KEYS[1], 'version', ARGV[2], 'text', ARGV[3], 'changed', text(now))
      redis.call('PEXPIRE', KEYS[1], 3600000)
      return 1
      """),

  REMOVE(ScriptOutputType.INTEGER, """
      local gone = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', text(now - tonumber(ARGV[2])))
      gone[#gone + 1] = ARGV[1]
      for i = 1, #gone do
        redis.call('HDEL', KEYS[2], gone[i])
        redis.call('ZREM', KEYS[3], gone[i])
      end
      return #gone
      """);

  /** Milliseconds are whole numbers of 13 digits, which Lua would write with an exponent. */
  private static final String CLOCK = """
      local time = redis.call('TIME')
      local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
      local function text(millis) return string.format('%d', millis) end
      """;

  private final ScriptOutputType output;
  private final String lua;

  Script(ScriptOutputType output, String lua) {
    this.output = output;
    this.lua = lua;
  }

  ScriptOutputType output() {
    return output;
  }

  String text() {
    return CLOCK + lua;
  }
}
