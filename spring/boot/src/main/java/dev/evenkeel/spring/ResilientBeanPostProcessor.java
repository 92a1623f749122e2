package dev.evenkeel.spring;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.ProxyProcessorSupport;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;

/**
 * Puts the way through the pipeline in front of annotated methods. It comes after Spring's proxies
 * for transactions and caches and before those for {@code @Async}, and each of them puts itself in
 * front of those before: so {@code @Async} is outside of {@code @Resilient}, and
 * {@code @Transactional} is inside of it.
 */
final class ResilientBeanPostProcessor extends ProxyProcessorSupport
    implements SmartInstantiationAwareBeanPostProcessor, BeanFactoryAware {

  /** {@code @EnableAsync} has the lowest one, {@code @EnableResilientMethods} the one before. */
  static final int ORDER = Ordered.LOWEST_PRECEDENCE - 10;

  /** Most beans are of such classes, which nobody annotates: to read them would slow the start. */
  private static final String SPRINGS_OWN = "org.springframework.";

  /** Applications of users that begin with one of Spring's own. */
  private static final String SAMPLES = SPRINGS_OWN + "samples.";

  private static final long serialVersionUID = 1;

  private final transient PipelineLookup lookup;
  private final transient Map<Kind, GuardedClass> known = new ConcurrentHashMap<>();
  private transient @Nullable GuardedClassReader reader;

  private record Kind(Class<?> type, boolean viaInterfaces) {}

  ResilientBeanPostProcessor(PipelineLookup lookup) {
    this.lookup = lookup;
    setOrder(ORDER);
    setProxyTargetClass(true);
  }

  @Override
  public void setBeanFactory(BeanFactory beanFactory) {
    ConfigurableBeanFactory values =
        beanFactory instanceof ConfigurableBeanFactory configurable ? configurable : null;
    UnaryOperator<String> placeholders = text -> {
      String value = values == null ? text : values.resolveEmbeddedValue(text);
      return value == null ? "" : value;
    };
    ClassLoader loader = values == null ? null : values.getBeanClassLoader();
    reader = new GuardedClassReader(
        lookup, placeholders, ClassUtils.isPresent(ReactiveCalls.NEEDED, loader));
  }

  /** Asked when a native image is built, which makes no classes later. */
  @Override
  public Class<?> determineBeanType(Class<?> beanClass, String beanName) {
    Class<?> type = ClassUtils.getUserClass(beanClass);
    if (type.isInterface() || Proxy.isProxyClass(type)) {
      return beanClass; // whoever makes it makes a proxy, which takes the advisor
    }
    GuardedClass guarded = GuardedClassReader.forHints(lookup).read(type, false);
    if (guarded.isEmpty()) {
      return beanClass;
    }
    ProxyFactory factory = new ProxyFactory();
    factory.copyFrom(this);
    factory.setTargetClass(beanClass);
    factory.addAdvisor(guarded.advisor());
    return factory.getProxyClass(getProxyClassLoader());
  }

  @Override
  public @Nullable Object postProcessAfterInitialization(Object bean, String beanName) {
    GuardedClassReader annotations = reader;
    if (bean instanceof AopInfrastructureBean || annotations == null) {
      return bean;
    }
    Class<?> type = ClassUtils.getUserClass(AopUtils.getTargetClass(bean));
    boolean viaInterfaces = Proxy.isProxyClass(bean.getClass())
        || Proxy.isProxyClass(type)
        || ClassUtils.isLambdaClass(type);
    if (!viaInterfaces && isSprings(type)) {
      return bean;
    }
    Kind kind = new Kind(type, viaInterfaces);
    GuardedClass guarded = known.get(kind);
    if (guarded == null) {
      guarded = annotations.read(type, viaInterfaces); // may make other beans, and come here again
      known.put(kind, guarded);
    }
    if (!guarded.problems().isEmpty()) {
      lookup.report(guarded.problems());
      return bean;
    }
    if (guarded.isEmpty()) {
      return bean;
    }
    if (bean instanceof Advised advised && !advised.isFrozen()) {
      advised.addAdvisor(0, guarded.advisor());
      return bean;
    }
    ProxyFactory factory = new ProxyFactory();
    factory.copyFrom(this);
    factory.setTarget(bean);
    if (viaInterfaces) {
      factory.setProxyTargetClass(false);
      evaluateProxyInterfaces(bean.getClass(), factory);
    }
    factory.addAdvisor(guarded.advisor());
    return factory.getProxy(getProxyClassLoader());
  }

  private static boolean isSprings(Class<?> type) {
    return type.getName().startsWith(SPRINGS_OWN) && !type.getName().startsWith(SAMPLES);
  }
}
