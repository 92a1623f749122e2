package dev.evenkeel.rabbitmq;

/**
 * What a consumer has done since it was built.
 *
 * @param handled messages that the handler succeeded with
 * @param failed calls of the handler that failed
 * @param rejected messages that were rejected for it: dead-lettered, dropped or requeued
 * @param expired messages whose deadline had passed
 * @param handedBack messages that went back to the queue because it was not their fault
 * @param pauses how often it left the queue to others
 * @param restarts how often it began to consume again
 */
public record ConsumerFigures(
    long handled,
    long failed,
    long rejected,
    long expired,
    long handedBack,
    long pauses,
    long restarts) {}
