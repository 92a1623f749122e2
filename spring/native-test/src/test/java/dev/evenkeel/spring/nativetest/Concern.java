package dev.evenkeel.spring.nativetest;

import java.lang.reflect.Member;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.springframework.aot.agent.RecordedInvocation;

/** Which of all reflective calls are Evenkeel's business. */
final class Concern {

  private static final String OURS = "dev.evenkeel.";

  /** What Boot itself looks for by the name of the application, and registers when it builds. */
  private static final String GENERATED = OURS + "spring.nativetest.Application__";

  private Concern() {}

  /**
   * Those that Evenkeel makes, and those that are made of its types, and of what the application
   * has annotated. Not those that find nothing here either, nor a search in a type of others, in
   * which an image that knows less of it finds nothing. Of a proxy only that it is loaded: its
   * members are Spring's business.
   */
  static boolean isOurs(RecordedInvocation invocation) {
    String method = invocation.getMethodReference().getMethodName();
    boolean isSearch = method.startsWith("get");
    boolean isLookUp = isSearch || method.equals("forName") || method.equals("loadClass");
    String subject = subject(invocation);
    if (isNameless(invocation)
        || subject.contains(GENERATED)
        || (!method.equals("forName")
            && caller(invocation).startsWith("org.springframework.cglib."))
        || (isLookUp && invocation.getReturnValue() == null)) {
      return false;
    }
    return subject.contains(OURS) || (!isSearch && caller(invocation).startsWith(OURS));
  }

  /** Lambdas and anonymous classes, which no hint can name: nothing is looked for in them. */
  private static boolean isNameless(RecordedInvocation invocation) {
    return !invocation.isStatic()
        && invocation.getInstance() instanceof Class<?> type
        && type.getCanonicalName() == null;
  }

  static String text(RecordedInvocation invocation) {
    return invocation.getMethodReference() + " of " + subject(invocation) + " by "
        + invocation
            .getStackFrames()
            .limit(6)
            .map(frame -> frame.getClassName() + "." + frame.getMethodName())
            .collect(Collectors.joining(" < "));
  }

  private static String caller(RecordedInvocation invocation) {
    return invocation
        .getStackFrames()
        .map(StackWalker.StackFrame::getClassName)
        .findFirst()
        .orElse("");
  }

  private static String subject(RecordedInvocation invocation) {
    Object instance = invocation.isStatic() ? "" : invocation.getInstance();
    String on = subject(instance);
    String with = invocation.getArguments().stream()
        .filter(argument -> argument instanceof String || argument instanceof Class<?>[])
        .map(Concern::subject)
        .collect(Collectors.joining(", "));
    return on + "(" + with + ")";
  }

  private static String subject(Object of) {
    if (of instanceof Class<?> type) {
      return type.getName();
    }
    if (of instanceof Member member) {
      return member.getDeclaringClass().getName() + "." + member.getName();
    }
    if (of instanceof Class<?>[] types) {
      return Arrays.stream(types).map(Class::getName).collect(Collectors.joining(", "));
    }
    return of instanceof String name ? name.replace('/', '.') : "";
  }
}
