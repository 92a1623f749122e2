package dev.evenkeel.spring;

import dev.evenkeel.core.ContextCarrier;
import dev.evenkeel.core.PipelineListener;
import dev.evenkeel.settings.Property;
import java.security.PrivilegedAction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.util.ClassUtils;

/** Tells a native image what Evenkeel's own modules look for by reflection or as resources. */
final class EvenkeelHints implements RuntimeHintsRegistrar {

  /** Their attributes are read by their methods. */
  private static final List<Class<?>> ANNOTATIONS = List.of(Resilient.class, Within.class);

  /** Looked for by which of its methods a listener overrides. */
  private static final List<String> LISTENERS = List.of(
      "dev.evenkeel.micrometer.CallMeters",
      "dev.evenkeel.micrometer.DurationSwitch$EveryCall",
      "dev.evenkeel.spring.actuate.PipelineEvents");

  /** Fields that are updated atomically, by name. */
  private static final Map<String, String> UPDATED = Map.of(
      "dev.evenkeel.core.KeyEntry", "mode",
      "dev.evenkeel.core.SuspendedCall", "phase",
      "dev.evenkeel.reactor.MonoAttempt", "state",
      "dev.evenkeel.reactor.MonoCall", "state");

  /** Asked for to see whether an optional library is there. */
  private static final List<String> OPTIONAL = List.of(
      "dev.evenkeel.retry.Retry",
      "dev.evenkeel.limits.QueuedLimit",
      "dev.evenkeel.reactor.ReactivePipeline",
      "io.micrometer.context.ContextSnapshotFactory",
      "org.springframework.cloud.context.environment.EnvironmentChangeEvent");

  EvenkeelHints() {}

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
    ReflectionHints reflection = hints.reflection();
    reflection.registerType(PipelineListener.class, MemberCategory.INVOKE_PUBLIC_METHODS);
    ANNOTATIONS.forEach(
        annotation -> reflection.registerType(annotation, MemberCategory.INVOKE_DECLARED_METHODS));
    LISTENERS.stream()
        .filter(name -> ClassUtils.isPresent(name, loader))
        .forEach(name ->
            reflection.registerType(TypeReference.of(name), MemberCategory.INVOKE_PUBLIC_METHODS));
    UPDATED.forEach((name, field) -> {
      if (ClassUtils.isPresent(name, loader)) {
        reflection.registerType(TypeReference.of(name), type -> type.withField(field));
      }
    });
    OPTIONAL.stream()
        .filter(name -> ClassUtils.isPresent(name, loader))
        .forEach(name -> reflection.registerType(TypeReference.of(name)));
    reflection.registerType(
        Thread.class, type -> type.withMethod("isVirtual", List.of(), ExecutableMode.INVOKE));
    reflection.registerTypeIfPresent(
        loader,
        "java.security.AccessController",
        type -> type.withMethod(
            "doPrivileged", TypeReference.listOf(PrivilegedAction.class), ExecutableMode.INVOKE));
    new BindingReflectionHintsRegistrar().registerReflectionHints(reflection, Property.class);
    hints.resources().registerPattern("META-INF/services/" + ContextCarrier.class.getName());
  }
}
