package dev.evenkeel.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library that reads YAML is optional. */
class WithoutYamlTest {

  @TempDir
  Path folder;

  private static URLClassLoader withoutYaml() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.contains("snakeyaml")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
  }

  @Test
  void yaml_saysWhatIsMissing_andPropertiesAreRead() throws Exception {
    Path yaml = Files.writeString(
        folder.resolve("evenkeel.yaml"), "evenkeel.pipelines.a.timeout.duration: 1s");
    Path properties = Files.writeString(
        folder.resolve("evenkeel.properties"), "evenkeel.pipelines.a.timeout.duration=1s");
    try (URLClassLoader loader = withoutYaml()) {
      Class<?> files = loader.loadClass(SettingsFile.class.getName());
      assertThat(files).isNotSameAs(SettingsFile.class);
      Method load = files.getMethod("load", Path.class);
      assertThat(load.invoke(null, properties)).hasToString("Settings[a]");
      assertThatThrownBy(() -> load.invoke(null, yaml))
          .cause()
          .hasMessage("evenkeel.yaml: YAML, and nothing that reads it (expected:"
              + " org.snakeyaml:snakeyaml-engine on the class path, or a .properties file)");
    }
  }
}
