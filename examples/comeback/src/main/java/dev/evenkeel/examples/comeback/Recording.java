package dev.evenkeel.examples.comeback;

import java.util.List;

/**
 * What happened to one pair. All times are in seconds after the users began to come; the client's
 * bin {@code i} is the time from {@code i} to {@code i + 1} bin lengths.
 *
 * @param killedSeconds when the service was killed
 * @param returnedSeconds when it accepted connections again; not a number before
 */
record Recording(
    Contestant contestant,
    List<ClientBin> client,
    List<ServicePoint> service,
    double killedSeconds,
    double returnedSeconds) {

  /** A service's report, with the time at the end of its bin. */
  record ServicePoint(double atSeconds, ServiceBin bin) {}

  Recording {
    client = List.copyOf(client);
    service = List.copyOf(service);
  }
}
