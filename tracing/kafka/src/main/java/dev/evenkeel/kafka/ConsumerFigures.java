package dev.evenkeel.kafka;

/**
 * What a consumer has done since it was built.
 *
 * @param handled records that the handler succeeded with
 * @param failed calls of the handler that failed
 * @param deadLettered records that were sent to the dead letters, also expired ones
 * @param skipped records that failed and were passed over
 * @param expired records whose deadline had passed
 * @param pauses how often it paused because what the handler needs was away
 * @param rebalances how often partitions were taken away or lost
 */
public record ConsumerFigures(
    long handled,
    long failed,
    long deadLettered,
    long skipped,
    long expired,
    long pauses,
    long rebalances) {}
