package dev.evenkeel.spring.actuate;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** Tells a native image what the endpoint answers with: JSON is made of it by reflection. */
final class EndpointHints implements RuntimeHintsRegistrar {

  EndpointHints() {}

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
    new BindingReflectionHintsRegistrar()
        .registerReflectionHints(
            hints.reflection(),
            PipelineViews.All.class,
            PipelineViews.Details.class,
            PipelineViews.Changed.class,
            PipelineViews.SettingsChanged.class);
  }
}
