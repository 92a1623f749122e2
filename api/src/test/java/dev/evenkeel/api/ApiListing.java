package dev.evenkeel.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.TypePath;
import org.objectweb.asm.TypeReference;
import org.objectweb.asm.signature.SignatureReader;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.InnerClassNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeAnnotationNode;
import org.objectweb.asm.util.TraceSignatureVisitor;

/**
 * What users can see of compiled classes, one line for each type, method and field: public and
 * protected, with generics, thrown types, constants, defaults of annotations, and what may be null.
 */
final class ApiListing {

  private static final int VISIBLE = Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED;
  private static final String NULLABLE = "Lorg/jspecify/annotations/Nullable;";

  private ApiListing() {}

  /** Of all classes beneath a folder, in the order of their names. */
  static List<String> of(Path classes) throws IOException {
    List<ClassNode> visible = new ArrayList<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(ApiListing::isClass).toList()) {
        ClassNode type = new ClassNode();
        new ClassReader(Files.readAllBytes(file))
            .accept(type, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG);
        if (isVisible(type)) {
          visible.add(type);
        }
      }
    }
    visible.sort(Comparator.comparing(type -> type.name));
    List<String> lines = new ArrayList<>();
    visible.forEach(type -> add(type, lines));
    return lines;
  }

  private static boolean isClass(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".class") && !name.endsWith("-info.class");
  }

  /** A nested type says in its outer types' list what it is; all around it must be visible too. */
  private static boolean isVisible(ClassNode type) {
    if ((type.access & Opcodes.ACC_SYNTHETIC) != 0) {
      return false;
    }
    String name = type.name;
    boolean nested = false;
    for (InnerClassNode inner : type.innerClasses) {
      if (name.equals(inner.name) || name.startsWith(inner.name + "$")) {
        nested |= name.equals(inner.name);
        if (inner.outerName == null || (inner.access & VISIBLE) == 0) {
          return false;
        }
      }
    }
    return nested || (type.access & Opcodes.ACC_PUBLIC) != 0;
  }

  private static void add(ClassNode type, List<String> lines) {
    lines.add(declaration(type));
    List<String> members = new ArrayList<>();
    for (FieldNode field : type.fields) {
      if (isListed(field.access)) {
        members.add("  " + declaration(field));
      }
    }
    for (MethodNode method : type.methods) {
      if (isListed(method.access)) {
        members.add("  " + declaration(type, method));
      }
    }
    members.sort(Comparator.naturalOrder());
    lines.addAll(members);
  }

  private static boolean isListed(int access) {
    return (access & VISIBLE) != 0 && (access & (Opcodes.ACC_SYNTHETIC | Opcodes.ACC_BRIDGE)) == 0;
  }

  private static String declaration(ClassNode type) {
    int access = type.access;
    for (InnerClassNode inner : type.innerClasses) {
      if (inner.name.equals(type.name)) {
        access = inner.access;
      }
    }
    boolean isRecord = "java/lang/Record".equals(type.superName);
    String kind = (access & Opcodes.ACC_ANNOTATION) != 0
        ? "@interface"
        : (access & Opcodes.ACC_INTERFACE) != 0
            ? "interface"
            : (access & Opcodes.ACC_ENUM) != 0 ? "enum" : isRecord ? "record" : "class";
    String supertypes;
    if (type.signature == null) {
      List<String> of = new ArrayList<>();
      if (!"java/lang/Object".equals(type.superName) && !isRecord) {
        of.add("extends " + dotted(type.superName));
      }
      if (!type.interfaces.isEmpty()) {
        of.add("implements "
            + type.interfaces.stream().map(ApiListing::dotted).collect(Collectors.joining(", ")));
      }
      supertypes = of.isEmpty() ? "" : " " + String.join(" ", of);
    } else {
      TraceSignatureVisitor signature = new TraceSignatureVisitor(access);
      new SignatureReader(type.signature).accept(signature);
      supertypes = signature.getDeclaration();
    }
    int shown = access & ~(Opcodes.ACC_SUPER | Opcodes.ACC_ENUM | Opcodes.ACC_INTERFACE);
    if (kind.endsWith("interface")) {
      shown &= ~Opcodes.ACC_ABSTRACT;
    }
    return deprecated(type.access)
        + modifiers(shown)
        + (type.permittedSubclasses == null ? "" : "sealed ")
        + kind
        + " "
        + dotted(type.name)
        + shortened(supertypes)
        + nullable(type.visibleTypeAnnotations);
  }

  private static String declaration(FieldNode field) {
    String type = Type.getType(field.desc).getClassName();
    if (field.signature != null) {
      TraceSignatureVisitor signature = new TraceSignatureVisitor(field.access);
      new SignatureReader(field.signature).acceptType(signature);
      type = signature.getDeclaration();
    }
    return deprecated(field.access)
        + modifiers(field.access & ~Opcodes.ACC_ENUM)
        + shortened(type)
        + " "
        + field.name
        + (field.value == null ? "" : " = " + field.value)
        + nullable(field.visibleTypeAnnotations);
  }

  private static String declaration(ClassNode type, MethodNode method) {
    String parameters = Arrays.stream(Type.getArgumentTypes(method.desc))
        .map(Type::getClassName)
        .collect(Collectors.joining(", ", "(", ")"));
    String result = Type.getReturnType(method.desc).getClassName();
    String variables = "";
    String thrown =
        method.exceptions.stream().map(ApiListing::dotted).collect(Collectors.joining(", "));
    if (method.signature != null) {
      TraceSignatureVisitor signature = new TraceSignatureVisitor(0);
      new SignatureReader(method.signature).accept(signature);
      String declaration = signature.getDeclaration();
      int begin = declaration.indexOf('(');
      variables = begin == 0 ? "" : declaration.substring(0, begin) + " ";
      parameters = declaration.substring(begin);
      result = signature.getReturnType();
      thrown = signature.getExceptions() == null ? thrown : signature.getExceptions();
    }
    boolean isConstructor = method.name.equals("<init>");
    int shown = method.access
        & ~(Opcodes.ACC_VARARGS
            | Opcodes.ACC_STRICT
            | Opcodes.ACC_SYNCHRONIZED
            | Opcodes.ACC_NATIVE);
    return deprecated(method.access)
        + modifiers(shown)
        + (isDefault(type, method) ? "default " : "")
        + variables
        + (isConstructor ? "" : shortened(result) + " ")
        + (isConstructor ? "new" : method.name)
        + shortened(parameters)
        + ((method.access & Opcodes.ACC_VARARGS) == 0 ? "" : " varargs")
        + (thrown.isEmpty() ? "" : " throws " + shortened(thrown))
        + (method.annotationDefault == null ? "" : " default " + method.annotationDefault)
        + nullable(method.visibleTypeAnnotations);
  }

  private static boolean isDefault(ClassNode type, MethodNode method) {
    return (type.access & Opcodes.ACC_INTERFACE) != 0
        && (method.access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_STATIC)) == 0;
  }

  private static String deprecated(int access) {
    return (access & Opcodes.ACC_DEPRECATED) == 0 ? "" : "deprecated ";
  }

  private static String modifiers(int access) {
    String text = java.lang.reflect.Modifier.toString(access);
    return text.isEmpty() ? "" : text + " ";
  }

  private static String dotted(String internalName) {
    return internalName.replace('/', '.');
  }

  private static String shortened(String text) {
    return text.replace("java.lang.", "");
  }

  /** Where a null may be: "result", a parameter's number, with the path into its type arguments. */
  private static String nullable(List<TypeAnnotationNode> annotations) {
    if (annotations == null) {
      return "";
    }
    String places = annotations.stream()
        .filter(annotation -> annotation.desc.equals(NULLABLE))
        .map(annotation -> place(new TypeReference(annotation.typeRef), annotation.typePath))
        .sorted()
        .collect(Collectors.joining(", "));
    return places.isEmpty() ? "" : " [nullable: " + places + "]";
  }

  private static String place(TypeReference reference, TypePath path) {
    String place = switch (reference.getSort()) {
      case TypeReference.METHOD_RETURN -> "result";
      case TypeReference.METHOD_FORMAL_PARAMETER ->
        "parameter " + reference.getFormalParameterIndex();
      case TypeReference.FIELD -> "field";
      case TypeReference.CLASS_TYPE_PARAMETER_BOUND, TypeReference.METHOD_TYPE_PARAMETER_BOUND ->
        "bound of variable " + reference.getTypeParameterIndex();
      case TypeReference.CLASS_EXTENDS -> "supertype " + reference.getSuperTypeIndex();
      case TypeReference.THROWS -> "thrown " + reference.getExceptionIndex();
      default -> "place " + reference.getSort();
    };
    return path == null ? place : place + " at " + path;
  }
}
