/**
 * Puts the server together: the clock, threads and settings that CDI hands out, and what happens in which order at start.
 * Imports everything; nothing imports it, the settings records of {@code bootstrap.config} aside.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.bootstrap;
