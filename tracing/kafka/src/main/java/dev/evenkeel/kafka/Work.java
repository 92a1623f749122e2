package dev.evenkeel.kafka;

import java.util.List;

/**
 * What the consumer's thread has in hand: records to be handled, or one that is not handled any
 * more.
 *
 * @param lane the partition they are of
 * @param entries one or more, in order
 * @param burial whether it is to be got rid of
 */
record Work<K, V>(Lane<K, V> lane, List<Entry<K, V>> entries, boolean burial) {}
