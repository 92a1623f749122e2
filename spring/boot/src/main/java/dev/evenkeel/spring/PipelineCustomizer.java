package dev.evenkeel.spring;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.PipelineBuilder;
import java.util.function.Consumer;

/**
 * Sets up the pipeline of one name in code. A bean of this type makes the pipeline when the
 * application starts. If the properties name it too, its timeouts, retries, hedges, breakers and
 * limits are theirs, and the customizer adds what they cannot say: an executor, a fallback, a gate
 * of one's own.
 *
 * <pre>{@code
 * @Bean
 * PipelineCustomizer inventory() {
 *   return PipelineCustomizer.of("inventory",
 *       builder -> builder.policies(Timeout.ofMillis(300), CircuitBreaker.standard()));
 * }
 * }</pre>
 *
 * <p>Several beans for one name are called in their {@code @Order}. The kernel and the listeners of
 * the context are set before.
 */
public interface PipelineCustomizer {

  /**
   * Whose pipeline.
   *
   * @return the name
   */
  String name();

  /**
   * Sets it up.
   *
   * @param builder the builder of that pipeline
   */
  void customize(PipelineBuilder builder);

  /**
   * A customizer from a function.
   *
   * @param name the pipeline's name
   * @param setup is given the builder
   * @return the customizer
   * @throws IllegalArgumentException if the name is blank
   */
  static PipelineCustomizer of(String name, Consumer<PipelineBuilder> setup) {
    Checks.name("pipeline name", name);
    Checks.notNull("setup", setup);
    return new PipelineCustomizer() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void customize(PipelineBuilder builder) {
        setup.accept(builder);
      }
    };
  }
}
