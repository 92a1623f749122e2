/**
 * What every server does with a call that comes in, whatever its transport:
 * {@link dev.evenkeel.tracing.server.ServerCalls}, set up by
 * {@link dev.evenkeel.tracing.server.ServerPolicy}. Most people only meet the policy.
 */
@NullMarked
package dev.evenkeel.tracing.server;

import org.jspecify.annotations.NullMarked;
