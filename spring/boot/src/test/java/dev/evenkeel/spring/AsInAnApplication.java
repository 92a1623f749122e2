package dev.evenkeel.spring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Imports our auto-configurations by their names, as Boot does: what a library that is not there
 * would have annotated is not seen then. Boot's own are left out: they are there even if a test
 * hides what they need.
 */
@Configuration(proxyBeanMethods = false)
@Import(AsInAnApplication.Names.class)
public class AsInAnApplication {

  static class Names implements ImportSelector {
    @Override
    public String[] selectImports(AnnotationMetadata importing) {
      try {
        return new ClassPathResource(
                "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports")
            .getContentAsString(StandardCharsets.UTF_8)
            .strip()
            .split("\\s+");
      } catch (IOException gone) {
        throw new UncheckedIOException(gone);
      }
    }
  }
}
