package dev.evenkeel.examples.comeback;

/**
 * What one fleet saw in one bin of time; also a line on the client's standard output.
 *
 * @param asked calls users made
 * @param sent attempts that really went out to the service
 * @param ok calls that ended well in this bin, whenever they began
 * @param failed calls that ended badly in this bin, refused ones included
 * @param refused calls among the failed for which nothing was ever sent
 * @param latency what the calls that ended well took, waiting and attempts included
 */
record ClientBin(
    long index,
    long asked,
    long sent,
    long ok,
    long failed,
    long refused,
    LatencyHistogram latency) {

  String toLine() {
    return "%d,%d,%d,%d,%d,%d,%s"
        .formatted(index, asked, sent, ok, failed, refused, latency.encode());
  }

  static ClientBin parse(String line) {
    String[] fields = line.split(",", -1);
    return new ClientBin(
        Long.parseLong(fields[0]),
        Long.parseLong(fields[1]),
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[4]),
        Long.parseLong(fields[5]),
        LatencyHistogram.decode(fields[6]));
  }
}
