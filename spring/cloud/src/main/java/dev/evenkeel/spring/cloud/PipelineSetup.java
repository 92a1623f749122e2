package dev.evenkeel.spring.cloud;

import dev.evenkeel.core.Checks;
import dev.evenkeel.core.PipelineBuilder;
import java.util.function.Consumer;
import org.springframework.cloud.client.circuitbreaker.ConfigBuilder;

/**
 * What a factory's {@code configure} and {@code configureDefault} are given: how a pipeline is
 * built for an id that no pipeline has yet. Not thread-safe.
 */
public final class PipelineSetup implements ConfigBuilder<Consumer<PipelineBuilder>> {

  private Consumer<PipelineBuilder> setup = builder -> {};

  PipelineSetup() {}

  /**
   * Sets how it is built.
   *
   * @param newSetup is given the builder, with its name and the context's kernel set
   * @return this
   */
  public PipelineSetup setup(Consumer<PipelineBuilder> newSetup) {
    setup = Checks.notNull("setup", newSetup);
    return this;
  }

  @Override
  public Consumer<PipelineBuilder> build() {
    return setup;
  }
}
