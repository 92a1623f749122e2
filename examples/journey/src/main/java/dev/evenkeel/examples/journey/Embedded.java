package dev.evenkeel.examples.journey;

import java.net.InetAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.h2.tools.Server;

/** The broker and the database (H2) that the journey brings along, in a process of their own. */
final class Embedded {

  private Embedded() {}

  public static void main(String[] arguments) throws Exception {
    Child.say("DATABASE", database());
    Child.say("BROKER", QpidBroker.start().uri());
    Child.awaitParentsEnd();
    System.exit(0);
  }

  /** In memory, for as long as this process is there. */
  @SuppressWarnings("try") // opened to be closed
  private static String database() throws SQLException {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    System.setProperty("h2.bindAddress", host);
    try (Connection first =
        DriverManager.getConnection("jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1;USER=sa")) {
      Server server = Server.createTcpServer("-tcpPort", "0").start();
      return "jdbc:h2:tcp://" + host + ":" + server.getPort() + "/mem:shop;USER=sa";
    }
  }
}
