package dev.evenkeel.spring.processor;

import dev.evenkeel.spring.EvenkeelAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What the processor is held against: an application with the pipeline {@code inventory}. */
final class Application {

  private Application() {}

  /** What the start fails with; empty if it does not. */
  static String failure(Class<?>... beans) {
    String[] found = {""};
    ApplicationContextRunner runner = new ApplicationContextRunner();
    for (Class<?> bean : beans) {
      runner = runner.withClassLoader(bean.getClassLoader()); // all have the same one
    }
    runner
        .withConfiguration(AutoConfigurations.of(EvenkeelAutoConfiguration.class))
        .withPropertyValues("evenkeel.pipelines.inventory.timeout.duration=300ms")
        .withUserConfiguration(beans)
        .run(context -> {
          Throwable failure = context.getStartupFailure();
          if (failure != null) {
            found[0] = failure.getMessage();
          }
        });
    return found[0];
  }
}
