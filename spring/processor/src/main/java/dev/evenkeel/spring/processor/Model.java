package dev.evenkeel.spring.processor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/**
 * Types and methods as the running application sees them: classes without type arguments, with what
 * a class says of the type variables of those that it extends.
 */
final class Model {

  private final Elements elements;
  private final Types types;

  Model(Elements elements, Types types) {
    this.elements = elements;
    this.types = types;
  }

  /** {@code com.example.Shop$Stocks}. */
  String nameOf(TypeElement type) {
    return elements.getBinaryName(type).toString();
  }

  /** {@code com.example.Shop.stock(String)}. */
  String where(TypeElement type, ExecutableElement method) {
    return nameOf(type) + "." + method.getSimpleName() + "(" + parameters(method) + ")";
  }

  /** {@code Stock unknown(String, IOException)}. */
  String signature(ExecutableElement method) {
    return simpleName(method.getReturnType()) + " " + method.getSimpleName() + "("
        + parameters(method) + ")";
  }

  /** {@code String, IOException}. */
  String parameters(ExecutableElement method) {
    List<String> names = new ArrayList<>();
    for (VariableElement parameter : method.getParameters()) {
      names.add(simpleName(parameter.asType()));
    }
    return String.join(", ", names);
  }

  /** As {@link Class#getSimpleName}. */
  String simpleName(TypeMirror type) {
    TypeMirror erased = types.erasure(type);
    if (erased instanceof ArrayType array) {
      return simpleName(array.getComponentType()) + "[]";
    }
    TypeElement element = element(erased);
    return element == null
        ? erased.getKind().name().toLowerCase(Locale.ROOT)
        : element.getSimpleName().toString();
  }

  /** What a method returns in a class. */
  TypeMirror result(TypeElement type, ExecutableElement method) {
    return types.erasure(in(type, method).getReturnType());
  }

  /** The parameters of a method in a class. */
  List<TypeMirror> parameters(TypeElement type, ExecutableElement method) {
    List<TypeMirror> erased = new ArrayList<>();
    in(type, method).getParameterTypes().forEach(one -> erased.add(types.erasure(one)));
    return erased;
  }

  private ExecutableType in(TypeElement type, ExecutableElement method) {
    return (ExecutableType) types.asMemberOf((DeclaredType) type.asType(), method);
  }

  boolean isSame(List<TypeMirror> some, List<TypeMirror> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (!types.isSameType(some.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a type is of a class, or extends it; false if there is no such class. */
  boolean isA(TypeMirror type, String className) {
    TypeElement wanted = elements.getTypeElement(className);
    return wanted != null
        && !type.getKind().isPrimitive()
        && type.getKind() != TypeKind.VOID
        && isSubtype(type, wanted.asType());
  }

  boolean isSubtype(TypeMirror type, TypeMirror of) {
    return types.isSubtype(types.erasure(type), types.erasure(of));
  }

  /**
   * Whether a value of one type can be the result of a method of the other, also if it is boxed.
   */
  boolean isAssignable(TypeMirror given, TypeMirror wanted) {
    if (given.getKind().isPrimitive() && wanted.getKind().isPrimitive()) {
      return given.getKind() == wanted.getKind();
    }
    if (given.getKind().isPrimitive()) {
      return isSubtype(types.boxedClass(types.getPrimitiveType(given.getKind())).asType(), wanted);
    }
    if (wanted.getKind().isPrimitive()) {
      return types.isSameType(
          given, types.boxedClass(types.getPrimitiveType(wanted.getKind())).asType());
    }
    return isSubtype(given, wanted);
  }

  /** Whether the compiler does not know a type of a method yet, or never. */
  boolean isUnresolved(ExecutableElement method) {
    return method.getReturnType().getKind() == TypeKind.ERROR
        || method.getParameters().stream()
            .anyMatch(parameter -> parameter.asType().getKind() == TypeKind.ERROR)
        || method.getThrownTypes().stream().anyMatch(thrown -> thrown.getKind() == TypeKind.ERROR);
  }

  /** Whether a class extends or implements one that the compiler does not know. */
  boolean isUnresolved(TypeElement type) {
    return supertypes(type).values().stream()
        .anyMatch(one -> one.getSuperclass().getKind() == TypeKind.ERROR
            || one.getInterfaces().stream()
                .anyMatch(implemented -> implemented.getKind() == TypeKind.ERROR));
  }

  /** A class and all that it extends and implements, itself first, then classes, by their names. */
  Map<String, TypeElement> supertypes(TypeElement type) {
    Map<String, TypeElement> found = new LinkedHashMap<>();
    for (TypeElement one = type; one != null; one = element(one.getSuperclass())) {
      found.put(nameOf(one), one);
    }
    for (TypeElement one : List.copyOf(found.values())) {
      addInterfaces(one, found);
    }
    return found;
  }

  private void addInterfaces(TypeElement type, Map<String, TypeElement> found) {
    for (TypeMirror implemented : type.getInterfaces()) {
      TypeElement element = element(implemented);
      if (element != null) {
        found.put(nameOf(element), element);
        addInterfaces(element, found);
      }
    }
  }

  static @Nullable TypeElement element(TypeMirror type) {
    return type instanceof DeclaredType declared
            && declared.asElement() instanceof TypeElement found
        ? found
        : null;
  }

  /** The methods that a class has, inherited ones too, without those of {@link Object}. */
  List<ExecutableElement> allMethods(TypeElement type) {
    List<ExecutableElement> methods =
        new ArrayList<>(ElementFilter.methodsIn(elements.getAllMembers(type)));
    methods.removeIf(this::isOfObject);
    return methods;
  }

  /** Whether a method is one of {@link Object}, which no annotation of a class holds for. */
  boolean isOfObject(ExecutableElement method) {
    String signature = method.getSimpleName() + "(" + parameters(method) + ")";
    return isDeclaredBy(method, "java.lang.Object")
        || signature.equals("equals(Object)")
        || signature.equals("hashCode()")
        || signature.equals("toString()");
  }

  private static boolean isDeclaredBy(ExecutableElement method, String className) {
    return method.getEnclosingElement() instanceof TypeElement owner
        && owner.getQualifiedName().contentEquals(className);
  }

  /** Whether a method overrides one of these, or is it. */
  boolean isOrOverrides(ExecutableElement method, ExecutableElement other, TypeElement type) {
    return method.equals(other)
        || (method.getSimpleName().contentEquals(other.getSimpleName())
            && elements.overrides(method, other, type));
  }

  /** Whether a proxy of the interfaces of a class would have a method. */
  boolean isOfAnInterface(ExecutableElement method, TypeElement type) {
    return supertypes(type).values().stream()
        .filter(one -> one.getKind() == ElementKind.INTERFACE)
        .flatMap(one -> ElementFilter.methodsIn(one.getEnclosedElements()).stream())
        .anyMatch(one -> isOrOverrides(method, one, type));
  }

  /**
   * The methods that a fallback is looked for in: of the class and of those that it extends,
   * private ones too, and default methods of interfaces.
   */
  List<ExecutableElement> fallbackCandidates(TypeElement type) {
    List<ExecutableElement> found = new ArrayList<>();
    for (TypeElement one : supertypes(type).values()) {
      boolean isInterface = one.getKind() == ElementKind.INTERFACE;
      for (ExecutableElement method : ElementFilter.methodsIn(one.getEnclosedElements())) {
        boolean isOffered = !isInterface || method.getModifiers().contains(Modifier.DEFAULT);
        if (isOffered && found.stream().noneMatch(other -> isSameDeclaration(other, method))) {
          found.add(method);
        }
      }
    }
    return found;
  }

  private boolean isSameDeclaration(ExecutableElement one, ExecutableElement other) {
    return one.getSimpleName().contentEquals(other.getSimpleName())
        && isSame(declared(one), declared(other));
  }

  private List<TypeMirror> declared(ExecutableElement method) {
    List<TypeMirror> erased = new ArrayList<>();
    method.getParameters().forEach(one -> erased.add(types.erasure(one.asType())));
    return erased;
  }
}
