package dev.evenkeel.core;

/**
 * A refusal as a number, so that refusing costs no allocation: negative, with the reason and the
 * time after which another try can make sense. What {@link Gate#admit} returns instead of a permit.
 */
@SuppressWarnings("EnumOrdinal") // the numbers live as long as one call and leave no process
public final class Refusal {

  private static final int REASON_BITS = 6;
  private static final int MICROS_BITS = 54; // all that a long of nanoseconds can hold
  private static final long MAX_MICROS = (1L << MICROS_BITS) - 1;

  /** Tells a refusal of ours from any other negative number. */
  private static final long MARK = 0b101L << (REASON_BITS + MICROS_BITS);

  private static final RefusalReason[] REASONS = RefusalReason.values();

  private Refusal() {}

  /**
   * Encodes a refusal.
   *
   * @param reason why
   * @param retryAfterNanos when to try again, in nanoseconds from now; 0 or less if unknown; kept
   *     to the microsecond
   * @return a negative number
   */
  public static long of(RefusalReason reason, long retryAfterNanos) {
    long micros = Math.max(0, retryAfterNanos) / 1_000;
    return ~(MARK | micros << REASON_BITS | reason.ordinal());
  }

  /**
   * Encodes a refusal that does not say when to try again.
   *
   * @param reason why
   * @return a negative number
   */
  public static long of(RefusalReason reason) {
    return ~(MARK | reason.ordinal());
  }

  /**
   * The reason of a refusal. A negative number that is none of ours reads as
   * {@link RefusalReason#OTHER}.
   *
   * @param refusal what {@link Gate#admit} returned
   * @return why
   */
  public static RefusalReason reason(long refusal) {
    int ordinal = (int) (~refusal & ((1 << REASON_BITS) - 1));
    return isOurs(refusal) && ordinal < REASONS.length ? REASONS[ordinal] : RefusalReason.OTHER;
  }

  /**
   * When another try can make sense.
   *
   * @param refusal what {@link Gate#admit} returned
   * @return nanoseconds from the refusal on; 0 if unknown
   */
  public static long retryAfterNanos(long refusal) {
    long micros = ~refusal >>> REASON_BITS & MAX_MICROS;
    return isOurs(refusal) && micros <= Long.MAX_VALUE / 1_000 ? micros * 1_000 : 0;
  }

  private static boolean isOurs(long refusal) {
    return (~refusal & ~(MAX_MICROS << REASON_BITS | ((1 << REASON_BITS) - 1))) == MARK;
  }
}
