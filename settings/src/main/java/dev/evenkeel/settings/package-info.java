/**
 * Pipelines from settings: files, or the properties of a framework. One table of keys
 * ({@link dev.evenkeel.settings.SettingKey#all()}), checked as a whole, applied as a whole, and
 * changed while the pipelines run.
 *
 * <p>{@link dev.evenkeel.settings.SettingsFile} is where to start.
 */
@NullMarked
package dev.evenkeel.settings;

import org.jspecify.annotations.NullMarked;
