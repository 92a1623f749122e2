package dev.evenkeel.examples.comeback;

/** The run shows nothing about the contestants; the message says why, for the user. */
final class InvalidRunException extends RuntimeException {

  private static final long serialVersionUID = 1;

  InvalidRunException(String message) {
    super(message);
  }
}
