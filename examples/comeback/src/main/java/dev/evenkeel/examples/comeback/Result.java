package dev.evenkeel.examples.comeback;

import java.util.List;

/** One pair's recording and what it amounts to. */
record Result(Recording recording, Measures measures) {

  static List<Result> of(List<Recording> recordings, Settings settings) {
    return recordings.stream()
        .map(recording -> new Result(recording, Measures.of(recording, settings)))
        .toList();
  }

  String label() {
    return recording.contestant().label;
  }
}
