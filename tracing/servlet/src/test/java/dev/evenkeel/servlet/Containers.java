package dev.evenkeel.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Servlet containers on a free port of the loopback, over HTTP/1.1 and HTTP/2 in clear text. */
enum Containers {
  JETTY {
    @Override
    Running start(Filter filter, HttpServlet servlet, Path folder) throws Exception {
      Server server = new Server();
      HttpConfiguration http = new HttpConfiguration();
      ServerConnector connector = new ServerConnector(
          server, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
      connector.setHost("127.0.0.1");
      server.addConnector(connector);
      ServletContextHandler context = new ServletContextHandler("/");
      ServletHolder holder = new ServletHolder(servlet);
      holder.setAsyncSupported(true);
      context.addServlet(holder, "/jobs/*");
      FilterHolder filters = new FilterHolder(filter);
      filters.setAsyncSupported(true);
      context.addFilter(filters, "/*", EnumSet.of(DispatcherType.REQUEST));
      server.setHandler(context);
      server.start();
      return new Running(server.getURI(), server::stop);
    }
  },
  TOMCAT {
    @Override
    Running start(Filter filter, HttpServlet servlet, Path folder) throws Exception {
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(folder.toString());
      tomcat.setPort(0);
      Connector connector = tomcat.getConnector();
      connector.setProperty("address", "127.0.0.1");
      connector.addUpgradeProtocol(new Http2Protocol());
      Context context = tomcat.addContext("", folder.toString());
      Wrapper wrapper = Tomcat.addServlet(context, "jobs", servlet);
      wrapper.setAsyncSupported(true);
      wrapper.addMapping("/jobs/*");
      FilterDef definition = new FilterDef();
      definition.setFilterName("evenkeel");
      definition.setFilter(filter);
      definition.setAsyncSupported("true");
      context.addFilterDef(definition);
      FilterMap mapping = new FilterMap();
      mapping.setFilterName("evenkeel");
      mapping.addURLPattern("/*");
      context.addFilterMap(mapping);
      tomcat.start();
      return new Running(
          URI.create("http://127.0.0.1:" + connector.getLocalPort()), () -> stop(tomcat));
    }

    private void stop(Tomcat tomcat) throws LifecycleException {
      tomcat.stop();
      tomcat.destroy();
    }
  };

  /** Stops a container. */
  interface Stop {
    void stop() throws Exception;
  }

  /** A container that runs. */
  record Running(URI uri, Stop stop) implements AutoCloseable {
    @Override
    public void close() {
      try {
        stop.stop();
      } catch (Exception failure) {
        throw new IllegalStateException("the container does not stop", failure);
      }
    }
  }

  abstract Running start(Filter filter, HttpServlet servlet, Path folder) throws Exception;
}
