package dev.evenkeel.healthcheck.tck;

import dev.evenkeel.core.Kernel;
import dev.evenkeel.healthcheck.Check;
import dev.evenkeel.healthcheck.CheckResult;
import dev.evenkeel.healthcheck.CheckTiming;
import dev.evenkeel.healthcheck.Group;
import dev.evenkeel.healthcheck.Health;
import dev.evenkeel.healthcheck.HealthBuilder;
import dev.evenkeel.healthcheck.Status;
import dev.evenkeel.healthcheck.http.Details;
import dev.evenkeel.healthcheck.http.Format;
import dev.evenkeel.healthcheck.http.HealthEndpoint;
import dev.evenkeel.healthcheck.http.HealthServer;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;
import org.jboss.arquillian.container.spi.client.container.ContainerConfiguration;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.descriptor.api.Descriptor;

/**
 * Takes an archive's classes as CDI beans, the {@link HealthCheck}s among them as checks of ours,
 * and serves them by our endpoint. The tests then ask over HTTP.
 */
public final class TckContainer implements DeployableContainer<TckContainer.Configuration> {

  private static final Map<String, Annotation> GROUPS = Map.of(
      Group.LIVE, Liveness.Literal.INSTANCE,
      Group.READY, Readiness.Literal.INSTANCE,
      Group.STARTED, Startup.Literal.INSTANCE);

  private SeContainer beans;
  private Health health;
  private HealthServer server;

  /** Weld does not start without any bean. */
  static final class Nothing {}

  /** There is nothing to configure. */
  public static final class Configuration implements ContainerConfiguration {
    @Override
    public void validate() {}
  }

  @Override
  public ProtocolMetaData deploy(Archive<?> archive) throws DeploymentException {
    try {
      SeContainerInitializer initializer =
          SeContainerInitializer.newInstance().disableDiscovery().addBeanClasses(Nothing.class);
      for (Class<?> bean : classes(archive)) {
        initializer.addBeanClasses(bean);
      }
      beans = initializer.initialize();
      HealthBuilder builder = Health.builder().readyBeforeStarted();
      GROUPS.forEach((group, qualifier) ->
          beans.select(HealthCheck.class, qualifier).forEach(check -> add(builder, group, check)));
      health = builder.start();
      awaitResults();
      server = HealthServer.start(
          HealthEndpoint.of(health).details(Details.always()).json(Format.MICROPROFILE),
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return new ProtocolMetaData().addContext(new HTTPContext("127.0.0.1", server.port()));
    } catch (IOException | ClassNotFoundException | InterruptedException failed) {
      throw new DeploymentException(archive.getName(), failed);
    }
  }

  /** The name is known only from a response, so each procedure is asked once before it runs. */
  private static void add(HealthBuilder builder, String group, HealthCheck check) {
    String name = check.call().getName();
    builder.check(Check.local(name, () -> result(check.call()))
        .groups(group)
        .timing(CheckTiming.standard().riseAndFall(1, 1)));
  }

  private static CheckResult result(HealthCheckResponse response) {
    Status status = response.getStatus() == HealthCheckResponse.Status.UP ? Status.UP : Status.DOWN;
    return new CheckResult(status, null, response.getData().orElse(Map.of()));
  }

  private static List<Class<?>> classes(Archive<?> archive) throws ClassNotFoundException {
    List<Class<?>> classes = new ArrayList<>();
    for (var path : archive.getContent().keySet()) {
      String name = path.get();
      if (name.endsWith(".class")) {
        classes.add(Class.forName(
            name.substring("/WEB-INF/classes/".length(), name.length() - ".class".length())
                .replace('/', '.')));
      }
    }
    return classes;
  }

  private void awaitResults() throws InterruptedException {
    Kernel kernel = Kernel.system();
    long end = kernel.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (health.snapshot().checks().stream()
        .anyMatch(check -> check.status() == Status.UNKNOWN)) {
      if (kernel.nanoTime() - end > 0) {
        throw new IllegalStateException("no results within 60 s");
      }
      kernel.sleepUntil(kernel.nanoTime() + 5_000_000);
    }
  }

  @Override
  public void undeploy(Archive<?> archive) {
    server.close();
    health.close();
    beans.close();
  }

  @Override
  public Class<Configuration> getConfigurationClass() {
    return Configuration.class;
  }

  @Override
  public void setup(Configuration configuration) {}

  @Override
  public void start() {}

  @Override
  public void stop() {}

  @Override
  public ProtocolDescription getDefaultProtocol() {
    return new ProtocolDescription("Local");
  }

  @Override
  public void deploy(Descriptor descriptor) throws DeploymentException {
    throw new DeploymentException("descriptor: not supported (expected: an archive)");
  }

  @Override
  public void undeploy(Descriptor descriptor) {}
}
