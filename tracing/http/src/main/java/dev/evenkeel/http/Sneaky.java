package dev.evenkeel.http;

/** Throws what a signature does not say: what came from elsewhere, unchanged. */
final class Sneaky {

  private Sneaky() {}

  static RuntimeException asIs(Throwable failure) {
    throw Sneaky.<RuntimeException>unchecked(failure);
  }

  @SuppressWarnings("unchecked") // the compiler takes any throwable for the X it was told
  private static <X extends Throwable> RuntimeException unchecked(Throwable failure) throws X {
    throw (X) failure;
  }
}
