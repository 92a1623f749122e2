package dev.evenkeel.examples.journey;

import java.util.Map;
import java.util.Objects;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener.DefaultSystemLauncherListener;
import org.apache.qpid.server.model.Port;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.port.AmqpPort;
import org.jspecify.annotations.Nullable;

/**
 * A broker in this process's memory, on a port of this machine that was free, which speaks
 * RabbitMQ's AMQP 0-9-1: Qpid Broker-J.
 */
final class QpidBroker implements AutoCloseable {

  private final PortListener listener = new PortListener();
  private final SystemLauncher launcher = new SystemLauncher(listener);

  private QpidBroker() {}

  static QpidBroker start() throws Exception {
    QpidBroker broker = new QpidBroker();
    broker.launcher.startup(Map.of(
        "type",
        "Memory",
        "initialConfigurationLocation",
        Objects.requireNonNull(QpidBroker.class.getResource("broker.json"), "broker.json")
            .toExternalForm(),
        "startupLoggedToSystemOut",
        false));
    return broker;
  }

  String uri() {
    return "amqp://guest:guest@127.0.0.1:" + listener.port() + "/default";
  }

  @Override
  public void close() {
    launcher.shutdown();
  }

  /** Remembers whom to ask which port was free. */
  private static final class PortListener extends DefaultSystemLauncherListener {

    private @Nullable SystemConfig<?> system;

    @Override
    public void onContainerResolve(SystemConfig<?> resolved) {
      system = resolved;
    }

    int port() {
      SystemConfig<?> resolved = Objects.requireNonNull(system, "broker: not started");
      for (Port<?> port : resolved.getContainer().getChildren(Port.class)) {
        if (port instanceof AmqpPort<?> amqp) {
          return amqp.getBoundPort();
        }
      }
      throw new IllegalStateException("broker: no port (expected: one for AMQP, in broker.json)");
    }
  }
}
