package dev.evenkeel.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sends the calls of a bean's method through a pipeline.
 *
 * <pre>{@code
 * @Resilient(value = "inventory", fallback = "unknown")
 * public Stock stock(String sku) {
 *   return client.stock(sku);
 * }
 *
 * private Stock unknown(String sku, CallRefusedException refused) {
 *   return Stock.UNKNOWN;
 * }
 * }</pre>
 *
 * <p>On a class it holds for all its public methods, on an interface (an {@code @HttpExchange}
 * client, for example) for the methods that the interface declares; one on the method itself goes
 * first. A method that returns a {@link java.util.concurrent.CompletionStage} or a
 * {@link java.util.concurrent.CompletableFuture} is called asynchronously, one that returns a
 * {@code Mono}, a {@code Flux} or a {@code Publisher} for each subscriber when it subscribes (with
 * {@code evenkeel-reactor} on the class path), every other one on its caller's thread.
 *
 * <p>Everything is resolved when the application starts. What cannot work stops the start: a
 * pipeline or fallback that does not exist, and private, static and final methods and final
 * classes, which no proxy can see. A call of a method of the same object ({@code this.stock(...)})
 * goes past every proxy and cannot be found then: put the method into a bean of its own. The
 * annotation processor {@code evenkeel-spring-processor} finds all of that at compile time.
 *
 * <p>Around a transaction ({@code @Transactional}: each attempt is one of its own) and a cache
 * ({@code @Cacheable}), inside of {@code @Async}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Resilient {

  /**
   * The name of the pipeline. Placeholders ({@code ${...}}) are replaced.
   *
   * @return the name
   */
  String value();

  /**
   * The name of the method that answers instead of a failure: of the same class, with the same
   * parameters and an exception after them, or with the exception only, and a result that fits. It
   * may be private. Of several of that name the one with the nearest type of exception is asked; a
   * failure for which there is none reaches the caller. What the fallback throws reaches the
   * caller, too. An {@link Error} is never answered.
   *
   * @return the name; empty for none
   */
  String fallback() default "";
}
