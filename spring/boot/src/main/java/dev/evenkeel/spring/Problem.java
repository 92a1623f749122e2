package dev.evenkeel.spring;

/**
 * Something that is wrong in the application and stops its start.
 *
 * @param where the method, bean or property
 * @param wrong what was looked for, and what was found
 * @param action what to write
 */
record Problem(String where, String wrong, String action) {}
