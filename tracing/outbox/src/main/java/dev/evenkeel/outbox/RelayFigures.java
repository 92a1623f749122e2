package dev.evenkeel.outbox;

/**
 * What a relay has done since it was built.
 *
 * @param sent messages that were published and are gone from the table
 * @param failed attempts to publish that failed
 * @param expired messages that were dropped because their deadline had passed
 * @param setAside messages that failed too often and wait for somebody
 */
public record RelayFigures(long sent, long failed, long expired, long setAside) {}
