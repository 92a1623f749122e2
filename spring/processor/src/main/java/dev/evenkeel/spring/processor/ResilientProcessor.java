package dev.evenkeel.spring.processor;

import java.util.LinkedHashSet;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic.Kind;

/**
 * Checks {@code @Resilient} and {@code @Within} when they are compiled, as the start of the
 * application does: fallbacks, methods and classes that no proxy can see, results that cannot be
 * followed, and names of pipelines. What would stop the start is an error. What may be meant is a
 * warning: calls of a method of the same object, and final methods and classes that are reached
 * through an interface. {@code @SuppressWarnings("evenkeel")} on a method or class takes both away
 * there. It generates nothing, and finds the annotations by their names.
 *
 * <p>Names of pipelines are checked if the compiler is told which there are, in one option or both:
 *
 * <ul>
 *   <li>{@code -Aevenkeel.pipelines=inventory,prices}: these
 *   <li>{@code -Aevenkeel.settings=src/main/resources/application.yml}: those that the properties
 *       or YAML files name, below {@code evenkeel.pipelines} and as instances of
 *       {@code resilience4j.*}; several with commas
 * </ul>
 *
 * <p>Without either of them they are checked at the start only. Compilers make it through its
 * public constructor, and use it from one thread.
 */
public final class ResilientProcessor extends AbstractProcessor {

  private final Set<String> typeNames = new LinkedHashSet<>();

  /** Made by the compiler. */
  public ResilientProcessor() {}

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of(Annotations.RESILIENT, Annotations.WITHIN);
  }

  @Override
  public Set<String> getSupportedOptions() {
    return Set.of(KnownPipelines.NAMES, KnownPipelines.FILES);
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public synchronized void init(ProcessingEnvironment environment) {
    super.init(environment);
    try {
      SelfCalls.watch(environment);
    } catch (IllegalArgumentException | LinkageError notJavac) {
      // Eclipse's compiler, and Gradle and IntelliJ, which hide javac: self calls are not seen
    }
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    for (TypeElement annotation : annotations) {
      for (Element element : round.getElementsAnnotatedWith(annotation)) {
        Element type =
            element instanceof TypeElement itself ? itself : element.getEnclosingElement();
        if (type instanceof TypeElement found) {
          typeNames.add(found.getQualifiedName().toString());
        }
      }
    }
    if (round.processingOver() && !round.errorRaised()) {
      check(); // now all that other processors generate is there
    }
    return false;
  }

  private void check() {
    Reports reports = new Reports(processingEnv.getMessager());
    TypeCheck check = new TypeCheck(
        new Model(processingEnv.getElementUtils(), processingEnv.getTypeUtils()),
        KnownPipelines.of(processingEnv.getOptions(), processingEnv.getMessager()),
        reports);
    for (String name : typeNames) {
      TypeElement type = processingEnv.getElementUtils().getTypeElement(name);
      if (type == null) {
        continue;
      }
      try {
        check.check(type);
      } catch (RuntimeException failure) { // a check that fails must not break a compile
        processingEnv
            .getMessager()
            .printMessage(Kind.NOTE, "Evenkeel has not checked " + name + ": " + failure);
      }
    }
  }
}
