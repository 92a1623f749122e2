package dev.evenkeel.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A published artifact, as the poms have it.
 *
 * @param artifactId its name
 * @param folder where its module is
 * @param isJar or nothing but a pom
 */
record Published(String artifactId, Path folder, boolean isJar) {

  static final Path ROOT = Path.of("..");

  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");

  /** Every module of the default build that is not kept from being deployed. */
  static List<Published> all() throws IOException {
    String root = Files.readString(ROOT.resolve("pom.xml"));
    Matcher module = MODULE.matcher(root.substring(0, root.indexOf("</modules>")));
    List<Published> all = new ArrayList<>();
    while (module.find()) {
      Path folder = ROOT.resolve(module.group(1));
      String pom = Files.readString(folder.resolve("pom.xml"));
      boolean isParent = pom.contains("-parent</artifactId>\n  <packaging>pom");
      if (isParent || pom.contains("<maven.deploy.skip>true</maven.deploy.skip>")) {
        continue;
      }
      Matcher artifact = ARTIFACT.matcher(pom.substring(pom.indexOf("</parent>")));
      if (!artifact.find()) {
        throw new IllegalStateException(folder + "/pom.xml: no artifactId (expected: one)");
      }
      all.add(
          new Published(artifact.group(1), folder, !pom.contains("<packaging>pom</packaging>")));
    }
    return all;
  }

  @Override
  public String toString() {
    return artifactId;
  }
}
