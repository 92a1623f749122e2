package dev.evenkeel.spring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** What is configured beside the pipelines themselves. Not thread-safe. */
@ConfigurationProperties("evenkeel")
public final class EvenkeelProperties {

  /** Whether Evenkeel is auto-configured. */
  private boolean enabled = true;

  private final Health health = new Health();
  private final Events events = new Events();
  private final Http http = new Http();
  private final Server server = new Server();

  /** Made by Spring. */
  public EvenkeelProperties() {}

  /**
   * Whether Evenkeel is auto-configured.
   *
   * @return true by default
   */
  public boolean isEnabled() {
    return enabled;
  }

  /**
   * Sets whether Evenkeel is auto-configured.
   *
   * @param newEnabled false for nothing of it
   */
  public void setEnabled(boolean newEnabled) {
    enabled = newEnabled;
  }

  /**
   * What pipelines say of the application's health.
   *
   * @return never null
   */
  public Health getHealth() {
    return health;
  }

  /**
   * What is kept of what happens.
   *
   * @return never null
   */
  public Events getEvents() {
    return events;
  }

  /**
   * How Spring's HTTP clients make requests.
   *
   * @return never null
   */
  public Http getHttp() {
    return http;
  }

  /**
   * How the application's server treats its calls.
   *
   * @return never null
   */
  public Server getServer() {
    return server;
  }

  /** The health of pipelines. Not thread-safe. */
  public static final class Health {

    /**
     * Pipelines whose open breaker makes the health DOWN; of all others it is a detail under UP.
     */
    private List<String> allowToFail = new ArrayList<>();

    /** Made by Spring. */
    public Health() {}

    /**
     * Whose open breaker makes the health DOWN.
     *
     * @return names; none by default
     */
    public List<String> getAllowToFail() {
      return allowToFail;
    }

    /**
     * Sets whose open breaker makes the health DOWN.
     *
     * @param names names of pipelines
     */
    public void setAllowToFail(List<String> names) {
      allowToFail = names;
    }
  }

  /** What is kept of what happens. Not thread-safe. */
  public static final class Events {

    /** How many events of each pipeline the actuator endpoint shows, 1 to 10000. */
    private int bufferSize = 100;

    /** Made by Spring. */
    public Events() {}

    /**
     * How many events of each pipeline are kept.
     *
     * @return 100 by default
     */
    public int getBufferSize() {
      return bufferSize;
    }

    /**
     * Sets how many events of each pipeline are kept.
     *
     * @param size 1 to 10,000
     */
    public void setBufferSize(int size) {
      bufferSize = size;
    }
  }

  /** The HTTP clients; used with evenkeel-spring-web on the class path. Not thread-safe. */
  public static final class Http {

    /**
     * Hosts, or suffixes that begin with a dot, that deadlines, criticality and keys go to; all if
     * none is named.
     */
    private List<String> allowedHosts = new ArrayList<>();

    /** Pipelines of hosts, by the host's name or its name and port. */
    private Map<String, String> hosts = new LinkedHashMap<>();

    /** Pipelines of HTTP service groups, by the group's name. */
    private Map<String, String> groups = new LinkedHashMap<>();

    /** Whether a WebClient's requests are repeated too if they have a body. */
    private boolean repeatableBodies;

    /** Made by Spring. */
    public Http() {}

    /**
     * Where the headers of a call may go.
     *
     * @return hosts and suffixes; none by default, for all hosts
     */
    public List<String> getAllowedHosts() {
      return allowedHosts;
    }

    /**
     * Sets where the headers of a call may go.
     *
     * @param newHosts hosts, or suffixes that begin with a dot
     */
    public void setAllowedHosts(List<String> newHosts) {
      allowedHosts = newHosts;
    }

    /**
     * The pipelines of hosts.
     *
     * @return from a host, or a host and its port, to a pipeline's name
     */
    public Map<String, String> getHosts() {
      return hosts;
    }

    /**
     * Sets the pipelines of hosts.
     *
     * @param newHosts from a host, or a host and its port, to a pipeline's name
     */
    public void setHosts(Map<String, String> newHosts) {
      hosts = newHosts;
    }

    /**
     * The pipelines of HTTP service groups.
     *
     * @return from a group's name to a pipeline's
     */
    public Map<String, String> getGroups() {
      return groups;
    }

    /**
     * Sets the pipelines of HTTP service groups.
     *
     * @param newGroups from a group's name to a pipeline's
     */
    public void setGroups(Map<String, String> newGroups) {
      groups = newGroups;
    }

    /**
     * Whether a WebClient's requests with a body are repeated too.
     *
     * @return false by default: their publishers may be spent
     */
    public boolean isRepeatableBodies() {
      return repeatableBodies;
    }

    /**
     * Sets whether a WebClient's requests with a body are repeated too.
     *
     * @param repeatable true if all bodies begin anew for each subscriber
     */
    public void setRepeatableBodies(boolean repeatable) {
      repeatableBodies = repeatable;
    }
  }

  /**
   * The server; used with evenkeel-servlet, or evenkeel-spring-web and evenkeel-reactor, on the
   * class path. Not thread-safe.
   */
  public static final class Server {

    /** Longest time of a call, and the time of one that brings no deadline; none if not set. */
    private @Nullable Duration defaultDeadline;

    /** Whose word counts: accept, clamp or ignore what callers say of deadline and criticality. */
    private String edgeTrust = "accept";

    /** Made by Spring. */
    public Server() {}

    /**
     * The longest a call may take.
     *
     * @return null by default, for no such time
     */
    public @Nullable Duration getDefaultDeadline() {
      return defaultDeadline;
    }

    /**
     * Sets the longest a call may take.
     *
     * @param time more than zero
     */
    public void setDefaultDeadline(@Nullable Duration time) {
      defaultDeadline = time;
    }

    /**
     * Whose word counts.
     *
     * @return accept by default
     */
    public String getEdgeTrust() {
      return edgeTrust;
    }

    /**
     * Sets whose word counts.
     *
     * @param trust accept, clamp or ignore
     */
    public void setEdgeTrust(String trust) {
      edgeTrust = trust;
    }
  }
}
