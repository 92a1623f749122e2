package dev.evenkeel.spring.processor;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Warns of calls that go past the proxy, because they are made by the object itself. It looks at
 * each class when javac has resolved its calls, after all annotations are processed.
 */
final class SelfCalls implements TaskListener {

  private final Trees trees;
  private final Model model;

  private SelfCalls(Trees trees, Model model) {
    this.trees = trees;
    this.model = model;
  }

  /**
   * Watches a compile.
   *
   * @throws IllegalArgumentException if the compiler is not javac, or hidden
   */
  static void watch(ProcessingEnvironment environment) {
    Model model = new Model(environment.getElementUtils(), environment.getTypeUtils());
    Trees trees = Trees.instance(environment);
    JavacTask.instance(environment).addTaskListener(new SelfCalls(trees, model));
  }

  @Override
  public void finished(TaskEvent event) {
    TypeElement type = event.getTypeElement();
    if (event.getKind() != TaskEvent.Kind.ANALYZE || type == null) {
      return;
    }
    TreePath path = trees.getPath(type);
    if (path != null) {
      Void unused = new Scanner(path.getCompilationUnit()).scan(path, null);
    }
  }

  private final class Scanner extends TreePathScanner<Void, Void> {

    private final CompilationUnitTree unit;

    private Scanner(CompilationUnitTree unit) {
      this.unit = unit;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, Void none) {
      ExpressionTree called = call.getMethodSelect();
      if (called instanceof IdentifierTree
          || (called instanceof MemberSelectTree select && isThis(select.getExpression()))) {
        look(called);
      }
      return super.visitMethodInvocation(call, null);
    }

    @Override
    public @Nullable Void visitMemberReference(MemberReferenceTree reference, Void none) {
      if (isThis(reference.getQualifierExpression())) {
        look(reference);
      }
      return super.visitMemberReference(reference, null);
    }

    private void look(Tree call) {
      Element called = trees.getElement(TreePath.getPath(unit, call));
      String annotation =
          called instanceof ExecutableElement method && method.getKind() == ElementKind.METHOD
              ? annotationOf(method)
              : null;
      if (annotation != null && !isSuppressed()) {
        trees.printMessage(
            Kind.WARNING,
            "A call of " + called.getSimpleName() + "("
                + model.parameters((ExecutableElement) called) + ") of the same object goes past"
                + " the proxy, so " + annotation + " does nothing for it. Call it from another"
                + " bean, or inject the bean into itself; @SuppressWarnings(\"evenkeel\") if that"
                + " is meant.",
            call,
            unit);
      }
    }

    private boolean isSuppressed() {
      for (TreePath path = getCurrentPath(); path != null; path = path.getParentPath()) {
        Element element = switch (path.getLeaf().getKind()) {
          case METHOD, CLASS, RECORD, ENUM, INTERFACE, VARIABLE -> trees.getElement(path);
          default -> null;
        };
        if (element != null && Reports.isSuppressed(element)) {
          return true;
        }
      }
      return false;
    }
  }

  private static boolean isThis(Tree tree) {
    return tree instanceof IdentifierTree identifier
        ? identifier.getName().contentEquals("this")
        : tree instanceof MemberSelectTree select && select.getIdentifier().contentEquals("this");
  }

  /** The annotation that a call through the proxy would obey; null if there is none. */
  private @Nullable String annotationOf(ExecutableElement method) {
    // Of an interface's own methods the object that calls is the proxy.
    if (!(method.getEnclosingElement() instanceof TypeElement type)
        || type.getKind() == ElementKind.INTERFACE
        || method.getModifiers().contains(Modifier.STATIC)) {
      return null;
    }
    if (Annotations.direct(method, Annotations.RESILIENT) != null) {
      return "@Resilient";
    }
    if (Annotations.direct(method, Annotations.WITHIN) != null) {
      return "@Within";
    }
    if (!method.getModifiers().contains(Modifier.PUBLIC) || model.isOfObject(method)) {
      return null;
    }
    AnnotationMirror resilient = Annotations.direct(type, Annotations.RESILIENT);
    if (resilient != null) {
      return isFallback(type, method, resilient) ? null : "@Resilient";
    }
    return Annotations.direct(type, Annotations.WITHIN) == null ? null : "@Within";
  }

  private static boolean isFallback(
      TypeElement type, ExecutableElement method, AnnotationMirror ofType) {
    String name = method.getSimpleName().toString();
    return Annotations.text(ofType, "fallback").equals(name)
        || ElementFilter.methodsIn(type.getEnclosedElements()).stream()
            .map(one -> Annotations.direct(one, Annotations.RESILIENT))
            .anyMatch(one -> one != null && Annotations.text(one, "fallback").equals(name));
  }
}
