/**
 * The pipeline, its gates and drivers, and the engine that runs a call through them.
 *
 * <p>Start at {@link dev.evenkeel.core.Pipeline}. A policy that decides whether a call may go on is
 * a {@link dev.evenkeel.core.Gate}; time, timers and chance come from a
 * {@link dev.evenkeel.core.Kernel} and nowhere else.
 *
 * <h2>Which thread runs what</h2>
 *
 * <p>"The thread that ended the attempt" is, of an asynchronous attempt, the one that completed its
 * stage, or one of the executor if a timeout ended it; the caller's own, if the stage was complete
 * when it was returned. "The executor" is {@link dev.evenkeel.core.PipelineBuilder#executor}, by
 * default a few threads of the kernel's.
 *
 * <table>
 *   <caption>Users' code and its threads</caption>
 *   <tr><th>what</th><th>call, run, execute</th><th>callAsync</th></tr>
 *   <tr><td>the call, first attempt</td><td>the caller's</td><td>the caller's</td></tr>
 *   <tr><td>the call, further attempts</td><td>the caller's</td><td>the executor, after the
 *     wait</td></tr>
 *   <tr><td>the call under {@link dev.evenkeel.core.Timeout#detached}</td><td>its
 *     executor</td><td>as without it</td></tr>
 *   <tr><td>the call, hedges</td><td>the executor; by default one of the kernel's threads that may
 *     block</td><td>the executor</td></tr>
 *   <tr><td>predicates, delays, gates</td><td>the caller's</td><td>the thread that ended the
 *     attempt</td></tr>
 *   <tr><td>fallbacks</td><td>the caller's</td><td>the thread that ended the last
 *     attempt</td></tr>
 *   <tr><td>listeners, but for changes of state</td><td>the caller's; a hedge's own</td><td>the
 *     thread on which it happens: as the lines above</td></tr>
 *   <tr><td>what depends on the future, if it did so before the end</td><td></td><td>the thread
 *     that ended the last attempt</td></tr>
 *   <tr><td>hooks of {@link dev.evenkeel.core.CallContext#onAbort}, takers of late
 *     results</td><td>the kernel's, which may block</td><td>the same</td></tr>
 *   <tr><td>listeners of changes of state</td><td>that of the call which changed it, or one of the
 *     kernel's</td><td>the same</td></tr>
 * </table>
 *
 * <p>None of it runs on the thread that timeouts need, nor under a lock of ours.
 *
 * @serial exclude
 */
@NullMarked
package dev.evenkeel.core;

import org.jspecify.annotations.NullMarked;
