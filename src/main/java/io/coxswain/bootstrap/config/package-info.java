/**
 * The settings: one immutable record a component, read once from MicroProfile Config under the prefix {@code coxswain.}.
 * {@link io.coxswain.bootstrap.config.Settings} lists the records and reads them; a key under the prefix that no record knows
 * stops the start. The records are the only part of {@code bootstrap} that other packages may import. Imports nothing of
 * Coxswain.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.bootstrap.config;
