package dev.evenkeel.spring;

import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.ClassUtils;

/**
 * Tells a native image which methods are looked for and called by reflection: those with
 * {@link Resilient} or {@link Within}, and the fallbacks.
 */
final class ResilientHints implements BeanRegistrationAotProcessor {

  ResilientHints() {}

  @Override
  public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
    Class<?> type = ClassUtils.getUserClass(bean.getBeanClass());
    GuardedClass guarded = GuardedClassReader.forHints(
            new PipelineLookup(bean.getBeanFactory(), new StandardEnvironment()))
        .read(type, type.isInterface());
    Set<Method> methods = new LinkedHashSet<>(guarded.methods());
    guarded.methods().forEach(method -> methods.addAll(guarded.fallbacksOf(method)));
    return methods.isEmpty() ? null : new Contribution(methods);
  }

  private record Contribution(Set<Method> methods) implements BeanRegistrationAotContribution {

    @Override
    public void applyTo(GenerationContext context, BeanRegistrationCode code) {
      ReflectionHints hints = context.getRuntimeHints().reflection();
      methods.forEach(method -> hints.registerMethod(method, ExecutableMode.INVOKE));
    }
  }
}
