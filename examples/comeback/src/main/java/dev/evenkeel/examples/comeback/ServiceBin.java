package dev.evenkeel.examples.comeback;

/**
 * What one service process did in one bin of time; also a line on its standard output.
 *
 * @param capacity what it could serve at the end of the bin, in requests per second
 * @param served requests done
 * @param abandoned requests among those whose client had already gone
 * @param refused requests turned away because the queue was full
 * @param queued requests waiting at the end of the bin
 */
record ServiceBin(
    long index, double capacity, long served, long abandoned, long refused, long queued) {

  String toLine() {
    return index + "," + capacity + "," + served + "," + abandoned + "," + refused + "," + queued;
  }

  static ServiceBin parse(String line) {
    String[] fields = line.split(",", -1);
    return new ServiceBin(
        Long.parseLong(fields[0]),
        Double.parseDouble(fields[1]),
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[4]),
        Long.parseLong(fields[5]));
  }
}
