package dev.evenkeel.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Who depends on whom among the top-level types of core. The numbers are upper bounds: what makes
 * one smaller lowers it here. A new kind of layer is in the circle by its nature.
 */
class ArchitectureTest {

  /** What users write and gates are made of: it knows nothing of how a call is made. */
  private static final Set<String> VOCABULARY = Set.of(
      "CallRefusedException",
      "CallTimeoutException",
      "CallView",
      "Cancellable",
      "ConcurrencyLimit",
      "RetryDriver",
      "Fallback",
      "Gate",
      "HedgeDriver",
      "Kernel",
      "PerKey",
      "PipelineEvent",
      "PipelineException",
      "PipelineListener",
      "Policy",
      "Refusal",
      "StatefulGate",
      "TimelessGate",
      "Timeout",
      "Verdict",
      "WaitingGate");

  /** Time and threads: they know of alarms and tasks, of no call. */
  private static final Set<String> TIME = Set.of(
      "Alarm", "AlarmClock", "AlarmTask", "Kernel", "Shelf", "Signals", "SystemKernel", "Workers");

  /** How a call is made. */
  private static final Set<String> ENGINE =
      Set.of("CallerThread", "Engine", "Frame", "Layer", "Pipeline", "Plan", "SuspendedCall");

  private static final int LARGEST_CIRCLE = 37;
  private static final int PUBLIC_TYPES_IN_IT = 6;

  private static final Map<String, Set<String>> USES = new TreeMap<>();
  private static final Set<String> PUBLIC = new TreeSet<>();

  static {
    JavaClasses classes = new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages("dev.evenkeel.core");
    for (JavaClass type : classes) {
      String from = topLevel(type);
      Set<String> uses = USES.computeIfAbsent(from, name -> new TreeSet<>());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().equals("dev.evenkeel.core")
            && !topLevel(target).equals(from)) {
          uses.add(topLevel(target));
        }
      }
      if (type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC)) {
        PUBLIC.add(from);
      }
    }
  }

  private static String topLevel(JavaClass type) {
    String name = type.getFullName().substring(type.getPackageName().length() + 1);
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  /** All that a type depends on, by however many steps. */
  private static Set<String> reach(String type) {
    Set<String> found = new HashSet<>();
    Deque<String> next = new ArrayDeque<>(Set.of(type));
    for (String one = next.poll(); one != null; one = next.poll()) {
      for (String used : USES.getOrDefault(one, Set.of())) {
        if (found.add(used)) {
          next.add(used);
        }
      }
    }
    return found;
  }

  @Test
  void vocabularyAndTime_doNotDependOnTheEngine() {
    assertThat(USES.keySet()).containsAll(VOCABULARY).containsAll(TIME).containsAll(ENGINE);
    for (String type : VOCABULARY) {
      assertThat(reach(type)).as(type).doesNotContainAnyElementsOf(ENGINE);
    }
    for (String type : TIME) {
      assertThat(reach(type)).as(type).doesNotContainAnyElementsOf(ENGINE).doesNotContain("Gate");
    }
  }

  @Test
  void circleOfTypesThatDependOnEachOther_doesNotGrow() {
    Set<String> largest = Set.of();
    for (String type : USES.keySet()) {
      Set<String> circle = new TreeSet<>();
      for (String other : reach(type)) {
        if (reach(other).contains(type)) {
          circle.add(other);
        }
      }
      largest = circle.size() > largest.size() ? circle : largest;
    }
    assertThat(largest).as("the largest circle").hasSizeLessThanOrEqualTo(LARGEST_CIRCLE);
    Set<String> ofThePublic = new TreeSet<>(largest);
    ofThePublic.retainAll(PUBLIC);
    assertThat(ofThePublic).as("public types in it").hasSizeLessThanOrEqualTo(PUBLIC_TYPES_IN_IT);
  }
}
