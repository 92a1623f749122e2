package dev.evenkeel.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;

/** The annotated methods of one class, and what is wrong with them. Thread-safe. */
final class GuardedClass {

  private final Class<?> type;
  private final Map<Method, GuardedMethod> methods;
  private final List<Problem> problems;
  private final Map<Method, Optional<GuardedMethod>> asked = new ConcurrentHashMap<>();

  GuardedClass(Class<?> type, Map<Method, GuardedMethod> methods, List<Problem> problems) {
    this.type = type;
    this.methods = Map.copyOf(methods);
    this.problems = List.copyOf(problems);
  }

  boolean isEmpty() {
    return methods.isEmpty();
  }

  /** The annotated methods. */
  Set<Method> methods() {
    return methods.keySet();
  }

  /** Those that answer for one of them. */
  Collection<Method> fallbacksOf(Method method) {
    GuardedMethod guarded = methods.get(method);
    return guarded == null ? List.of() : guarded.fallbacks();
  }

  List<Problem> problems() {
    return problems;
  }

  /** The way of a method; it may be an interface's, or a bridge. */
  @Nullable GuardedMethod find(Method method) {
    Optional<GuardedMethod> known = asked.get(method);
    if (known == null) {
      known = Optional.ofNullable(look(method));
      asked.put(method, known);
    }
    return known.orElse(null);
  }

  private @Nullable GuardedMethod look(Method method) {
    GuardedMethod found = methods.get(method);
    if (found != null || Proxy.isProxyClass(type) || type.isInterface()) {
      return found;
    }
    return methods.get(AopUtils.getMostSpecificMethod(method, type));
  }

  /** For the proxy of one bean of this class. */
  Advisor advisor() {
    return new DefaultPointcutAdvisor(
        new StaticMethodMatcherPointcut() {
          @Override
          public boolean matches(Method method, Class<?> targetClass) {
            return find(method) != null;
          }
        },
        new Guard());
  }

  /** Named, so that it is found in the list of a proxy's advisors. */
  private final class Guard implements MethodInterceptor {
    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
      GuardedMethod method = find(invocation.getMethod());
      return method == null ? invocation.proceed() : method.call(invocation);
    }
  }
}
