/**
 * The members of a fleet meet in Redis or Valkey, over a Lettuce connection that the application
 * has: {@link dev.evenkeel.fleet.redis.RedisFleetStore}.
 */
@NullMarked
package dev.evenkeel.fleet.redis;

import org.jspecify.annotations.NullMarked;
