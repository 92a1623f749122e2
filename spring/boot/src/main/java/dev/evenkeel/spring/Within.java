package dev.evenkeel.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sets a deadline around a bean's method: an entry point, such as a controller's method or a
 * message's listener. All calls through pipelines that it makes are cut to what is left of that
 * time, and none is started after it. The method itself is not interrupted.
 *
 * <p>The deadline follows the calling thread. A method that returns a
 * {@link java.util.concurrent.CompletionStage} starts its calls under it; what a later stage starts
 * on another thread is not under it. For a method that returns a {@code Mono}, a {@code Flux} or a
 * {@code Publisher} the time begins when somebody subscribes, and the deadline is in Reactor's
 * context (with {@code evenkeel-reactor} on the class path). Inside another deadline it can only
 * shorten it. While {@code evenkeel.observe-only} is true no deadline is set. On a class it holds
 * for all its public methods; one on the method itself goes first.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Within {

  /**
   * The time from the beginning of the method on, with its unit: {@code 500ms}, {@code 2s},
   * {@code PT2S}; more than zero, at most 100 years. Placeholders ({@code ${...}}) are replaced.
   *
   * @return the time
   */
  String value();
}
