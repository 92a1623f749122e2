/**
 * JDBC. {@link dev.evenkeel.jdbc.EvenkeelDataSource} ends statements with their deadline, makes
 * spans, and tells a database that is away from a pool that is empty.
 */
@NullMarked
package dev.evenkeel.jdbc;

import org.jspecify.annotations.NullMarked;
