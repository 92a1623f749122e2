/**
 * The transactional outbox. {@link dev.evenkeel.outbox.Outbox} writes messages in the user's
 * transaction, {@link dev.evenkeel.outbox.OutboxRelay} sends what was committed, and
 * {@link dev.evenkeel.outbox.Inbox} recognises what comes twice.
 */
@NullMarked
package dev.evenkeel.outbox;

import org.jspecify.annotations.NullMarked;
