package dev.evenkeel.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The certificate of the kit's own HTTPS server, made anew, and trusted by this JVM. */
final class KitCertificate {

  /** The kit opens it with that. */
  private static final String PASSWORD = "testing";

  private KitCertificate() {}

  /** Before anything in this JVM has spoken TLS. */
  static void trust() throws IOException, InterruptedException {
    Path store = Files.createTempDirectory("kit").resolve("kit.p12");
    Process keytool = new ProcessBuilder(List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keyalg",
            "RSA",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD,
            "-alias",
            "kit",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost,ip:127.0.0.1"))
        .inheritIO()
        .start();
    if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IllegalStateException(
          "keytool: no certificate (expected: exit code 0 within 60 s)");
    }
    System.setProperty("javax.net.ssl.trustStore", store.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
  }
}
